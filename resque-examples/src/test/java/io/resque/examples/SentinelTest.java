package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.core.Resque;
import io.resque.examples.Topology.Sentinel;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A primary with a replica and three sentinels. A producer and a worker go on after a failover. Prints figures. */
@Timeout(60)
class SentinelTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final RedisServer primary = RedisServer.start("--repl-diskless-sync-delay", "0");
    private final RedisServer replica = RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(primary.port()));
    private final List<Sentinel> sentinels = new ArrayList<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<Long, Integer> runs = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile long last;
    private Resque resque;

    @BeforeAll
    static void isThereARedis() {
        Topology.assumeRedisServer("SentinelTest");
    }

    @BeforeEach
    void start() throws Exception {
        try (RespClient client = replica.client()) {
            await().atMost(SOON).until(() -> "connected".equals(word(((List<?>) client.call("ROLE")).get(3))));
        }
        for (int i = 0; i < 3; i++) {
            sentinels.add(Sentinel.start(primary, 2));
        }
        await().atMost(SOON)
                .until(() -> sentinels.stream()
                        .allMatch(each -> each.known("replicas") == 1 && each.known("sentinels") == 2));
    }

    @AfterEach
    void close() {
        stop.countDown();
        if (resque != null) {
            resque.close();
        }
        sentinels.forEach(Sentinel::close);
        replica.close();
        primary.close();
    }

    private String url() {
        // No server listens at the first address, since one sentinel may be down.
        return "redis-sentinel://127.0.0.1:1," + "127.0.0.1:" + sentinels.get(0).port() + ",127.0.0.1:"
                + sentinels.get(1).port() + "/0?namespace=s&timeout=1s#mymaster";
    }

    private void produce() {
        try {
            for (long id = 1; !stop.await(2, TimeUnit.MILLISECONDS); id++) {
                try {
                    resque.enqueue("q", "Count", id);
                    acknowledged.add(id);
                    last = id;
                } catch (BackendException e) {
                    refused.incrementAndGet();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @CsvSource({"jedis,ordered,q", "lettuce,ordered,*", "jedis,kill -9,*", "lettuce,kill -9,many"})
    void producerAndWorkerGoOnWithTheNewPrimary(String backend, String how, String queues) throws Exception {
        resque = Resque.builder().url(url()).backend(backend).serializer("gson").build();
        String[] many = Stream.concat(Stream.of("q"), IntStream.range(0, 20).mapToObj(i -> "idle" + i))
                .toArray(String[]::new);
        resque.workerBuilder(queues.equals("many") ? many : new String[] {queues})
                .register("Count", () -> context -> runs.merge(context.args().get(0, Long.class), 1, Integer::sum))
                .start();
        Thread producer = new Thread(this::produce);
        producer.start();
        await().atMost(SOON).until(() -> runs.size() > 200);

        long since = System.nanoTime();
        if (how.equals("ordered")) {
            try (RespClient sentinel =
                    new RespClient("127.0.0.1", sentinels.get(0).port())) {
                sentinel.call("SENTINEL", "FAILOVER", "mymaster");
            }
        } else {
            primary.kill();
        }
        await().pollInterval(Duration.ofMillis(10))
                .atMost(SOON)
                .ignoreExceptions() // the replica is still becoming the primary
                .until(() -> role(replica).equals("master"));
        double promoted = (System.nanoTime() - since) / 1e9;
        await().pollInterval(Duration.ofMillis(10))
                .atMost(SOON)
                .until(() -> sentinels.get(0).primary() == replica.port());
        double named = (System.nanoTime() - since) / 1e9;
        // From now on the new primary counts.
        String replicated = processed();
        await().pollInterval(Duration.ofMillis(10))
                .atMost(SOON)
                .until(() -> !processed().equals(replicated));
        long before = last;
        double seconds = (System.nanoTime() - since) / 1e9;
        await().atMost(SOON).until(() -> last > before + 200);
        stop.countDown();
        producer.join();
        await().atMost(SOON).ignoreExceptions().until(() -> resque.inspector().queueSize("q") == 0);
        await().atMost(SOON).until(() -> runs.containsKey(last));

        Set<Long> lost = new TreeSet<>(acknowledged);
        lost.removeAll(runs.keySet());
        long twice = runs.values().stream().filter(count -> count > 1).count();
        System.out.printf(
                "Sentinel failover %-8s %-8s: %d enqueued, %d of them done, %d lost with the old primary, %d run twice,"
                        + " %d refused, %.1f s to the promotion, %.1f s until the first sentinel named it, %.1f s to the first job there%n",
                how,
                backend,
                acknowledged.size(),
                acknowledged.size() - lost.size(),
                lost.size(),
                twice,
                refused.get(),
                promoted,
                named,
                seconds);
        assertThat(lost)
                .as("jobs of the new primary")
                .allMatch(id -> id <= before + 1); // one job may have been on its way
        assertThat(resque.inspector().workers()).hasSize(1);
    }

    private String processed() {
        try (RespClient client = replica.client()) {
            return client.text("GET", "s:stat:processed");
        }
    }

    private static String role(RedisServer server) {
        try (RespClient client = server.client()) {
            return word(((List<?>) client.call("ROLE")).get(0));
        }
    }

    private static String word(Object bulk) {
        return new String((byte[]) bulk, StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aPrimaryThatNoSentinelKnowsIsTold(String backend) {
        String url = url().replace("#mymaster", "#other").replace("//", "//:secret@");
        resque = Resque.builder().url(url).backend(backend).serializer("gson").build();
        assertThatThrownBy(() -> resque.enqueue("q", "A"))
                .isInstanceOfSatisfying(
                        BackendUnavailableException.class,
                        e -> assertThat(e.maybeApplied()).isFalse())
                .hasMessageContaining("No sentinel names the primary \"other\"")
                .hasMessageContaining(sentinels.get(1).port() + " does not know it")
                .hasMessageContaining("check the name after #")
                .hasMessageNotContaining("secret");
    }
}
