package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL just before and just after each kind of request of a worker, and where its jobs are then. */
@Timeout(600)
class StepKillTest {
    private static final String TITLE = "step | killed before | it comes late | recovered | or recovered before |"
            + " it comes then | killed after | recovered";

    private static final String EXPECTED = """
            REGISTER | queue | queue | queue | queue | queue | queue | queue
            RESERVE | queue | worker | failed | queue | queue | worker | failed
            SETTLE_AND_RESERVE | worker+done, queue | done, worker | done, failed | failed+done, queue | failed+done, queue | done, worker | done, failed
            SETTLE | worker+done | done | done | failed+done | failed+done | done | done
            UNREGISTER | worker | worker | failed | failed | failed | worker | failed
            HEARTBEAT | worker | worker | failed | failed | failed | worker | failed
            PUT_BACK | worker | queue | queue | failed | failed | queue | queue
            RECOVER | worker | failed | failed | failed | failed | failed | failed
            RECOVER_BY_PUTTING_BACK | worker | queue | queue | queue | queue | queue | queue
            RETRY | worker+done | delayed+done+noted to wait | delayed+done+noted to wait | delayed+done+noted to wait | delayed+done+noted to wait | delayed+done+noted to wait | delayed+done+noted to wait
            LAST_RUN | worker+done+noted | done | done | failed+done | failed+done | done | done
            MOVE_RETRY | delayed+noted to wait | queue+noted | queue+noted | delayed+noted to wait | queue+noted | queue+noted | queue+noted
            RECOVER_BY_RETRYING | worker | delayed+noted to wait | delayed+noted to wait | delayed+noted to wait | delayed+noted to wait | delayed+noted to wait | delayed+noted to wait
            """;

    private static final String EXPECTED_LOCKS = """
            BEGIN | worker+lock | worker+lock | failed | failed | failed | worker+lock | failed
            SETTLE_AND_RESERVE | worker+done+lock, queue+lock | done, worker+lock | done, failed | failed+done, queue+lock | failed+done, queue+lock | done, worker+lock | done, failed
            SETTLE | worker+done+lock | done | done | failed+done | failed+done | done | done
            PUT_BACK | worker+lock | queue+lock | queue+lock | failed | failed | queue+lock | queue+lock
            RECOVER | worker+lock | failed | failed | failed | failed | failed | failed
            RECOVER_BY_PUTTING_BACK | worker+lock | queue+lock | queue+lock | queue+lock | queue+lock | queue+lock | queue+lock
            """;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void theJobsAreWhereTheyShould() throws Exception {
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            Step.teach(redis);
            // Two at the same time: while a JVM starts, half of a small machine is idle.
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                assertTable("jedis", EXPECTED, threads.invokeAll(rows(server, WorkerKind.JEDIS_THREADS)));
                if (ChaosSettings.LONG) {
                    assertTable("lettuce", EXPECTED, threads.invokeAll(rows(server, WorkerKind.LETTUCE_THREADS)));
                } else {
                    System.out.println("SKIPPED StepKillTest on Lettuce, which takes another minute: see -Pchaos");
                }
            } finally {
                threads.shutdown();
            }
        }
    }

    @Test
    void eachLockIsWhereItsJobIs() throws Exception {
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            Step.teach(redis);
            ExecutorService threads = Executors.newFixedThreadPool(2);
            try {
                List<Callable<String>> rows = Stream.of(
                                Step.BEGIN,
                                Step.SETTLE_AND_RESERVE,
                                Step.SETTLE,
                                Step.PUT_BACK,
                                Step.RECOVER,
                                Step.RECOVER_BY_PUTTING_BACK)
                        .map(step -> (Callable<String>) () -> row(server, WorkerKind.JEDIS_THREADS, step, true))
                        .toList();
                assertTable("jedis with unique jobs", EXPECTED_LOCKS, threads.invokeAll(rows));
            } finally {
                threads.shutdown();
            }
        }
    }

    private List<Callable<String>> rows(RedisServer server, WorkerKind kind) {
        return Stream.of(Step.values())
                .filter(step -> step != Step.BEGIN) // jobs without locks do not make it
                .map(step -> (Callable<String>) () -> row(server, kind, step, false))
                .toList();
    }

    private String row(RedisServer server, WorkerKind kind, Step step, boolean areUnique) {
        List<String> cells = new ArrayList<>(List.of(step.name()));
        try (StepKill kill = new StepKill(server, folder, kind, step, areUnique)) {
            cells.addAll(kill.killedBefore());
        }
        try (StepKill kill = new StepKill(server, folder, kind, step, areUnique)) {
            cells.addAll(kill.killedAfter());
        }
        return String.join(" | ", cells);
    }

    private static void assertTable(String adapter, String expected, List<Future<String>> rows) throws Exception {
        StringBuilder table = new StringBuilder();
        for (Future<String> row : rows) {
            table.append(row.get()).append('\n');
        }
        System.out.print(
                "chaos, a worker on " + adapter + " is killed, and each job is found here:\n" + TITLE + "\n" + table);
        assertThat(table.toString()).isEqualTo(expected);
    }
}
