package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.api.JobSpec;
import io.resque.api.Unique;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A live node-resque on the same Redis: each library runs the jobs that the other one enqueues, and reads its records. */
@Timeout(60)
class NodePeerTest {
    private static final Path PEER = Path.of("src/test/node");
    private static final JobSerializer JSON = new GsonSerializerProvider().create();

    private static RedisServer server;

    @BeforeAll
    static void start() {
        boolean installed = Files.isDirectory(PEER.resolve("node_modules/node-resque"));
        if (!installed) {
            System.out.println(
                    "SKIPPED: node-resque is not installed; run npm install --no-package-lock in resque-examples/"
                            + PEER);
        }
        assumeTrue(installed, "node-resque is not installed");
        // node-resque gets only host and port.
        server = RedisServer.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private final String namespace = server == null ? "" : server.newNamespace();

    private Resque resque() {
        return Resque.builder()
                .url(server.url())
                .namespace(namespace)
                .backend("jedis")
                .serializer("gson")
                .build();
    }

    /** Runs the peer to its end, and returns the lines that it printed. */
    private List<Map<?, ?>> node(String... what) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("node", "peer.js", server.host(), Integer.toString(server.port()), namespace));
        command.addAll(List.of(what));
        Process node = new ProcessBuilder(command)
                .directory(PEER.toFile())
                .redirectErrorStream(true)
                .start();
        String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(node.waitFor()).as(said).isZero();
        List<Map<?, ?>> lines = new ArrayList<>();
        said.lines().forEach(line -> lines.add((Map<?, ?>) JSON.decode(Payload.ofText(line))));
        return lines;
    }

    @Test
    void javaWorksWhatNodeEnqueues() throws Exception {
        BlockingQueue<List<?>> seen = new LinkedBlockingQueue<>();
        node("enqueue");
        try (Resque resque = resque()) {
            resque.workerBuilder("to-java")
                    .register("Add", () -> context -> seen.add(context.args().asList()))
                    .start();
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(List.of(1L, 2L));
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(List.of(Map.of("a", 1L, "url", "http://x/é€😀")));
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(List.of("one"));
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo(List.of());
        }
    }

    @Test
    void nodeWorksWhatJavaEnqueuesAndJavaReadsItsFailure() throws Exception {
        try (Resque resque = resque();
                RespClient redis = server.client()) {
            resque.enqueue("to-node", "Add", 1, "é€😀/\u2028", 1.0e15, null, List.of(), Map.of("k", true));
            resque.enqueueTracked("to-node", "Add", Map.of("name", "Chris"));
            resque.enqueue("to-node", "Boom");
            List<Map<?, ?>> said = node("work", "3");
            assertThat(said.get(0).get("performed"))
                    .isEqualTo(listOf(1L, "é€😀/\u2028", 1_000_000_000_000_000L, null, List.of(), Map.of("k", true)));
            assertThat(said.get(1).get("performed")).isEqualTo(List.of(Map.of("name", "Chris")));
            Map<?, ?> failure = (Map<?, ?>) JSON.decode(Payload.ofText(redis.text("LINDEX", namespace + ":failed", 0)));
            assertThat(failure.get("error")).isEqualTo("boom é");
            assertThat(failure.get("payload")).isEqualTo(Map.of("class", "Boom", "args", List.of()));
        }
    }

    @Test
    void uniqueJobsOfJavaAndOfNodeKeepEachOtherAway() throws Exception {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("a", 1.5);
        map.put("b", "é");
        JobSpec job =
                JobSpec.of("Sync", 1, map).withUnique(Unique.as(Unique.Plugin.NODE_QUEUE_LOCK, Duration.ofMinutes(10)));
        try (Resque resque = resque()) {
            assertThat(resque.enqueue("to-node", job)).isTrue();
            assertThat(node("unique")).as("Java's job waits").isEqualTo(List.of(Map.of("enqueued", false)));
            node("work", "1");
            assertThat(node("unique")).as("Node has begun it").isEqualTo(List.of(Map.of("enqueued", true)));
            assertThat(resque.enqueue("to-node", job)).as("Node's job waits").isFalse();
            resque.workerBuilder("to-node")
                    .register("Sync", () -> context -> {})
                    .unique("Sync", job.unique().orElseThrow())
                    .drain();
            assertThat(resque.enqueue("to-node", job)).as("Java has begun it").isTrue();
        }
    }

    @Test
    void nodeReadsJavasWorkersCountersAndFailures() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Resque resque = resque()) {
            resque.enqueue("q", "Bad", 7);
            resque.enqueue("q", "Slow", "x");
            Worker worker = resque.workerBuilder("q")
                    .register("Bad", () -> context -> {
                        throw new IllegalStateException("no luck");
                    })
                    .register("Slow", () -> context -> {
                        running.countDown();
                        mayEnd.await(30, TimeUnit.SECONDS);
                    })
                    .start();
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            Map<?, ?> said = node("read").get(0);
            mayEnd.countDown();
            String id = worker.ids().get(0);
            String name = id.substring(0, id.lastIndexOf(':'));
            assertThat(((Map<?, ?>) said.get("stats")).get("processed")).isEqualTo("1");
            assertThat(((Map<?, ?>) said.get("stats")).get("failed")).isEqualTo("1");
            assertThat(said.get("workers")).isEqualTo(Map.of(name, "q"));
            Map<?, ?> working = (Map<?, ?>) ((Map<?, ?>) said.get("working")).get(name);
            assertThat(working.get("payload")).isEqualTo(Map.of("class", "Slow", "args", List.of("x")));
            assertThat(working.get("queue")).isEqualTo("q");
            Map<?, ?> failed = (Map<?, ?>) ((List<?>) said.get("failed")).get(0);
            assertThat(failed.get("exception")).isEqualTo("java.lang.IllegalStateException");
            assertThat(failed.get("error")).isEqualTo("no luck");
            assertThat(failed.get("worker")).isEqualTo(id);
        }
    }

    private static List<?> listOf(Object... values) {
        return Arrays.asList(values);
    }
}
