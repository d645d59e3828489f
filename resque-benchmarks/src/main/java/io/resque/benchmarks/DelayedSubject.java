package io.resque.benchmarks;

import io.resque.core.Resque;
import io.resque.core.Scheduler;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * The scheduler of this library, in a JVM of its own. It reads lines, and answers each:
 *
 * <pre>
 * move JOBS              jobs per second, from the start of a scheduler until it has moved as many
 * start, stop            ok: a scheduler runs between them
 * enqueue JOBS           jobs per second, one after the other from one thread
 * enqueueAt JOBS         the same for a later second; the jobs of a hundred calls are due together
 * fill JOBS EACH         ok: jobs of 67 bytes with their queue, so many due in each second, from an hour ahead on
 * sample                 heap in KiB after a collection, RSS in KiB, threads, open files
 * </pre>
 *
 * node-resque as a subject knows {@code move}, {@code start} and {@code stop}.
 */
final class DelayedSubject implements Subject {
    static final int AHEAD = 3_600;
    private static final int BULK = 1_000;

    private final Resque resque;

    private DelayedSubject(String url, String adapter) {
        resque = Resque.builder()
                .url(url + "?timeout=60s")
                .backend(adapter)
                .serializer("gson")
                .build();
    }

    public static void main(String[] args) throws Exception {
        Subject.serve(new DelayedSubject(args[0], args[1]));
    }

    @Override
    public String run(String[] words) throws Exception {
        int jobs = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        return switch (words[0]) {
            case "move" -> move(jobs);
            case "start" -> {
                resque.scheduler().start();
                yield "ok";
            }
            case "stop" -> {
                resque.scheduler().close();
                yield "ok";
            }
            case "enqueue" -> rate(jobs, number -> resque.enqueue("q", "Noop", number));
            case "enqueueAt" -> {
                long second = System.currentTimeMillis() / 1000 + AHEAD;
                yield rate(
                        jobs,
                        number -> resque.enqueueAt(Instant.ofEpochSecond(second + number / 100), "q", "Noop", number));
            }
            case "fill" -> fill(jobs, Integer.parseInt(words[2]));
            case "sample" -> Subject.ofThisJvm();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String move(int jobs) {
        Scheduler scheduler = resque.scheduler();
        long before = scheduler.countMoved();
        long begin = System.nanoTime();
        scheduler.start();
        while (scheduler.countMoved() - before < jobs) {
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(500));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        scheduler.close();
        return Double.toString(jobs / seconds);
    }

    interface Enqueueing {
        void of(int number);
    }

    static String rate(int jobs, Enqueueing enqueueing) {
        long begin = System.nanoTime();
        for (int i = 0; i < jobs; i++) {
            enqueueing.of(i);
        }
        return Double.toString(jobs / ((System.nanoTime() - begin) / 1e9));
    }

    private String fill(int jobs, int each) {
        long second = System.currentTimeMillis() / 1000 + AHEAD;
        int bulk = Math.min(each, BULK);
        for (int from = 0; from < jobs; from += bulk) {
            resque.at(Instant.ofEpochSecond(second + from / each))
                    .enqueueAll(
                            "q",
                            IntStream.range(from, from + bulk)
                                    .mapToObj(SampleItem::spec)
                                    .toList());
        }
        return "ok";
    }
}
