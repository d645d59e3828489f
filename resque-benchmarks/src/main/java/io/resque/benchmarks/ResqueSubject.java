package io.resque.benchmarks;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.ProcessJobExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** This library, on one of its adapters. */
final class ResqueSubject implements Subject {
    private final String url;
    private final String backend;
    private final String namespace;
    private final Resque resque;
    private @Nullable Worker idle;

    private @Nullable SteadyLoad steady;
    private @Nullable NumberedLoad numbered;

    private ResqueSubject(String url, String backend, String namespace) {
        this.url = url;
        this.backend = backend;
        this.namespace = namespace;
        resque = open(url, backend, namespace);
    }

    private static Resque open(String url, String backend, String namespace) {
        return Resque.builder()
                .url(url)
                .backend(backend)
                .serializer("gson")
                .namespace(namespace)
                .statusExpiry(Duration.ofSeconds(10))
                .failureLimit(1_000)
                .build();
    }

    public static void main(String[] args) throws Exception {
        Subject.serve(new ResqueSubject(args[0], args[1], args.length > 2 ? args[2] : "resque"));
    }

    @Override
    public String run(String[] words) throws Exception {
        int first = words.length > 1 ? Integer.parseInt(words[1]) : 0;
        int second = words.length > 2 ? Integer.parseInt(words[2]) : 0;
        return switch (words[0]) {
            case "drain" -> drain(first, second, words.length > 3 ? words[3] : "1");
            case "children" -> children(first, second, Integer.parseInt(words[3]));
            case "enqueue" -> enqueue(first, second);
            case "enqueueAsync" -> handOver(second, 1);
            case "bulk" -> bulk(first);
            case "bulkAsync" -> handOver(first, 100);
            case "stream" -> stream(first);
            case "wake" -> wake(first, second);
            case "herd" -> {
                for (int i = 0; i < first; i++) {
                    open(url, backend, namespace)
                            .workerBuilder("q")
                            .register("Noop", () -> context -> {})
                            .pid(1_000_000 + i)
                            .start();
                }
                yield "ok";
            }
            case "idle" -> {
                idle = resque.workerBuilder(IntStream.range(0, second)
                                .mapToObj(i -> "q" + i)
                                .toArray(String[]::new))
                        .register("Noop", () -> context -> {})
                        .concurrency(first)
                        .start();
                yield "ok";
            }
            case "stop" -> {
                if (idle != null) {
                    idle.close();
                }
                yield "ok";
            }
            case "soak" -> {
                steady = new SteadyLoad(resque, first, second);
                yield "ok";
            }
            case "numbered" -> {
                numbered = new NumberedLoad(resque, first, second, Integer.parseInt(words[3]));
                yield "ok";
            }
            case "sample" ->
                numbered != null
                        ? numbered.sample()
                        : Objects.requireNonNull(steady).sample();
            case "end" -> Objects.requireNonNull(numbered).end();
            case "rss" -> Subject.rss();
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String drain(int threads, int jobs, String how) throws InterruptedException {
        JobCountdown countdown = new JobCountdown(jobs);
        boolean virtual = how.equals("virtual");
        boolean listened = how.equals("listened") || how.equals("deaf");
        List<String> queues = new ArrayList<>();
        boolean all = how.equals("all");
        for (int i = virtual || listened || all ? 1 : Integer.parseInt(how); i > 1; i--) {
            queues.add("empty" + i);
        }
        queues.add(all ? "*" : "q");
        WorkerBuilder builder = resque.workerBuilder(queues.toArray(String[]::new))
                .register("Noop", () -> context -> countdown.count())
                .concurrency(threads);
        if (listened) {
            builder.listen(how.equals("deaf") ? new ResqueListener() {} : new Counting());
        }
        Worker worker = (virtual ? builder.virtualThreads() : builder).start();
        double rate = countdown.perSecond();
        worker.close();
        return Double.toString(rate);
    }

    private String children(int jobsPerFork, int workers, int jobs) throws InterruptedException {
        JobCountdown countdown = new JobCountdown(jobs);
        Worker worker = resque.workerBuilder("q")
                .module(new EmptyJobs())
                .executor(ProcessJobExecutor.builder().jobsPerFork(jobsPerFork).build())
                .concurrency(workers)
                .listen(new ResqueListener() {
                    @Override
                    public void jobEnded(String id, JobInfo job, JobEnd end) {
                        countdown.count();
                    }
                })
                .start();
        double rate = countdown.perSecond();
        worker.close();
        return Double.toString(rate);
    }

    /** Hears of each job, and does as little with it as a metric does. */
    private static final class Counting implements ResqueListener {
        private final LongAdder taken = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        @Override
        public void jobTaken(String worker, JobInfo job) {
            taken.increment();
        }

        @Override
        public void jobEnded(String worker, JobInfo job, JobEnd end) {
            nanos.add(end.took().toNanos());
        }
    }

    private static JobSpec job(int number) {
        return JobSpec.of("Noop", number, "x", Map.of("name", "Chris"));
    }

    private String enqueue(int threads, int jobs) throws InterruptedException {
        List<Thread> producers = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(() -> {
                for (int j = 0; j < jobs / threads; j++) {
                    resque.enqueue("q", job(j));
                }
            });
            producers.add(thread);
            thread.start();
        }
        for (Thread thread : producers) {
            thread.join();
        }
        return Double.toString(jobs / ((System.nanoTime() - start) / 1e9));
    }

    private String bulk(int jobs) {
        long start = System.nanoTime();
        for (int i = 0; i < jobs / 100; i++) {
            resque.enqueueAll(
                    "q", IntStream.range(0, 100).mapToObj(ResqueSubject::job).toList());
        }
        return Double.toString(jobs / ((System.nanoTime() - start) / 1e9));
    }

    private String handOver(int jobs, int together) {
        long start = System.nanoTime();
        CompletableFuture<?>[] stages = new CompletableFuture<?>[jobs / together];
        for (int i = 0; i < stages.length; i++) {
            stages[i] = resque.enqueueAllAsync(
                            "q",
                            IntStream.range(0, together)
                                    .mapToObj(ResqueSubject::job)
                                    .toList())
                    .toCompletableFuture();
        }
        CompletableFuture.allOf(stages).join();
        return Double.toString(jobs / ((System.nanoTime() - start) / 1e9));
    }

    private String stream(int jobs) {
        long start = System.nanoTime();
        resque.enqueueAll("q", IntStream.range(0, jobs).mapToObj(ResqueSubject::job));
        return Double.toString(jobs / ((System.nanoTime() - start) / 1e9));
    }

    private String wake(int jobs, int workers) throws InterruptedException {
        BlockingQueue<Long> starts = new LinkedBlockingQueue<>();
        Worker worker = resque.workerBuilder("q")
                .register("Start", () -> context -> starts.add(System.nanoTime()))
                .concurrency(workers)
                .start();
        long[] nanos = new long[jobs];
        for (int i = -jobs / 4; i < jobs; i++) {
            LockSupport.parkNanos(3_000_000);
            long sent = System.nanoTime();
            resque.enqueue("q", "Start");
            long started = starts.take();
            if (i >= 0) {
                nanos[i] = started - sent;
            }
        }
        worker.close();
        return Subject.medianAnd99(nanos);
    }
}
