package io.resque.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Measures what an idle worker costs, and how soon it then starts a job: {@code bin/benchmark idle [SECONDS]}. Each row
 * has its own process; all use one Redis. The measurement begins five seconds after the start of the worker.
 */
final class IdleBenchmark {
    private static final int WAKES = 300;
    private static final int NEW_QUEUES = 20;

    private IdleBenchmark() {}

    public static void main(String[] args) throws Exception {
        if (args.length > 1) {
            row(args[0], args[1], Integer.parseInt(args[2]), args[3].equals("pattern"), Integer.parseInt(args[4]));
            System.exit(0);
        }
        int seconds = args.length > 0 ? Integer.parseInt(args[0]) : 30;
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println(
                    "Java " + Runtime.version() + ", Redis " + server.version() + ", idle for " + seconds + " s");
            System.out.printf(
                    "%-8s %-13s %8s %12s %9s %8s %8s %8s %8s %10s%n",
                    "adapter",
                    "queues",
                    "threads",
                    "connections",
                    "commands",
                    "CPU s",
                    "p50 ms",
                    "p99 ms",
                    "most ms",
                    "new queue");
            for (String adapter : List.of("jedis", "lettuce")) {
                for (int queues : new int[] {1, 16, 17, 100, 1_000}) {
                    redis.call("FLUSHALL");
                    start(server.url(), adapter, queues, "list", seconds);
                }
                redis.call("FLUSHALL");
                start(server.url(), adapter, 100, "pattern", seconds);
            }
        }
        System.exit(0);
    }

    private static void start(String url, String adapter, int queues, String kind, int seconds)
            throws IOException, InterruptedException {
        int status = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdleBenchmark.class.getName(),
                        url,
                        adapter,
                        String.valueOf(queues),
                        kind,
                        String.valueOf(seconds))
                .inheritIO()
                .start()
                .waitFor();
        if (status != 0) {
            throw new IOException("The row of " + queues + " queues on " + adapter + " ended with status " + status);
        }
    }

    private static void row(String url, String adapter, int count, boolean pattern, int seconds) throws Exception {
        String[] queues = IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
        BlockingQueue<Long> starts = new LinkedBlockingQueue<>();
        try (Resque resque = Resque.builder()
                        .url(url)
                        .backend(adapter)
                        .serializer("gson")
                        .build();
                RespClient redis = RespClient.connect(url)) {
            for (String queue : queues) {
                redis.call("SADD", "resque:queues", queue);
            }
            CommandLog commands = new CommandLog(url, line -> {});
            Worker worker = resque.workerBuilder(pattern ? new String[] {"*"} : queues)
                    .register("Noop", () -> context -> starts.add(System.nanoTime()))
                    .start();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(5));
            ThreadMXBean threads = ManagementFactory.getThreadMXBean();
            OperatingSystemMXBean system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long connections = connections(redis);
            long sent = commands.ofClients();
            long started = threads.getTotalStartedThreadCount();
            long cpu = system.getProcessCpuTime();
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
            cpu = system.getProcessCpuTime() - cpu;
            started = threads.getTotalStartedThreadCount() - started;
            sent = commands.ofClients() - sent;
            connections = connections(redis) - connections;
            Random random = new Random(1);
            double[] wakes = new double[WAKES];
            for (int i = 0; i < WAKES; i++) {
                wakes[i] = wake(resque, queues[random.nextInt(count)], starts, random);
            }
            List<Double> news = new ArrayList<>();
            for (int i = 0; pattern && i < NEW_QUEUES; i++) {
                news.add(wake(resque, "new" + i, starts, random));
            }
            Arrays.sort(wakes);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %-13s %8d %12d %9d %8.2f %8.2f %8.2f %8.2f %10s%n",
                    adapter,
                    pattern ? "* over " + count : String.valueOf(count),
                    started,
                    connections,
                    sent,
                    cpu / 1e9,
                    wakes[WAKES / 2],
                    wakes[WAKES * 99 / 100],
                    wakes[WAKES - 1],
                    news.isEmpty()
                            ? ""
                            : String.format(
                                    Locale.ROOT,
                                    "%.1f",
                                    news.stream().max(Double::compare).orElseThrow()));
            worker.stop(Duration.ofSeconds(5));
        }
    }

    /** The time from before the enqueue to the start of the job, after the worker has had time to become idle. */
    private static double wake(Resque resque, String queue, BlockingQueue<Long> starts, Random random)
            throws InterruptedException {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20 + random.nextInt(30)));
        long before = System.nanoTime();
        resque.enqueue(queue, "Noop");
        Long start = starts.poll(40, TimeUnit.SECONDS);
        return start == null ? Double.POSITIVE_INFINITY : (start - before) / 1e6;
    }

    private static long connections(RespClient redis) {
        return Long.parseLong(String.valueOf(redis.text("INFO", "stats"))
                .replaceFirst("(?s).*total_connections_received:(\\d+).*", "$1"));
    }
}
