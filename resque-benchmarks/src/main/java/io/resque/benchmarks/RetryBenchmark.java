package io.resque.benchmarks;

import io.resque.api.JobSpec;
import io.resque.api.Retry;
import io.resque.api.RetryKeys;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.core.WorkerBuilder;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Measures what retry policies cost: {@code bin/benchmark retry [JOBS]}. First the drain of jobs with a policy that never fires, over the
 * drain without one, in five alternating runs. Then failing jobs with three tries each, beside the same jobs that complete: jobs a second, the
 * commands that Redis runs for each job, and the calls that keep it for more than two milliseconds.
 */
final class RetryBenchmark {
    private static final int AT_ONCE = 64;
    private static final int TRIES = 3;
    private static final int RUNS = 5;
    private static final int DRAINED = 300_000;
    private static final Retry POLICY = Retry.limit(TRIES - 1);
    private static final Pattern CALLS = Pattern.compile("cmdstat_(\\w+)(?:\\|\\w+)?:calls=(\\d+),usec=(\\d+)");

    private final RedisServer server;
    private final RespClient redis;

    private RetryBenchmark(RedisServer server, RespClient redis) {
        this.server = server;
        this.redis = redis;
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off"); // each failure is a warning
        int jobs = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", " + AT_ONCE
                    + " jobs at once, "
                    + Runtime.getRuntime().availableProcessors() + " processors for all");
            redis.call("CONFIG", "SET", "slowlog-log-slower-than", 2_000);
            redis.call("CONFIG", "SET", "slowlog-max-len", 1_000_000);
            RetryBenchmark benchmark = new RetryBenchmark(server, redis);
            for (String adapter : List.of("jedis", "lettuce")) {
                benchmark.drain(adapter);
            }
            benchmark.failing(jobs);
        }
        System.exit(0);
    }

    private void drain(String adapter) throws InterruptedException {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i <= RUNS; i++) {
            double without;
            double with;
            if (i % 2 == 0) {
                without = run(adapter, DRAINED, 1, null, RetryKeys.RUBY_3_3);
                with = run(adapter, DRAINED, 1, POLICY, RetryKeys.RUBY_3_3);
            } else {
                with = run(adapter, DRAINED, 1, POLICY, RetryKeys.RUBY_3_3);
                without = run(adapter, DRAINED, 1, null, RetryKeys.RUBY_3_3);
            }
            if (i > 0) { // the first one warms up
                ratios.add(with / without);
                System.out.printf(
                        Locale.ROOT, "%-8s drain: %.0f jobs/s with a policy, %.0f without%n", adapter, with, without);
            }
        }
        Collections.sort(ratios);
        System.out.printf(
                Locale.ROOT,
                "%-8s drain with a policy that never fires / without: %.3f (%.3f to %.3f)%n",
                adapter,
                ratios.get(RUNS / 2),
                ratios.get(0),
                ratios.get(RUNS - 1));
    }

    private void failing(int jobs) throws IOException, InterruptedException {
        System.out.println(Processors.separate(redis));
        System.out.printf(
                "%-34s %10s %10s %14s %10s %10s %10s%n",
                "jobs", "jobs/s", "runs/s", "commands/job", "> 2 ms", "scripts", "µs/script");
        row("complete", jobs, 1, null, RetryKeys.RUBY_3_3);
        row("fail once, no policy", jobs, 0, null, RetryKeys.RUBY_3_3);
        row("fail three times", jobs, TRIES, POLICY, RetryKeys.RUBY_3_3);
        row("the same, RetryKeys.NONE", jobs, TRIES, POLICY, RetryKeys.NONE);
        row("fail three times, a second between", jobs, TRIES, POLICY.fixed(Duration.ofSeconds(1)), RetryKeys.RUBY_3_3);
        row("complete", jobs, 1, null, RetryKeys.RUBY_3_3);
    }

    /** 0 tries are one that fails. */
    private void row(String name, int jobs, int tries, @Nullable Retry policy, RetryKeys keys)
            throws InterruptedException {
        double runs = run("jedis", jobs, tries, policy, keys);
        Matcher found = CALLS.matcher(String.valueOf(redis.text("INFO", "commandstats")));
        long commands = 0;
        long scripts = 0;
        long micros = 0;
        while (found.find()) {
            commands += Long.parseLong(found.group(2));
            if (found.group(1).equals("evalsha")) {
                scripts = Long.parseLong(found.group(2));
                micros = Long.parseLong(found.group(3));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%-34s %10.0f %10.0f %14.2f %10d %10d %10d%n",
                name,
                runs / Math.max(1, tries),
                runs,
                commands / (double) jobs,
                slowScripts(),
                scripts,
                micros / Math.max(1, scripts));
    }

    private long slowScripts() {
        return ((List<?>) redis.call("SLOWLOG", "GET", -1))
                .stream()
                        .filter(entry -> isScript((List<?>) ((List<?>) entry).get(3)))
                        .count();
    }

    private static boolean isScript(List<?> command) {
        return new String((byte[]) command.get(0), StandardCharsets.US_ASCII).startsWith("EVAL");
    }

    /** Runs jobs that fail at each of several tries, or complete at the only one; tells the runs in a second. */
    private double run(String adapter, int jobs, int tries, @Nullable Retry policy, RetryKeys keys)
            throws InterruptedException {
        redis.call("FLUSHALL");
        try (Resque resque = Resque.builder()
                .url(server.url())
                .backend(adapter)
                .serializer("gson")
                .retryKeys(keys)
                .build()) {
            resque.enqueueAll("q", IntStream.range(0, jobs).mapToObj(i -> JobSpec.of("Try", i)));
            redis.call("SLOWLOG", "RESET");
            redis.call("CONFIG", "RESETSTAT");
            JobCountdown countdown = new JobCountdown((long) jobs * Math.max(1, tries));
            WorkerBuilder worker = resque.workerBuilder("q")
                    .register("Try", () -> context -> {
                        countdown.count();
                        if (tries != 1) {
                            throw new IllegalStateException("as it was told");
                        }
                    })
                    .concurrency(AT_ONCE);
            if (policy != null) {
                worker.retry("Try", policy);
            }
            Worker running = worker.start();
            try {
                return countdown.perSecond();
            } finally {
                running.close();
            }
        }
    }
}
