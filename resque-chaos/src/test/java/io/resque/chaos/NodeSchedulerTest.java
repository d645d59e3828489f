package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * A scheduler of ours beside one of node-resque, which leads, and is stopped for 30 of every 40 seconds. Whose move it was shows in the
 * payload: Node writes the queue into it, too.
 */
class NodeSchedulerTest {
    private static final Path PEER = Path.of("../resque-examples/src/test/node");
    private static final int LOCK_SECONDS = 5;
    private static final int CYCLES = Integer.getInteger("chaos.cycles", 4);
    private static final long CYCLE = 40;
    private static final long AWAKE = 10;
    private static final int EACH_SECOND = 20;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    /** The jobs of some seconds, by who moved them. */
    private static final class Share {
        private int jobs;
        private int ours;
        private int theirs;
        private int lost;
        private int doubled;
        private int earlyByOurs;
        private int earlyByTheirs;
        private long latest;

        private void add(List<DelayedWitness.Seen> seen) {
            jobs++;
            lost += seen.isEmpty() ? 1 : 0;
            doubled += seen.size() > 1 ? 1 : 0;
            if (!seen.isEmpty()) {
                DelayedWitness.Seen first = seen.get(0);
                ours += isOurs(first) ? 1 : 0;
                theirs += isOurs(first) ? 0 : 1;
                if (first.at() < first.due()) {
                    earlyByOurs += isOurs(first) ? 1 : 0;
                    earlyByTheirs += isOurs(first) ? 0 : 1;
                }
                latest = Math.max(latest, first.at() - first.due());
            }
        }

        private static boolean isOurs(DelayedWitness.Seen seen) {
            return !seen.payload().contains("\"queue\"");
        }

        @Override
        public String toString() {
            return jobs + " jobs: moved by ours " + ours + ", by node-resque " + theirs + ", lost " + lost
                    + ", doubled " + doubled + ", early " + earlyByOurs + " by ours and " + earlyByTheirs
                    + " by node-resque, latest by " + latest + " s";
        }
    }

    @Test
    void oursMoveTheJobsWhileNodeIsStopped() throws Exception {
        boolean installed = Files.isDirectory(PEER.resolve("node_modules/node-resque"));
        if (!installed || !ChaosSettings.LONG) {
            System.out.println(
                    "SKIPPED oursMoveTheJobsWhileNodeIsStopped, which takes three minutes: see -Pchaos; it needs"
                            + " npm install --no-package-lock in resque-examples/src/test/node");
        }
        assumeTrue(installed && ChaosSettings.LONG, "see -Pchaos");
        try (RedisServer redis = RedisServer.start();
                DelayedWitness witness = new DelayedWitness(redis, List.of("q"));
                RespClient client = redis.client();
                WorkerJvm ours = WorkerJvm.start(
                        "ours",
                        folder,
                        List.of(System.getProperty("java.class.path")),
                        SchedulerMain.class.getName(),
                        List.of("jedis", "gson", redis.url()))) {
            Process node = node(redis);
            try {
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> client.call("GET", "resque:resque_scheduler_leader_lock") != null);
                long begin = System.currentTimeMillis() / 1000 + 2;
                int jobs = enqueue(redis, begin);
                for (int cycle = 0; cycle < CYCLES; cycle++) {
                    until(begin + cycle * CYCLE + AWAKE);
                    WorkerJvm.signal(node.pid(), "STOP");
                    until(begin + (cycle + 1) * CYCLE);
                    WorkerJvm.signal(node.pid(), "CONT");
                }
                await().atMost(Duration.ofMinutes(1))
                        .until(() -> client.number("ZCARD", "resque:delayed_queue_schedule") == 0);
                assertThat(ours.isAlive()).isTrue();
                await().until(() -> client.number("LLEN", "resque:queue:q")
                        == witness.seen().size());
                Map<Long, List<DelayedWitness.Seen>> seen = new TreeMap<>();
                witness.seen()
                        .forEach(job -> seen.computeIfAbsent(job.number(), any -> new ArrayList<>())
                                .add(job));
                Share stopped = share(seen, jobs, second -> second % CYCLE >= AWAKE);
                Share awake = share(seen, jobs, second -> second % CYCLE < AWAKE);
                System.out.println("beside node-resque, leaderLockTimeout " + LOCK_SECONDS + " s, stopped for "
                        + (CYCLE - AWAKE) + " s of every " + CYCLE + " s, " + CYCLES
                        + " times: due while it was stopped, "
                        + stopped + "; due while it ran, " + awake
                        + (node.isAlive() ? "" : "; its process ended with status " + node.exitValue())
                        + "; node-resque said: " + Files.readString(log()).strip());
                assertThat(awake.theirs).as("moved by Node").isPositive();
                assertThat(stopped.ours * 2)
                        .as("moved by ours, of those due while Node is stopped")
                        .isGreaterThanOrEqualTo(stopped.jobs);
                assertThat(stopped.lost).as("lost").isZero();
                assertThat(stopped.doubled).as("doubled").isZero();
                assertThat(stopped.earlyByOurs + awake.earlyByOurs)
                        .as("early by ours")
                        .isZero();
                assertThat(client.keys("resque:failed")).isEmpty();
            } finally {
                node.destroyForcibly();
            }
        }
    }

    private Process node(RedisServer redis) throws IOException {
        return new ProcessBuilder(
                        "node",
                        "scheduler.js",
                        redis.host(),
                        Integer.toString(redis.port()),
                        "resque",
                        Integer.toString(LOCK_SECONDS))
                .directory(PEER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
    }

    private Path log() {
        return folder.resolve("log-node");
    }

    /** Enqueues the jobs of all seconds, each with the second at which it is due. */
    private static int enqueue(RedisServer redis, long begin) {
        try (Resque resque = Resque.builder()
                .url(redis.url())
                .backend("jedis")
                .serializer("gson")
                .build()) {
            int number = 0;
            for (long second = begin; second < begin + CYCLES * CYCLE; second++) {
                long due = second;
                int first = number;
                number += EACH_SECOND;
                resque.at(Instant.ofEpochSecond(second))
                        .enqueueAll(
                                "q",
                                LongStream.range(first, number)
                                        .mapToObj(n -> JobSpec.of(ChaosJobs.WORK, n, due))
                                        .toList());
            }
            return number;
        }
    }

    private static Share share(Map<Long, List<DelayedWitness.Seen>> seen, int jobs, Predicate<Long> ofSecond) {
        Share share = new Share();
        for (long number = 0; number < jobs; number++) {
            if (ofSecond.test(number / EACH_SECOND)) {
                share.add(seen.getOrDefault(number, List.of()));
            }
        }
        return share;
    }

    /** Waits until a second begins. */
    private static void until(long second) {
        await().atMost(Duration.ofSeconds(2 * CYCLE))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> System.currentTimeMillis() >= second * 1000);
    }
}
