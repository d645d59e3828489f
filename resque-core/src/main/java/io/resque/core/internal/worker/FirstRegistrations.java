package io.resque.core.internal.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many loops of a worker have never been registered. Thread-safe. */
final class FirstRegistrations {
    private final AtomicInteger missing;
    private final CountDownLatch decided = new CountDownLatch(1);

    FirstRegistrations(int loops) {
        missing = new AtomicInteger(loops);
    }

    void one() {
        if (missing.decrementAndGet() == 0) {
            decided.countDown();
        }
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
