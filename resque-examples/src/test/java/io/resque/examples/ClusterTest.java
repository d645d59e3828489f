package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.ConfigurationException;
import io.resque.api.FailureFilter;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs on a cluster of three nodes. The URL names a node that has none of the keys. Prints figures. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class ClusterTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int SLOTS = 16384;
    private static final int NODES = 3;
    private static final String NAMESPACE = "{resque}";

    private final List<RedisServer> nodes = new ArrayList<>();
    private final List<Integer> buses = new ArrayList<>();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private Resque resque;
    private int slot;
    private int owner;

    @BeforeAll
    static void isThereARedis() {
        Topology.assumeRedisServer("ClusterTest");
    }

    @BeforeEach
    void start() throws Exception {
        for (int i = 0; i < NODES; i++) {
            buses.add(Topology.freePort());
            nodes.add(node(buses.get(i)));
        }
        for (int i = 0; i < NODES; i++) {
            List<Object> words = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            IntStream.range(first(i), first(i + 1)).forEach(words::add);
            call(i, words.toArray());
            call(i, "CLUSTER", "MEET", "127.0.0.1", nodes.get(0).port(), buses.get(0));
        }
        await().atMost(SOON)
                .until(() -> IntStream.range(0, NODES)
                        .allMatch(i -> ((List<?>) call(i, "CLUSTER", "SLOTS")).size() == NODES));
        await().atMost(SOON)
                .until(() -> IntStream.range(0, NODES)
                        .allMatch(i -> text(i, "CLUSTER", "INFO").contains("cluster_state:ok")));
        slot = ((Long) call(0, "CLUSTER", "KEYSLOT", NAMESPACE + ":queues")).intValue();
        owner = IntStream.range(0, NODES)
                .filter(i -> slot < first(i + 1))
                .findFirst()
                .orElseThrow();
    }

    private static int first(int node) {
        return node * SLOTS / NODES;
    }

    @AfterEach
    void close() {
        if (resque != null) {
            resque.close();
        }
        nodes.forEach(RedisServer::close);
    }

    private Object call(int node, Object... words) {
        try (RespClient client = nodes.get(node).client()) {
            return client.call(words);
        }
    }

    private String text(int node, Object... words) {
        return new String((byte[]) call(node, words), StandardCharsets.US_ASCII);
    }

    private static RedisServer node(int bus) {
        return RedisServer.start(
                "--cluster-enabled", "yes",
                "--cluster-port", Integer.toString(bus),
                "--cluster-node-timeout", "1000",
                "--cluster-require-full-coverage", "no");
    }

    private String key(String name) {
        return NAMESPACE + ":" + name;
    }

    private Resque open(String backend, String namespace) {
        return Resque.builder()
                .url(nodes.get((owner + 1) % NODES).url())
                .namespace(namespace)
                .backend(backend)
                .serializer("gson")
                .build();
    }

    /** Starts a worker of few queues; on Lettuce of many, since a worker waits for many queues in another way. */
    private void startWorker(String backend) {
        String[] many = Stream.concat(
                        Stream.of("q", "other"), IntStream.range(0, 20).mapToObj(i -> "idle" + i))
                .toArray(String[]::new);
        resque.workerBuilder(backend.equals("lettuce") ? many : new String[] {"q", "other"})
                .register("Count", () -> context -> runs.incrementAndGet())
                .register("Broken", () -> context -> {
                    if (broken.get()) {
                        throw new IllegalStateException("broken");
                    }
                    runs.incrementAndGet();
                })
                .start();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void theLifeOfJobs(String backend) {
        resque = open(backend, NAMESPACE);
        call(owner, "SADD", key("workers"), "gone:1:q");
        call(owner, "HSET", key("workers:heartbeat"), "gone:1:q", "2020-01-01T00:00:00+00:00");
        call(
                owner,
                "SET",
                key("worker:gone:1:q"),
                "{\"queue\":\"q\",\"run_at\":\"2020-01-01T00:00:00Z\",\"payload\":{\"class\":\"Count\",\"args\":[]}}");
        assertThat(resque.recoverDeadWorkers()).containsExactly("gone:1:q");
        assertThat(resque.failures().count()).isEqualTo(1);

        resque.enqueue("q", "Dropped", 1);
        resque.enqueueAll(
                "q",
                IntStream.range(0, 500).mapToObj(i -> JobSpec.of("Count", i)).toList());
        String token = resque.enqueueTracked("q", "Count").orElseThrow();
        resque.enqueue("other", "Broken");
        assertThat(resque.inspector().queues().keySet()).containsExactlyInAnyOrder("q", "other");
        assertThat(resque.dequeueClasses("q", List.of("Dropped"))).isEqualTo(1);
        assertThat(resque.inspector().peek("q", 0, 1000)).hasSize(501);

        startWorker(backend);
        await().atMost(SOON).until(() -> resque.failures().count() == 2 && runs.get() == 501);
        assertThat(resque.status(token).orElseThrow().toString()).containsIgnoringCase("complete");
        broken.set(false);
        assertThat(resque.failures().retryAll(FailureFilter.all())).isEqualTo(2);
        await().atMost(SOON).until(() -> resque.inspector().counters().processed() == 504);
        assertThat(runs).hasValue(503);
        assertThat(resque.inspector().workers()).hasSize(1);
        assertThat(resque.failures().clear()).isEqualTo(2);
        assertThat(resque.removeQueue("other")).isZero();

        // The worker's own connection wakes it, not only its regular look at the queues.
        long since = System.nanoTime();
        resque.enqueue("q", "Count");
        await().pollInterval(Duration.ofMillis(2)).atMost(SOON).until(() -> runs.get() == 504);
        long wake = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        long elsewhere = IntStream.range(0, NODES)
                .filter(i -> i != owner)
                .mapToLong(i -> (Long) call(i, "DBSIZE"))
                .sum();
        System.out.printf(
                "Cluster of %d nodes, %-8s: 504 jobs of 504 done, 1 failed and retried, 1 dequeued, 1 worker recovered,"
                        + " idle worker woken in %d ms, %d keys on other nodes%n",
                NODES, backend, wake, elsewhere);
        assertThat(elsewhere).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void followsTheSlotAndOutlivesTheNodeOfTheUrl(String backend) {
        resque = open(backend, NAMESPACE);
        startWorker(backend);
        resque.enqueue("q", "Count");
        await().atMost(SOON).until(() -> runs.get() == 1);

        nodes.get((owner + 1) % NODES).kill();
        resque.enqueue("q", "Count");
        await().atMost(SOON).until(() -> runs.get() == 2);

        int next = (owner + 2) % NODES;
        String id = text(next, "CLUSTER", "MYID");
        call(owner, "FLUSHALL");
        call(next, "CLUSTER", "SETSLOT", slot, "NODE", id);
        call(owner, "CLUSTER", "SETSLOT", slot, "NODE", id);
        resque.enqueue("q", "Count");
        assertThat(call(next, "SISMEMBER", key("queues"), "q")).isEqualTo(1L);
        await().atMost(SOON).until(() -> runs.get() == 3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void goesOnAtTheReplicaOfANodeThatDies(String backend) throws Exception {
        nodes.add(node(Topology.freePort()));
        call(NODES, "CLUSTER", "MEET", "127.0.0.1", nodes.get(owner).port(), buses.get(owner));
        String id = text(owner, "CLUSTER", "MYID");
        await().atMost(SOON).ignoreExceptions().until(() -> "OK".equals(call(NODES, "CLUSTER", "REPLICATE", id)));
        resque = open(backend, NAMESPACE);
        startWorker(backend);
        resque.enqueueAll("q", Collections.nCopies(100, JobSpec.of("Count")));
        await().atMost(SOON).until(() -> runs.get() == 100);
        await("the replica is known to all, and has all")
                .atMost(SOON)
                .until(() -> IntStream.rangeClosed(0, NODES)
                                .allMatch(
                                        i -> text(i, "CLUSTER", "NODES").lines().count() == NODES + 1
                                                && text(i, "CLUSTER", "NODES").contains("slave " + id))
                        && (Long) call(owner, "WAIT", 1, 1_000) == 1);

        long since = System.nanoTime();
        nodes.get(owner).kill();
        int refused = 0;
        int accepted = 100;
        while (accepted < 200) {
            try {
                resque.enqueue("q", "Count");
                accepted++;
            } catch (BackendException e) {
                refused++;
            }
        }
        long back = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        await().atMost(SOON)
                .until(() -> resque.inspector().queueSize("q") == 0
                        && resque.inspector().workers().stream()
                                .noneMatch(worker -> worker.job().isPresent()));
        System.out.printf(
                "Cluster failover, kill -9, %-8s: %d enqueued, %d done, %d refused, %d ms to the first job at the replica%n",
                backend, accepted, runs.get(), refused, back);
        assertThat(runs).hasValue(accepted);
        assertThat(call(NODES, "SISMEMBER", key("queues"), "q")).isEqualTo(1L);
        assertThat(resque.failures().count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aNamespaceWithoutHashTagIsRefusedAtTheFirstCommand(String backend) {
        for (String namespace : List.of("resque", "a{}b", "")) {
            try (Resque untagged = open(backend, namespace)) {
                assertThatThrownBy(() -> untagged.enqueue("q", "Count"))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessageContaining("is a cluster, and the namespace \"" + namespace + "\"")
                        .hasMessageContaining("give a namespace with a hash tag, such as {resque}");
            }
        }
        assertThat(IntStream.range(0, NODES)
                        .mapToLong(i -> (Long) call(i, "DBSIZE"))
                        .sum())
                .as("keys")
                .isZero();
    }
}
