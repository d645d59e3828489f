package io.resque.core.internal.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many loops of a worker have never been registered. Thread-safe. */
final class FirstRegistrations {
    private final AtomicInteger missing;
    private final Runnable beforeLateWork;
    private final CountDownLatch decided = new CountDownLatch(1);

    /**
     * For so many loops.
     *
     * @param beforeLateWork what a loop does that has registered late, before it takes its first job
     */
    FirstRegistrations(int loops, Runnable beforeLateWork) {
        this.beforeLateWork = beforeLateWork;
        missing = new AtomicInteger(loops);
    }

    void one() {
        if (missing.decrementAndGet() == 0) {
            decided.countDown();
        }
    }

    /** The same for a loop that has registered after the start of its worker. */
    void oneLate() {
        one();
        beforeLateWork.run();
    }

    /** The worker has ended: no loop will register any more. */
    void over() {
        decided.countDown();
    }

    /** Waits until all have registered; false if the time or the worker ended before. */
    boolean await(long nanos) throws InterruptedException {
        return decided.await(nanos, TimeUnit.NANOSECONDS) && missing.get() == 0;
    }
}
