package io.resque.examples;

import io.resque.api.Job;
import io.resque.api.JobContext;
import io.resque.api.ResqueException;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs jobs that Java, Ruby, PHP and Node have enqueued, on a real Redis, and shows the keys in Redis after each step.
 * Removes all that it has written. If there is no Redis and none can be started, it uses the memory backend.
 */
public final class Demo {
    private static final String QUEUE = "demo";

    /** Payloads as Ruby, php-resque and node-resque write them. */
    private static final List<String> FOREIGN = List.of(
            "{\"class\":\"Greeting\",\"args\":[\"Ruby\"]}",
            "{\"class\":\"Greeting\",\"args\":[{\"name\":\"PHP\",\"url\":\"http:\\/\\/php.example\\/\\u00e9\"}],"
                    + "\"id\":\"5a32079f8bfc7a1bd96e4aa8e8ac0b8d\",\"queue_time\":1795362386.108225}",
            "{\"class\":\"Greeting\",\"queue\":\"demo\",\"args\":[\"Node\"]}");

    private Demo() {}

    /**
     * Runs the demo. Ends the JVM with status 1 if it cannot go on.
     *
     * @param args not used
     */
    public static void main(String[] args) {
        PrintStream out = System.out;
        try {
            run(System.getenv("REDIS_URL"), RedisServer::start, out);
        } catch (ResqueException | IllegalStateException | IllegalArgumentException | UncheckedIOException e) {
            Throwable cause = e instanceof UncheckedIOException ? e.getCause() : null;
            out.println("The demo cannot go on. " + e.getMessage() + (cause == null ? "" : ": " + cause.getMessage()));
            out.flush();
            System.exit(1);
        }
    }

    /** Uses the Redis at the URL; otherwise a Redis that it starts; otherwise the memory backend. */
    static void run(@Nullable String url, Supplier<RedisServer> starter, PrintStream out) {
        if (url != null && !url.isBlank()) {
            out.println("Redis: the one that REDIS_URL names");
            run(url, out);
            return;
        }
        RedisServer started;
        try {
            started = starter.get();
        } catch (RuntimeException e) {
            out.println("No Redis: REDIS_URL is not set and none could be started, so this is the memory backend, "
                    + "which shows the same jobs without the keys.");
            run("memory:demo", out);
            return;
        }
        try (RedisServer server = started) {
            out.println("Redis: " + server.origin() + ", started for this demo");
            run(server.url(), out);
        }
    }

    private static void run(String url, PrintStream out) {
        String namespace = "resque-demo-" + UUID.randomUUID().toString().substring(0, 8);
        try (DemoView view =
                        url.startsWith("memory:") ? new MemoryView(url, namespace) : new RedisView(url, namespace);
                Resque resque = Resque.builder().url(url).namespace(namespace).build()) {
            new Walk(view, resque, out).walk();
        }
    }

    private record Walk(DemoView view, Resque resque, PrintStream out) {
        void walk() {
            title("1. Enqueue: two jobs from Java, one that will fail, and one each as Ruby, PHP and Node write it");
            resque.enqueue(QUEUE, "Greeting", "Java");
            resque.enqueue(QUEUE, "Bad_Job", 42);
            String token = resque.enqueueTracked(QUEUE, "Tracked_Job", Map.of("name", "Chris"))
                    .orElseThrow();
            FOREIGN.forEach(payload -> view.push(QUEUE, payload));
            show();
            status(token);

            title("2. Work");
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch seen = new CountDownLatch(1);
            Worker worker = resque.workerBuilder(QUEUE)
                    .register("Greeting", () -> new Greeting(out))
                    .register("Bad_Job", () -> context -> {
                        throw new IllegalStateException(
                                "No luck with " + context.args().get(0));
                    })
                    .register("Tracked_Job", () -> context -> {
                        running.countDown();
                        seen.await(10, TimeUnit.SECONDS);
                        context.result(Map.of("hello", context.args().get("name", String.class)));
                    })
                    .start();
            await(running);
            status(token);
            out.println("   Its worker's record: " + view.record(worker.ids().get(0)));
            seen.countDown();
            awaitProcessed(3L + FOREIGN.size());
            status(token);

            title("3. What is left while the worker is idle");
            show();

            title("4. And when it has stopped");
            worker.stop(Duration.ofSeconds(10));
            show();

            title("Done. What this demo has written is being removed.");
            out.println("   On your own Redis: REDIS_URL=redis://user:password@host:6379/0 bin/demo");
            out.println("   In your own code:  README.md, the first screen");
        }

        private void title(String text) {
            out.println();
            out.println(text);
        }

        private void status(String token) {
            out.println("   Status of " + token + ": "
                    + resque.status(token)
                            .map(status ->
                                    status.state() + (status.result() == null ? "" : ", result " + status.result()))
                            .orElse("unknown"));
        }

        private void show() {
            view.everything().forEach((key, value) -> {
                out.println("   " + key);
                List<?> lines = value instanceof Iterable<?> many ? listOf(many) : List.of(value);
                lines.forEach(line -> out.println("      " + shortened(String.valueOf(line))));
            });
        }

        private static List<?> listOf(Iterable<?> many) {
            List<@Nullable Object> list = new ArrayList<>();
            many.forEach(list::add);
            return list;
        }

        private static String shortened(String line) {
            return line.length() > 400 ? line.substring(0, 400) + "…" : line;
        }

        private static void await(CountDownLatch latch) {
            try {
                if (!latch.await(10, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("The tracked job was not begun within ten seconds");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("Interrupted", e);
            }
        }

        private void awaitProcessed(long jobs) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            while (view.processed() != jobs) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("Not all " + jobs + " jobs were worked within ten seconds");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        }
    }

    /** A job that all languages enqueue: Ruby and Node with positional arguments, PHP with one map. */
    private record Greeting(PrintStream out) implements Job {
        @Override
        public void setUp(JobContext context) {
            out.println("   Greeting: setUp");
        }

        @Override
        public void perform(JobContext context) {
            Object first = context.args().get(0);
            out.println("   Greeting: hello from " + (first instanceof Map<?, ?> named ? named : first));
        }

        @Override
        public void tearDown(JobContext context) {
            out.println("   Greeting: tearDown");
        }
    }
}
