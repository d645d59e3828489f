package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisURI;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackend;
import io.resque.backend.lettuce.LettuceBackend;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisProtocol;

/**
 * Workers of many queues and of patterns wait for jobs, on both adapters. Whatever happens to Redis meanwhile, they
 * start the next job, and sooner than after 30 s, when they read all queues again in case a message was lost.
 */
@Timeout(100)
@Execution(ExecutionMode.CONCURRENT)
class WaitingTest {
    private static final int MANY = 40;
    private static final Duration SOON = Duration.ofSeconds(20);
    // A field, since java.util.logging drops a logger to which there is no reference.
    private static final Logger LOG = Logger.getLogger("io.resque.backend.redis");

    private final RedisServer server = RedisServer.start();
    private final RespClient redis = server.client();
    private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();
    private final List<String> log = new CopyOnWriteArrayList<>(); // of all tests that run at the same time
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            log.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private Resque resque;

    WaitingTest() {
        LOG.addHandler(handler);
    }

    @AfterEach
    void close() {
        LOG.removeHandler(handler);
        if (resque != null) {
            resque.close();
        }
        redis.close();
        server.close();
    }

    private void open(String backend) {
        open(backend, server.url());
    }

    private void open(String backend, String url) {
        resque = Resque.builder().url(url).backend(backend).serializer("gson").build();
    }

    private List<String> said(RedisServer about) {
        return log.stream()
                .filter(line -> line.contains(about.host() + ":" + about.port() + "/"))
                .toList();
    }

    private static String[] queues(int count) {
        return IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
    }

    private Worker start(String... queues) {
        return resque.workerBuilder(queues)
                .scheduler(false) // this test counts what waiting costs; IdleTest counts all
                .register("Ran", () -> context -> ran.add(context.queue()))
                .start();
    }

    private void runs(String... queues) throws InterruptedException {
        for (String queue : queues) {
            resque.enqueue(queue, "Ran");
            assertThat(ran.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(queue);
        }
    }

    /** Pushes over a connection without faults, and waits until the job runs. */
    private void runsPushed(String queue) throws InterruptedException {
        try (RespClient client = server.client()) {
            client.call("SADD", "resque:queues", queue);
            client.call("RPUSH", "resque:queue:" + queue, "{\"class\":\"Ran\",\"args\":[]}");
        }
        assertThat(ran.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(queue);
    }

    private long stat(String name) {
        return Long.parseLong(redis.text("INFO", "stats").replaceFirst("(?s).*" + name + ":(\\d+).*", "$1"));
    }

    /** The number of commands that the server gets while this client only waits. */
    private long commandsIn(int seconds) {
        long before = stat("total_commands_processed");
        redis.call("BLPOP", "nothing", seconds);
        return stat("total_commands_processed") - before - 2;
    }

    private void fallIdle() {
        await("idle").pollDelay(Duration.ZERO).atMost(SOON).until(() -> commandsIn(1) < 5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void asManyAsThereAreJobsAreWoken(String backend) throws Exception {
        open(backend);
        CyclicBarrier together = new CyclicBarrier(5);
        resque.workerBuilder(queues(MANY))
                .register("Meet", () -> context -> {
                    together.await(30, TimeUnit.SECONDS);
                    ran.add(context.queue());
                })
                .concurrency(5)
                .start();
        fallIdle();
        for (int i = 0; i < 5; i++) {
            resque.enqueue(i < 3 ? "q20" : "q3" + i, "Meet");
        }
        for (int i = 0; i < 5; i++) {
            assertThat(ran.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isNotNull();
        }
    }

    @ParameterizedTest
    @CsvSource({"jedis, list", "lettuce, list", "jedis, pattern", "lettuce, pattern"})
    void whateverHappensToRedisTheNextJobIsStarted(String backend, String kind) throws Exception {
        open(backend);
        redis.call("SADD", "resque:queues", "q1");
        start(kind.equals("list") ? queues(MANY) : new String[] {"q*"});
        fallIdle();
        runs("q1");
        redis.call("FLUSHALL");
        runsPushed("q2");
        redis.call("CLIENT", "KILL", "TYPE", "normal");
        runsPushed("q3");
        redis.call("CLIENT", "KILL", "TYPE", "pubsub");
        runsPushed("q4");
        server.kill();
        server.restart();
        await("Redis is back").ignoreExceptions().until(() -> {
            try (RespClient again = server.client()) {
                return again.text("PING").equals("PONG");
            }
        });
        runsPushed("q5");
        runsPushed("q6");
        assertThat(said(server)).isEmpty();
    }

    /** With the client's own options, such as RESP3 and reconnects. */
    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aClientOfTheApplicationIsToldOfQueuesThatChange(String client) throws Exception {
        try (AutoCloseable theirs = client.equals("jedis") ? jedis() : lettuce()) {
            QueueBackend given = theirs instanceof RedisClient jedis
                    ? JedisBackend.using(jedis.getPool(), "resque")
                    : LettuceBackend.using(
                            (io.lettuce.core.RedisClient) theirs, RedisURI.create(server.url()), "resque");
            resque = Resque.builder().backend(given).serializer("gson").build();
            start(queues(MANY));
            runs("q1");
            fallIdle();
            runsPushed("q38");
            assertThat(said(server)).as("no fall back to a look once a second").isEmpty();
            resque.close();
        }
    }

    private RedisClient jedis() {
        return RedisClient.builder()
                .hostAndPort(server.host(), server.port())
                .clientConfig(DefaultJedisClientConfig.builder()
                        .protocol(RedisProtocol.RESP3)
                        .build())
                .build();
    }

    private io.lettuce.core.RedisClient lettuce() {
        return io.lettuce.core.RedisClient.create();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aServerThatForgetsAtOnceWhatWasReadIsNotAskedWithoutEnd(String backend) throws Exception {
        redis.call("CONFIG", "SET", "tracking-table-max-keys", 3);
        open(backend);
        start(queues(MANY));
        runs("q1");
        assertThat(commandsIn(2)).isLessThan(2 * 2 * 60);
        runs("q2", "q39");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aKeyOfAnotherTypeIsNoQueue(String backend) throws Exception {
        redis.call("SET", "resque:queue:q7", "no list");
        open(backend);
        start(queues(MANY));
        fallIdle();
        runs("q6", "q8");
        redis.call("DEL", "resque:queue:q7");
        runs("q7");
    }

    @ParameterizedTest
    @CsvSource({"jedis, -client|tracking", "lettuce, -client|tracking", "jedis, -subscribe"})
    void whereTheServerRefusesOneLookASecondFindsJobsAndTheLogSaysSoOnce(String backend, String withoutRight)
            throws Exception {
        redis.call("ACL", "SETUSER", "worker", "on", ">secret", "~*", "&*", "+@all", withoutRight);
        open(backend, "redis://worker:secret@" + server.host() + ":" + server.port());
        start(queues(MANY));
        start("b*");
        runs("q1", "b7", "q39");
        fallIdle();
        assertThat(said(server)).hasSize(1);
        assertThat(said(server).get(0))
                .contains("does not tell of keys that change")
                .contains("once a second");
    }

    /** Redis before 6.0 has no CLIENT TRACKING; a proxy may not know it. */
    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aServerThatKnowsNothingOfItIsLookedAtOnceASecond(String backend) throws Exception {
        try (RedisServer old = RedisServer.start("--rename-command", "CLIENT", "")) {
            open(backend, old.url());
            start(queues(MANY));
            start("b*");
            runs("q1", "b7", "q39");
            assertThat(said(old)).hasSize(1);
            resque.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aServerThatClosesIdleConnectionsIsNoTrouble(String backend) throws Exception {
        redis.call("CONFIG", "SET", "timeout", 1);
        open(backend);
        start(queues(MANY));
        for (String queue : List.of("q1", "q2")) {
            try (RespClient client = server.client()) {
                client.call("BLPOP", "nothing", 2);
            }
            runsPushed(queue);
        }
    }
}
