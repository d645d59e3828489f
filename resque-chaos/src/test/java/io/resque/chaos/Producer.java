package io.resque.chaos;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.Enqueuer;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.tck.FaultProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Enqueues numbered jobs over its own connection, singly, in bulk and asynchronously, and writes the outcomes into
 * journals.
 */
final class Producer implements AutoCloseable {
    static final List<String> QUEUES = List.of("high", "low");
    private static final int LONGEST_WORK = 12;
    private static final int TOGETHER = 8;
    /** So many seconds are between those at which many delayed jobs are due. */
    private static final int TOGETHER_DUE = 3;

    private static final Duration PAUSE = Duration.ofMillis(5);

    final FaultProxy line;
    private final Resque resque;
    private final Journal acknowledged;
    private final Journal unknown;
    private final Random random;
    private final boolean delayed;
    private final String jobClass;
    private final Thread thread;
    /** When the jobs that are made next are due. */
    private long second;

    private volatile boolean stopped;
    private volatile @Nullable RuntimeException trouble;

    /**
     * Begins to enqueue.
     *
     * @param delayed whether the jobs are for later; each then has the second at which it is due as its second argument
     */
    Producer(
            String name,
            String adapter,
            String redis,
            Path folder,
            long seed,
            long from,
            long to,
            Progress progress,
            boolean delayed,
            String jobClass) {
        this.delayed = delayed;
        this.jobClass = jobClass;
        line = FaultProxy.to(redis);
        resque = Resque.builder()
                .backend(adapter)
                .serializer("gson")
                .url(line.url() + "?timeout=1s&connectTimeout=1s")
                .build();
        acknowledged = new Journal(folder, Journal.ACKNOWLEDGED, name);
        unknown = new Journal(folder, Journal.UNKNOWN, name);
        random = new Random(seed);
        thread = new Thread(() -> produce(from, to, progress), "chaos-producer-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void produce(long from, long to, Progress progress) {
        try {
            long next = from;
            while (next < to && !stopped) {
                if (next - from > progress.part() * (to - from)) {
                    LockSupport.parkNanos(PAUSE.toNanos());
                    continue;
                }
                long end = Math.min(to, next + (random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(40)));
                second = delayed ? secondToCome() : 0;
                if (random.nextInt(3) == 0) {
                    handOver(next, end);
                } else {
                    enqueue(next, end);
                }
                next = end;
            }
        } catch (RuntimeException e) {
            trouble = e;
        }
    }

    /** Most jobs are due together with many others, so that schedulers are struck while they move them. */
    private long secondToCome() {
        long now = System.currentTimeMillis() / 1000;
        return random.nextInt(4) == 0
                ? now + 1 + random.nextInt(8)
                : (now + 1 + TOGETHER_DUE) / TOGETHER_DUE * TOGETHER_DUE;
    }

    /** What enqueues the jobs that are made next. An instant within a second is due when the next one begins. */
    private Enqueuer target() {
        return delayed ? resque.at(Instant.ofEpochSecond(second).minusMillis(random.nextInt(1000))) : resque;
    }

    private void enqueue(long from, long to) {
        String queue = QUEUES.get(random.nextInt(QUEUES.size()));
        while (!stopped) {
            try {
                if (to - from == 1) {
                    target().enqueue(queue, job(from));
                } else {
                    target().enqueueAll(queue, jobs(from, to));
                }
                acknowledged.write(from, to);
                return;
            } catch (BackendUnavailableException e) {
                if (e.maybeApplied()) {
                    unknown.write(from, to);
                    return;
                }
            } catch (BackendException e) {
                // Redis has refused it, because it is loading for example: nothing was written.
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** Enqueues several jobs asynchronously, and waits for their outcomes only afterwards. */
    private void handOver(long from, long to) {
        String queue = QUEUES.get(random.nextInt(QUEUES.size()));
        Map<Long, CompletionStage<Long>> stages = new LinkedHashMap<>();
        for (long at = from; at < to; at += TOGETHER) {
            stages.put(at, target().enqueueAllAsync(queue, jobs(at, Math.min(to, at + TOGETHER))));
        }
        stages.forEach((at, stage) -> {
            long end = Math.min(to, at + TOGETHER);
            try {
                stage.toCompletableFuture().join();
                acknowledged.write(at, end);
            } catch (CompletionException e) {
                if (e.getCause() instanceof BackendUnavailableException lost && lost.maybeApplied()) {
                    unknown.write(at, end);
                } else if (e.getCause() instanceof BackendException) {
                    enqueue(at, end); // nothing was written
                } else {
                    throw e;
                }
            }
        });
    }

    private List<JobSpec> jobs(long from, long to) {
        return LongStream.range(from, to).mapToObj(this::job).toList();
    }

    private JobSpec job(long number) {
        return JobSpec.of(jobClass, number, delayed ? second : work(number));
    }

    private static long work(long number) {
        return number * 31 % LONGEST_WORK;
    }

    boolean hasEnded() {
        if (trouble != null) {
            throw trouble;
        }
        return !thread.isAlive();
    }

    @Override
    public void close() {
        stopped = true;
        resque.close();
        line.close();
        acknowledged.close();
        unknown.close();
    }
}
