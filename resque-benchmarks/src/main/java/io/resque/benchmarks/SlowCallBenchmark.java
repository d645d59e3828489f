package io.resque.benchmarks;

import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Counts the calls that keep Redis for more than a millisecond, by its {@code SLOWLOG}, while a worker with 64 jobs at
 * once runs jobs that complete, and the same jobs that fail: {@code bin/benchmark slow [ROUNDS]}. The two loads take
 * turns. Redis has the first processor for itself, and this JVM the others: where they share one, a call is slow because
 * the system let the JVM run in the middle of it. A machine also pauses a processor now and then, whatever runs there: the
 * last row shows how often, by calls that only count. The longer Redis works, the more pauses fall into its work: the column Redis-s divides
 * the calls above 2 ms by the seconds for which Redis worked.
 */
final class SlowCallBenchmark {
    private static final int AT_ONCE = 64;
    private static final Pattern SCRIPTS = Pattern.compile("cmdstat_evalsha:calls=(\\d+),usec=(\\d+)");

    private SlowCallBenchmark() {}

    /** What stands in the log for a load, over all rounds. */
    private static final class Row {
        private int overTwo;
        private int overOne;
        private long longest;
        private double seconds;
        private long calls;
        private long micros;

        void add(RespClient redis) {
            Matcher scripts = SCRIPTS.matcher(String.valueOf(redis.text("INFO", "commandstats")));
            if (scripts.find()) {
                calls += Long.parseLong(scripts.group(1));
                micros += Long.parseLong(scripts.group(2));
            }
            for (Object entry : (List<?>) redis.call("SLOWLOG", "GET", -1)) {
                long micros = (Long) ((List<?>) entry).get(2);
                String command =
                        new String((byte[]) ((List<?>) ((List<?>) entry).get(3)).get(0), StandardCharsets.UTF_8);
                if (command.equalsIgnoreCase("EVALSHA")) {
                    overTwo += micros > 2_000 ? 1 : 0;
                    overOne += micros > 1_000 ? 1 : 0;
                    longest = Math.max(longest, micros);
                }
            }
        }
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "off"); // each failure is a warning
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", " + AT_ONCE
                    + " jobs at once, " + rounds + " rounds, " + Processors.separate(redis));
            System.out.printf(
                    "%-8s %8s %-10s %8s %8s %10s %10s %10s %8s %8s %10s%n",
                    "adapter",
                    "bytes",
                    "jobs",
                    "> 2 ms",
                    "a second",
                    "Redis-s",
                    "> 1 ms",
                    "longest µs",
                    "calls",
                    "µs/call",
                    "jobs/s");
            redis.call("CONFIG", "SET", "slowlog-log-slower-than", 1_000);
            redis.call("CONFIG", "SET", "slowlog-max-len", 1_000_000);
            for (String adapter : List.of("jedis", "lettuce")) {
                for (int bytes : new int[] {1_000, 50_000}) {
                    int jobs = bytes > 10_000 ? 2_000 : 40_000;
                    Row completed = new Row();
                    Row failed = new Row();
                    for (int i = 0; i <= rounds; i++) { // the first one warms up
                        run(server.url(), redis, adapter, jobs, bytes, false, i == 0 ? new Row() : completed);
                        run(server.url(), redis, adapter, jobs, bytes, true, i == 0 ? new Row() : failed);
                    }
                    print(adapter, bytes, "complete", completed, rounds * jobs);
                    print(adapter, bytes, "fail", failed, rounds * jobs);
                }
            }
            print("none", 0, "count", count(redis, 2 * rounds), 0);
        }
        System.exit(0);
    }

    private static void print(String adapter, int bytes, String jobs, Row row, int count) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %8d %-10s %8d %8.2f %10.2f %10d %10d %8d %8d %10.0f%n",
                adapter,
                bytes,
                jobs,
                row.overTwo,
                row.overTwo / row.seconds,
                row.overTwo / Math.max(1e-6, row.micros / 1e6),
                row.overOne,
                row.longest,
                row.calls,
                row.micros / Math.max(1, row.calls),
                count / row.seconds);
    }

    /** So many seconds of calls that take Redis as long as those of a load, and touch no key. */
    private static Row count(RespClient redis, int seconds) {
        byte[] sha = (byte[]) redis.call("SCRIPT", "LOAD", "for i = 1, 20000 do end");
        Row row = new Row();
        redis.call("SLOWLOG", "RESET");
        redis.call("CONFIG", "RESETSTAT");
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(seconds)) {
            redis.call("EVALSHA", sha, 0);
        }
        row.seconds = (System.nanoTime() - start) / 1e9;
        row.add(redis);
        return row;
    }

    private static void run(String url, RespClient redis, String adapter, int jobs, int bytes, boolean fail, Row row)
            throws InterruptedException {
        redis.call("FLUSHALL");
        try (Resque resque =
                Resque.builder().url(url).backend(adapter).serializer("gson").build()) {
            String text = "x".repeat(bytes);
            resque.enqueueAll("q", IntStream.range(0, jobs).mapToObj(i -> JobSpec.of("Sized", i, text)));
            redis.call("SLOWLOG", "RESET");
            redis.call("CONFIG", "RESETSTAT");
            JobCountdown countdown = new JobCountdown(jobs);
            Worker worker = resque.workerBuilder("q")
                    .register("Sized", () -> context -> {
                        countdown.count();
                        if (fail) {
                            throw new IllegalStateException("as it was told");
                        }
                    })
                    .concurrency(AT_ONCE)
                    .start();
            row.seconds += jobs / countdown.perSecond();
            worker.close();
            row.add(redis);
        }
    }
}
