package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** However worker processes die, no more jobs run at a time than their limit says, and each job runs in the end. */
@Timeout(600)
class LimitChaosTest {
    private static final int PROCESSES = 4;
    private static final int THREADS = 8;
    private static final int JOB_MILLIS = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Longer than a slot lasts without a heartbeat. */
    private static final Duration STOPPED = Duration.ofSeconds(9);

    private static final long SEED = Long.getLong("chaos.seed", new Random().nextInt(1_000_000));

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private final Random random = new Random(SEED);
    private final List<WorkerJvm> processes = new ArrayList<>();
    private final RedisServer server = RedisServer.start();
    private final RespClient client = server.client();
    private int started;

    @BeforeEach
    void enough() {
        assertThat(client.number("DBSIZE")).isZero();
    }

    @AfterEach
    void end() {
        processes.forEach(WorkerJvm::close);
        client.close();
        server.close();
    }

    private void enqueue(int jobs) {
        try (Resque resque = Resque.builder()
                .url(server.url())
                .backend("jedis")
                .serializer("gson")
                .build()) {
            IntStream.range(0, jobs).forEach(i -> resque.enqueue("q", "A", i));
        }
    }

    private WorkerJvm start(int threads, int limit, int millis) {
        return WorkerJvm.start(
                "limit-" + started++,
                folder,
                List.of(System.getProperty("java.class.path")),
                LimitMain.class.getName(),
                List.of(
                        started % 2 == 0 ? "jedis" : "lettuce",
                        server.url(),
                        Integer.toString(threads),
                        Integer.toString(limit),
                        Integer.toString(millis)));
    }

    private void startAll(int limit, int millis) {
        for (int i = 0; i < PROCESSES; i++) {
            processes.add(start(THREADS, limit, millis));
        }
        await().atMost(PATIENCE).until(() -> processes.stream().allMatch(WorkerJvm::hasStarted));
    }

    private long done() {
        return client.number("HLEN", LimitMain.DONE);
    }

    private int most() {
        return Integer.parseInt(client.text("GET", LimitMain.MOST));
    }

    /** Kills one by SIGKILL, forgets at once which of its jobs run, and starts another. */
    private void killOne(int limit, int millis) {
        WorkerJvm dies = processes.remove(random.nextInt(processes.size()));
        dies.kill();
        client.call("HDEL", LimitMain.RUNNING, Long.toString(dies.pid()));
        processes.add(start(THREADS, limit, millis));
    }

    private void allEnd(int jobs) {
        await().atMost(PATIENCE).until(() -> done() == jobs && client.number("LLEN", "resque:queue:q") == 0);
        await().atMost(PATIENCE)
                .until(() -> client.texts("HVALS", LimitMain.RUNNING).stream().allMatch("0"::equals));
        assertThat(client.number("EXISTS", "resque:failed")).isZero();
        await("what is left of the limit has an end")
                .atMost(PATIENCE)
                .until(() -> client.number("EXISTS", "resque:java:limits", "resque:java:limited:class:A") == 0
                        && client.number("TTL", "resque:java:slots:class:A") != -1);
    }

    @Test
    void theLimitIsKeptThoughProcessesAreKilled() {
        int jobs = ChaosSettings.LONG ? 5_000 : 500;
        int kills = ChaosSettings.LONG ? 20 : 2;
        enqueue(jobs);
        startAll(5, JOB_MILLIS);
        for (int kill = 1; kill <= kills; kill++) {
            long next = (long) jobs * kill / (kills + 1);
            await().atMost(PATIENCE).until(() -> done() >= next);
            killOne(5, JOB_MILLIS);
        }
        allEnd(jobs);
        System.out.println("chaos, a limit of 5, seed " + SEED + ": " + jobs + " jobs, " + kills
                + " kills with -9: all done, never more than " + most() + " at a time");
        assertThat(most()).isEqualTo(5);
    }

    @Test
    void noJobIsStranded() {
        int jobs = ChaosSettings.LONG ? 1_000 : 150;
        int kills = ChaosSettings.LONG ? 20 : 3;
        enqueue(jobs);
        startAll(1, 2);
        for (int kill = 1; kill <= kills; kill++) {
            long next = (long) jobs * kill / (kills + 1);
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> done() >= next);
            killOne(1, 2);
        }
        allEnd(jobs);
        System.out.println("chaos, a limit of 1, seed " + SEED + ": " + jobs + " jobs, " + kills
                + " kills with -9: all done, never more than " + most() + " at a time");
        assertThat(most()).isEqualTo(1);
    }

    /**
     * As docs/limits.md says: a process that is stopped for longer than its slots last exceeds the limit when it goes on, by the jobs for
     * which it had slots.
     */
    @Test
    void aProcessThatIsStoppedForLong() {
        if (!ChaosSettings.LONG) {
            System.out.println("SKIPPED aProcessThatIsStoppedForLong, which takes two minutes: see -Pchaos");
            Assumptions.abort("see -Pchaos");
        }
        List<String> stops = new ArrayList<>();
        int exceeded = 0;
        enqueue(40_000);
        startAll(5, JOB_MILLIS);
        for (int stop = 0; stop < 10; stop++) {
            awaitMoreDone(200);
            client.call("DEL", LimitMain.MOST);
            WorkerJvm stopped = processes.get(stop % processes.size());
            stopped.signal("STOP"); // its jobs count on: when it goes on, they do
            int slots = slotsWhileStopped(stopped);
            stopped.signal("CONT");
            awaitMoreDone(50);
            stops.add(slots + " and " + most());
            exceeded += most() > 5 ? 1 : 0;
            assertThat(most())
                    .as("jobs at a time, with a process that had %s slots when it was stopped", slots)
                    .isBetween(5, 5 + slots);
        }
        System.out.println("chaos, a limit of 5, a process stopped for " + STOPPED.toSeconds() + " s: exceeded in "
                + exceeded + " of " + stops.size() + " stops; slots of the stopped process, and most jobs at a time: "
                + stops);
    }

    private void awaitMoreDone(int jobs) {
        long then = done() + jobs;
        await().atMost(PATIENCE).until(() -> done() >= then);
    }

    /** How many slots the process has had since it was stopped, with the slots that it had asked for just before. */
    private int slotsWhileStopped(WorkerJvm process) {
        Set<String> owners = new HashSet<>();
        long end = System.nanoTime() + STOPPED.toNanos();
        await().atMost(PATIENCE).until(() -> {
            client.texts("ZRANGE", "resque:java:slots:class:A", 0, -1).stream()
                    .filter(owner -> owner.contains(":" + process.pid() + ":"))
                    .forEach(owners::add);
            return System.nanoTime() - end >= 0;
        });
        return owners.size();
    }

    /** A comparison, which is printed. */
    @Test
    void theThroughputOfALimit() {
        if (!ChaosSettings.LONG) {
            System.out.println("SKIPPED theThroughputOfALimit, which only prints figures: see -Pchaos");
            Assumptions.abort("see -Pchaos");
        }
        List<String> figures = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            double limited = perSecond(() -> startAll(5, JOB_MILLIS));
            double five = perSecond(() -> {
                processes.add(start(5, 0, JOB_MILLIS));
                await().atMost(PATIENCE).until(processes.get(0)::hasStarted);
            });
            figures.add(String.format(Locale.ROOT, "%.0f and %.0f jobs/s (%.2f)", limited, five, limited / five));
        }
        System.out.println("a limit of 5 over " + PROCESSES + " x " + THREADS
                + " threads, and five threads without a limit: " + String.join(", ", figures));
    }

    private double perSecond(Runnable starts) {
        client.call("FLUSHALL");
        starts.run();
        enqueue(50);
        await().atMost(PATIENCE).until(() -> done() == 50);
        client.call("SET", "resque:pause-all-workers", "true");
        client.call("DEL", LimitMain.DONE);
        enqueue(2_000);
        client.call("DEL", "resque:pause-all-workers");
        await().atMost(PATIENCE).until(() -> done() >= 1);
        long begin = System.nanoTime();
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10)).until(() -> done() == 2_000);
        double seconds = (System.nanoTime() - begin) / 1e9;
        processes.forEach(WorkerJvm::kill);
        processes.clear();
        return 2_000 / seconds;
    }
}
