package io.resque.benchmarks;

import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Measures the web pages on a Redis with many records: {@code bin/benchmark web}. The pages have a JVM of {@code -Xmx64m}. First ten
 * workers drain a queue that never ends, and one visitor asks for each page 50 times. Then nobody works, and 20 visitors have the overview
 * open: what Redis does then, it does for them.
 */
final class WebBenchmark {
    private static final int FAILURES = 100_000;
    private static final int QUEUES = 1_000;
    private static final int WORKERS = 1_000;
    private static final int DELAYED = 100_000;
    private static final int TIMES = 50;
    private static final int VIEWERS = 20;
    private static final Duration VIEWED = Duration.ofSeconds(20);

    /** As the script of the pages asks. */
    private static final Duration EACH = Duration.ofSeconds(2);

    private static final List<String> PAGES = List.of(
            "",
            "queues",
            "queues/q5",
            "working",
            "workers",
            "failed",
            "failed?class=Job7",
            "failed?text=nowhere",
            "failed?groups=yes",
            "delayed",
            "delayed?text=nowhere",
            "retries",
            "schedule",
            "locks",
            "history",
            "server",
            "stats.txt",
            "api/v1/overview",
            "api/v1/failed");

    private final RespClient redis;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI root;

    private WebBenchmark(RespClient redis, URI root) {
        this.redis = redis;
        this.root = root;
    }

    public static void main(String[] args) throws Exception {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.printf(
                    Locale.ROOT,
                    "Java %s, Redis %s; %,d failures, %,d queues, %,d workers, %,d delayed jobs%n",
                    Runtime.version(),
                    server.version(),
                    FAILURES,
                    QUEUES + 1,
                    WORKERS,
                    DELAYED);
            fill(redis);
            String classes = System.getProperty("java.class.path");
            try (SubjectProcess web =
                    SubjectProcess.java("web", server.url(), "64m", classes, WebSubject.class.getName())) {
                URI root = URI.create("http://127.0.0.1:" + web.tell("port") + "/");
                WebBenchmark benchmark = new WebBenchmark(redis, root);
                try (Resque resque = Resque.builder()
                        .url(server.url())
                        .backend("jedis")
                        .serializer("gson")
                        .build()) {
                    benchmark.pages(resque);
                }
                benchmark.viewers();
                System.out.printf(Locale.ROOT, "resident memory of the pages: %.0f MB%n", web.numbers("rss")[0] / 1024);
            }
        }
        System.exit(0);
    }

    private static void fill(RespClient redis) {
        redis.call("SET", "resque:stat:processed", 0);
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        push(
                redis,
                "resque:failed",
                FAILURES,
                i -> "{\"failed_at\":\"2026/11/30 12:00:00 UTC\",\"payload\":{\"class\":\"Job" + i % 50
                        + "\",\"args\":[" + i
                        + ",{\"to\":\"user" + i + "@example.org\"}]},\"exception\":\"Net::Timeout" + i % 7
                        + "\",\"error\":\"execution expired after " + i % 30
                        + " s\",\"backtrace\":[\"app/jobs/mail.rb:12:in `perform'\",\"" + "lib/frame.rb:3 ".repeat(40)
                        + "\"],\"worker\":\"web-1:42:mail\",\"queue\":\"q" + i % QUEUES + "\"}");
        for (int i = 0; i < QUEUES; i++) {
            redis.call("SADD", "resque:queues", "q" + i);
            push(
                    redis,
                    "resque:queue:q" + i,
                    i % 30,
                    job -> "{\"class\":\"Job" + job % 50 + "\",\"args\":[" + job + "]}");
        }
        for (int i = 0; i < WORKERS; i++) {
            String id = "host" + i % 40 + ":" + i + ":q" + i;
            redis.call("SADD", "resque:workers", id);
            redis.call("HSET", "resque:workers:heartbeat", id, now.replace("Z", "+00:00"));
            if (i % 2 == 0) {
                redis.call(
                        "SET",
                        "resque:worker:" + id,
                        "{\"queue\":\"q" + i + "\",\"run_at\":\"" + now
                                + "\",\"payload\":{\"class\":\"Job1\",\"args\":[1]}}");
            }
        }
        long second = Instant.now().getEpochSecond() + 86_400;
        for (int i = 0; i < DELAYED / 100; i++) {
            redis.call("ZADD", "resque:delayed_queue_schedule", second + i, second + i);
            push(
                    redis,
                    "resque:delayed:" + (second + i),
                    100,
                    job -> "{\"class\":\"Job" + job % 50 + "\",\"args\":[" + job + "],\"queue\":\"q1\"}");
        }
    }

    private static void push(RespClient redis, String key, int count, IntFunction<String> element) {
        for (int from = 0; from < count; from += 1_000) {
            List<Object> command = new ArrayList<>(List.of("RPUSH", key));
            IntStream.range(from, Math.min(count, from + 1_000))
                    .mapToObj(element)
                    .forEach(command::add);
            redis.call(command.toArray());
        }
    }

    private void pages(Resque resque) throws IOException, InterruptedException {
        Worker worker = resque.workerBuilder("drained")
                .register("Noop", () -> context -> {})
                .concurrency(10)
                .start();
        Thread producer = new Thread(() -> {
            List<JobSpec> jobs = IntStream.range(0, 1_000)
                    .mapToObj(i -> JobSpec.of("Noop", i))
                    .toList();
            while (!Thread.currentThread().isInterrupted()) {
                if (resque.inspector().queueSize("drained") < 5_000) {
                    resque.enqueueAll("drained", jobs);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        });
        producer.start();
        long begun = System.nanoTime();
        long before = processed();
        System.out.printf("%-24s %10s %12s %12s%n", "page", "first, ms", "median, ms", "slowest, ms");
        for (String page : PAGES) {
            double first = millis(page);
            double[] times = new double[TIMES];
            for (int i = 0; i < TIMES; i++) {
                times[i] = millis(page);
            }
            Arrays.sort(times);
            System.out.printf(
                    Locale.ROOT, "/%-23s %10.0f %12.0f %12.0f%n", page, first, times[TIMES / 2], times[TIMES - 1]);
        }
        System.out.printf(
                Locale.ROOT,
                "meanwhile ten workers did %,.0f jobs/s%n",
                (processed() - before) / ((System.nanoTime() - begun) / 1e9));
        producer.interrupt();
        producer.join();
        worker.stop(Duration.ofSeconds(10));
    }

    private long processed() {
        return redis.number("GET", "resque:stat:processed");
    }

    private double millis(String page) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        int status = client.send(
                        HttpRequest.newBuilder(root.resolve(page)).build(), HttpResponse.BodyHandlers.ofByteArray())
                .statusCode();
        if (status != 200) {
            throw new IOException("/" + page + " answered " + status);
        }
        return (System.nanoTime() - begun) / 1e6;
    }

    private void viewers() throws InterruptedException {
        double before = redisSeconds();
        long begun = System.nanoTime();
        List<Thread> viewers = IntStream.range(0, VIEWERS)
                .mapToObj(i -> new Thread(() -> view(begun + EACH.toNanos() * i / VIEWERS)))
                .toList();
        viewers.forEach(Thread::start);
        for (Thread viewer : viewers) {
            viewer.join();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "processor time of Redis while %d visitors have the overview open: %.1f %%%n",
                VIEWERS,
                (redisSeconds() - before) / seconds * 100);
    }

    private void view(long first) {
        long end = first + VIEWED.toNanos();
        for (long next = first; next < end; next += EACH.toNanos()) {
            while (System.nanoTime() < next) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            try {
                millis("");
            } catch (IOException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private double redisSeconds() {
        return redis.text("INFO", "cpu")
                .lines()
                .filter(line -> line.matches("used_cpu_(user|sys):.*"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }
}
