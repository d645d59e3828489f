package io.resque.benchmarks;

import io.resque.activejob.ActiveJobs;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the hash of ActiveJob costs a worker: {@code bin/benchmark activejob [JOBS]}. The drain of jobs of ActiveJob, over the drain of plain jobs
 * with the same arguments, in alternating runs; and over plain jobs with an argument of the same size.
 */
final class ActiveJobBenchmark {
    private static final int AT_ONCE = 64;
    private static final int RUNS = 5;

    private final RedisServer server;
    private final RespClient redis;
    private final int jobs;

    private ActiveJobBenchmark(RedisServer server, RespClient redis, int jobs) {
        this.server = server;
        this.redis = redis;
        this.jobs = jobs;
    }

    /** What the jobs are. */
    private enum Kind {
        /** Three arguments. */
        PLAIN,
        /** The same in the hash of ActiveJob. */
        RAILS,
        /** The same hash as the argument of a plain job. */
        LARGE
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off");
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 200_000;
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", " + AT_ONCE
                    + " jobs at once, "
                    + Runtime.getRuntime().availableProcessors() + " processors for all");
            ActiveJobBenchmark benchmark = new ActiveJobBenchmark(server, redis, jobs);
            for (String adapter : List.of("jedis", "lettuce")) {
                benchmark.drain(adapter);
            }
        }
        System.exit(0);
    }

    private void drain(String adapter) throws InterruptedException {
        Map<Kind, List<Double>> ratios = new LinkedHashMap<>();
        for (int i = 0; i <= RUNS; i++) {
            double plain = run(adapter, Kind.PLAIN);
            double large = run(adapter, Kind.LARGE);
            double rails = run(adapter, Kind.RAILS);
            if (i > 0) { // the first one warms up
                System.out.printf(
                        Locale.ROOT,
                        "%-8s %.0f jobs/s of ActiveJob, %.0f plain, %.0f plain of the same size%n",
                        adapter,
                        rails,
                        plain,
                        large);
                ratios.computeIfAbsent(Kind.PLAIN, kind -> new ArrayList<>()).add(rails / plain);
                ratios.computeIfAbsent(Kind.LARGE, kind -> new ArrayList<>()).add(rails / large);
            }
        }
        ratios.forEach((kind, all) -> {
            Collections.sort(all);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s drain of ActiveJob / %s: %.3f (%.3f to %.3f)%n",
                    adapter,
                    kind,
                    all.get(RUNS / 2),
                    all.get(0),
                    all.get(RUNS - 1));
        });
    }

    private double run(String adapter, Kind kind) throws InterruptedException {
        redis.call("FLUSHALL");
        try (Resque resque = Resque.builder()
                .url(server.url())
                .backend(adapter)
                .serializer("gson")
                .build()) {
            resque.enqueueAll("q", IntStream.range(0, jobs).mapToObj(i -> job(kind, i)));
            JobCountdown countdown = new JobCountdown(jobs);
            WorkerBuilder worker = resque.workerBuilder("q").concurrency(AT_ONCE);
            if (kind == Kind.RAILS) {
                worker.module(ActiveJobs.handlers().on("WelcomeJob", job -> {
                    job.args().get(0, Long.class);
                    countdown.count();
                }));
            } else {
                worker.register("WelcomeJob", () -> job -> {
                    job.args().get(0);
                    countdown.count();
                });
            }
            Worker running = worker.start();
            try {
                return countdown.perSecond();
            } finally {
                running.close();
            }
        }
    }

    private static JobSpec job(Kind kind, int number) {
        if (kind == Kind.PLAIN) {
            return JobSpec.of("WelcomeJob", number, "x", Map.of("name", "Chris"));
        }
        Map<String, @Nullable Object> hash = new LinkedHashMap<>();
        hash.put("job_class", "WelcomeJob");
        hash.put("job_id", UUID.randomUUID().toString());
        hash.put("provider_job_id", null);
        hash.put("queue_name", "q");
        hash.put("priority", null);
        hash.put("arguments", List.of(number, "x", Map.of("name", "Chris", "_aj_symbol_keys", List.of("name"))));
        hash.put("executions", 0);
        hash.put("exception_executions", Map.of());
        hash.put("locale", "en");
        hash.put("timezone", "UTC");
        hash.put("enqueued_at", Instant.EPOCH.plusSeconds(2_000_000_000).toString());
        hash.put("scheduled_at", null);
        return JobSpec.of(kind == Kind.RAILS ? ActiveJobs.WRAPPER : "WelcomeJob", hash);
    }
}
