package io.resque.benchmarks;

import io.resque.core.Resque;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures what idle schedulers cost, and when a job that was written for an earlier second is seen after the scheduler that looks for all is
 * cut off from Redis for good: {@code bin/benchmark schedulers [SECONDS [ROUNDS [COUNT,…]]]}. Each scheduler has its own connection, through a proxy that
 * can refuse it, and all are in this process.
 */
final class SchedulersBenchmark {
    private static final String SCHEDULE = "resque:delayed_queue_schedule";
    private static final String ITEM = "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}";

    /** By then each scheduler has counted a second time how many there are. */
    private static final long UNTIL_COUNTED = TimeUnit.SECONDS.toNanos(100);

    private final RedisServer server;
    private final RespClient redis;
    private final Map<String, FaultProxy> byName = new HashMap<>();

    /** Also of schedulers that are no more. */
    private final Set<String> names = new HashSet<>();

    private SchedulersBenchmark(RedisServer server, RespClient redis) {
        this.server = server;
        this.redis = redis;
    }

    public static void main(String[] args) throws Exception {
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 30;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        System.out.println(
                "an earlier job: seconds until it is on its queue, after the scheduler that looks for all is cut off");
        System.out.printf(
                "%-10s %12s %16s %8s %8s %8s%n",
                "schedulers", "commands/s", "with scripts' /s", "least", "median", "most");
        int[] counts = args.length > 2
                ? Arrays.stream(args[2].split(",")).mapToInt(Integer::parseInt).toArray()
                : new int[] {1, 20, 200};
        for (int count : counts) {
            try (RedisServer server = RedisServer.start();
                    RespClient redis = server.client()) {
                new SchedulersBenchmark(server, redis).row(count, seconds, rounds);
            }
        }
        System.exit(0);
    }

    private void row(int count, int seconds, int rounds) throws IOException {
        long far = Long.parseLong(redis.texts("TIME").get(0)) + 100_000;
        write(far);
        for (int i = 0; i < count; i++) {
            start();
        }
        LockSupport.parkNanos(UNTIL_COUNTED);
        CommandLog commands = new CommandLog(server.url(), line -> {});
        long all = processed();
        long sent = commands.ofClients();
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
        sent = commands.ofClients() - sent;
        all = processed() - all - 1;
        double[] delays = new double[rounds];
        for (int i = 0; i < rounds; i++) {
            delays[i] = delayAfterACut();
        }
        Arrays.sort(delays);
        System.out.printf(
                Locale.ROOT,
                "%-10d %12.2f %16.2f %8.2f %8.2f %8.2f%n",
                count,
                (double) sent / seconds,
                (double) all / seconds,
                delays[0],
                delays[rounds / 2],
                delays[rounds - 1]);
    }

    /** Starts a scheduler, and waits for its name. */
    private void start() {
        FaultProxy proxy = FaultProxy.to(server.url());
        Resque resque = Resque.builder()
                .url(proxy.url())
                .backend("jedis")
                .serializer("gson")
                .build();
        resque.scheduler().start();
        while (true) {
            for (String name : redis.texts("ZRANGE", "resque:java:schedulers", 0, -1)) {
                if (names.add(name)) {
                    byName.put(name, proxy);
                    return;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    private void write(long second) {
        redis.call("RPUSH", "resque:delayed:" + second, ITEM);
        redis.call("SADD", "resque:timestamps:" + ITEM, "delayed:" + second);
        redis.call("ZADD", SCHEDULE, second, second);
    }

    private double delayAfterACut() {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(6)); // one that was cut off before is there again
        String holder = redis.text("GET", "resque:java:schedule_look");
        FaultProxy proxy = byName.get(String.valueOf(holder));
        if (proxy == null) {
            return Double.NaN;
        }
        redis.call("DEL", "resque:queue:q");
        proxy.refuse(true);
        proxy.cutAll();
        long begun = System.nanoTime();
        write(Long.parseLong(redis.texts("TIME").get(0)) - 1);
        if (byName.size() == 1) { // nobody else is there: one that begins anew
            start();
        }
        while (redis.number("LLEN", "resque:queue:q") == 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
        double delay = (System.nanoTime() - begun) / 1e9;
        proxy.refuse(false);
        if (byName.size() == 2) {
            byName.remove(String.valueOf(holder));
            proxy.refuse(true);
        }
        return delay;
    }

    private long processed() {
        return Long.parseLong(String.valueOf(redis.text("INFO", "stats"))
                .replaceFirst("(?s).*total_commands_processed:(\\d+).*", "$1"));
    }
}
