package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Idle workers, of few queues, of many queues and of a pattern, send next to no commands, on both adapters. */
@Timeout(100)
@Isolated("this test counts the threads of the JVM")
class IdleTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final long REFUSED_IN_A_SECOND = 10;

    private final RedisServer server = RedisServer.start();
    private final RespClient redis = server.client();
    private final BlockingQueue<String> ran = new LinkedBlockingQueue<>();
    private Resque resque;

    @AfterEach
    void close() {
        if (resque != null) {
            resque.close();
        }
        redis.close();
        server.close();
    }

    private Worker start(String... queues) {
        return resque.workerBuilder(queues)
                .register("Ran", () -> context -> ran.add(context.queue()))
                .start();
    }

    private void runs(String... queues) throws InterruptedException {
        for (String queue : queues) {
            resque.enqueue(queue, "Ran");
            assertThat(ran.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isEqualTo(queue);
        }
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

    private static List<String> watching() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("resque-watch"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void idleMeansIdleAndAJobIsStartedAllTheSame(String backend) throws Exception {
        resque = Resque.builder()
                .url(server.url())
                .backend(backend)
                .serializer("gson")
                .build();
        redis.call("SADD", "resque:queues", "a1", "a2", "b1");
        Worker many = start(IntStream.range(0, 40).mapToObj(i -> "q" + i).toArray(String[]::new));
        Worker few = start("few1", "few2");
        Worker pattern = start("a*");
        await("idle").pollDelay(Duration.ZERO).atMost(SOON).until(() -> commandsIn(1) < 5);
        long threads = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
        long connections = stat("total_connections_received");
        assertThat(commandsIn(3)).as("commands in 3 s").isLessThan(12);
        assertThat(ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - threads)
                .as("threads started in 3 s")
                .isLessThan(3);
        assertThat(stat("total_connections_received")).as("connections").isEqualTo(connections);
        assertThat(watching()).as("threads that watch").hasSizeLessThanOrEqualTo(6);

        runs("q0", "q39", "q17", "q17", "few2", "a2", "a new one", "a1", "a new one");
        resque.removeQueue("a new one");
        runs("a new one", "q3");
        for (Worker worker : List.of(many, few, pattern)) {
            assertThat(worker.stop(Duration.ofSeconds(10))).isTrue();
        }
        resque.close();
        await("all that watches is gone").until(() -> watching().isEmpty());
        await("all connections")
                .until(() -> redis.text("CLIENT", "LIST").lines().count() == 1);
    }

    /** Such a worker asks for the lengths of all its queues once a second, by one script; its scheduler looks once a second. */
    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void aWorkerThatIsNotToldOfQueuesAndHasASchedulerCostsABoundedNumberOfCommands(String backend) throws Exception {
        redis.call("ACL", "SETUSER", "worker", "on", ">secret", "~*", "&*", "+@all", "-client|tracking");
        resque = Resque.builder()
                .url("redis://worker:secret@" + server.host() + ":" + server.port())
                .backend(backend)
                .serializer("gson")
                .build();
        start(IntStream.range(0, 40).mapToObj(i -> "q" + i).toArray(String[]::new));
        runs("q1", "q39");
        await("idle").pollDelay(Duration.ZERO).atMost(SOON).until(() -> commandsIn(1) < REFUSED_IN_A_SECOND);
        assertThat(commandsIn(5)).as("commands in 5 s").isLessThanOrEqualTo(5 * REFUSED_IN_A_SECOND);
        assertThat(resque.scheduler().isRunning()).isTrue();
    }
}
