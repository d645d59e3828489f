package io.resque.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the jobs of a drain, and takes the time from its tenth part to its end, when all is warm and running. */
final class Countdown {
    private final long jobs;
    private final AtomicLong done = new AtomicLong();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile long begun;

    Countdown(long jobs) {
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
