package io.resque.benchmarks;

import io.resque.api.JobRegistry;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Rounds of a hundred jobs: most are plain; some are tracked, fail, have an unknown class, are enqueued in bulk, or are
 * removed with their queue. In every tenth round another worker starts and stops beside the permanent one.
 */
final class SteadyLoad {
    private final Resque resque;
    private final AtomicLong done = new AtomicLong();

    SteadyLoad(Resque resque, int threads, int rate) {
        this.resque = resque;
        resque.workerBuilder("soak").module(this::register).concurrency(threads).start();
        Thread producer = new Thread(() -> produce(100_000_000_000L / rate), "producer");
        producer.setDaemon(true);
        producer.start();
    }

    private void register(JobRegistry jobs) {
        jobs.register("Noop", () -> context -> done.incrementAndGet());
        jobs.register("Failing", () -> context -> {
            done.incrementAndGet();
            throw new IllegalStateException("as it must");
        });
    }

    private void produce(long nanos) {
        for (long round = 0, due = System.nanoTime(); ; round++) {
            for (int i = 0; i < 40; i++) {
                resque.enqueue("soak", "Noop", i, "x".repeat(i * 10));
            }
            for (int i = 0; i < 5; i++) {
                resque.enqueueTracked("soak", "Noop", i);
                resque.enqueue("soak", "Failing", i);
                resque.enqueue("soak", "Unknown", i);
                resque.enqueue("left" + round % 10, "Noop", i);
            }
            resque.enqueueAll(
                    "soak", Stream.generate(() -> JobSpec.of("Noop", 1)).limit(40));
            resque.removeQueue("left" + round % 10);
            resque.inspector().workers();
            resque.failures().count();
            if (round % 10 == 0) {
                resque.workerBuilder("soak").module(this::register).start().close();
            }
            due += nanos;
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    /** Jobs done, heap in KiB after a collection, RSS in KiB, threads, open files. */
    String sample() throws IOException {
        return done + " " + Subject.ofThisJvm();
    }
}
