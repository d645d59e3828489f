package io.resque.benchmarks;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.io.IOException;
import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Numbered jobs on many queues at a steady rate, half of them enqueued by {@code enqueueAsync}, while Redis is
 * restarted. Afterwards each job is checked.
 */
final class NumberedLoad {
    private static final long MOST_BEHIND = TimeUnit.SECONDS.toNanos(1);
    private static final long PATIENCE = TimeUnit.MINUTES.toNanos(2);

    private final Resque resque;
    private final String[] queues;
    private final Worker worker;
    private final Thread producer;
    private final BitSet acknowledged = new BitSet();
    private final BitSet done = new BitSet();
    private final AtomicInteger handedOver = new AtomicInteger();
    private int doubled;
    private int unknown;
    private volatile boolean stopped;

    NumberedLoad(Resque resque, int threads, int rate, int queueCount) {
        this.resque = resque;
        queues = IntStream.range(0, queueCount).mapToObj(i -> "numbered" + i).toArray(String[]::new);
        worker = resque.workerBuilder(queues)
                .register("Numbered", () -> context -> note(context.args().get(0, int.class)))
                .concurrency(threads)
                .start();
        producer = new Thread(() -> produce(1_000_000_000L / rate), "producer");
        producer.setDaemon(true);
        producer.start();
    }

    private synchronized void note(int number) {
        if (done.get(number)) {
            doubled++;
        }
        done.set(number);
    }

    private void produce(long nanos) {
        long due = System.nanoTime();
        for (int number = 0; !stopped; number++) {
            String queue = queues[number % queues.length];
            JobSpec job = JobSpec.of("Numbered", number);
            int its = number;
            if (number % 2 == 0) {
                try {
                    resque.enqueue(queue, job);
                    told(its, null);
                } catch (BackendException e) {
                    told(its, e);
                }
            } else {
                handedOver.incrementAndGet();
                resque.enqueueAsync(queue, job).whenComplete((yes, e) -> {
                    told(its, e);
                    handedOver.decrementAndGet();
                });
            }
            due = Math.max(due + nanos, System.nanoTime() - MOST_BEHIND);
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private synchronized void told(int number, @Nullable Throwable e) {
        if (e == null) {
            acknowledged.set(number);
        } else if (e instanceof BackendUnavailableException lost && lost.maybeApplied()) {
            unknown++;
        }
    }

    /** Returns the same numbers as {@link SteadyLoad#sample}. */
    String sample() throws IOException {
        int jobs;
        synchronized (this) {
            jobs = done.cardinality();
        }
        return jobs + " " + Subject.ofThisJvm();
    }

    /** Waits until no job is left; returns the numbers of acknowledged, unknown, lost and doubled jobs. */
    String end() throws InterruptedException {
        stopped = true;
        producer.join();
        for (long end = System.nanoTime() + PATIENCE; isLeft() && System.nanoTime() < end; ) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        worker.close(); // waits for running jobs
        synchronized (this) {
            BitSet lost = (BitSet) acknowledged.clone();
            lost.andNot(done);
            return acknowledged.cardinality() + " " + unknown + " " + lost.cardinality() + " " + doubled;
        }
    }

    private boolean isLeft() {
        try {
            if (handedOver.get() > 0) {
                return true;
            }
            for (String queue : queues) {
                if (resque.inspector().queueSize(queue) > 0) {
                    return true;
                }
            }
            return false;
        } catch (BackendException e) {
            return true;
        }
    }
}
