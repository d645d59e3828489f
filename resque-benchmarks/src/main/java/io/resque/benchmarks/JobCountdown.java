package io.resque.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the jobs of a drain. Measures the time from a tenth of the jobs to the last, since the JVM is warm by then. */
final class JobCountdown {
    private final long jobs;
    private final AtomicLong done = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile long begun;

    JobCountdown(long jobs) {
        this.jobs = jobs;
    }

    void count() {
        long now = done.incrementAndGet();
        if (now == jobs / 10) {
            begun = System.nanoTime();
        }
        if (now == jobs) {
            end.countDown();
        }
    }

    double perSecond() throws InterruptedException {
        end.await();
        return (jobs - jobs / 10) / ((System.nanoTime() - begun) / 1e9);
    }
}
