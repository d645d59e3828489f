package io.resque.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.WorkerInfo;
import io.resque.launcher.internal.process.WorkerEnd;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** INTERVAL=0, for cron jobs and KEDA's ScaledJob: the worker works until no job is left, and leaves with 0. */
@Timeout(240)
class UntilEmptyProcessTest extends BinResqueFixture {
    @TempDir
    static Path home;

    private Map<String, String> environment(String more) {
        Map<String, String> environment = new HashMap<>(Map.of("PREFIX", namespace, "INTERVAL", "0"));
        for (String each : more.split(" ")) {
            environment.put(each.substring(0, each.indexOf('=')), each.substring(each.indexOf('=') + 1));
        }
        return environment;
    }

    private void assertLeft(int status) throws Exception {
        assertThat(running.status()).as(running.printed()).isEqualTo(status);
        assertThat(running.process().descendants()).isEmpty();
        assertThat(resque.inspector().counters().workers()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "QUEUE=b;a, 5",
        "QUEUE=a INTERVAL=0.0, 0",
        "QUEUE=* FORK_PER_JOB=false CONCURRENCY=3, 5",
        "QUEUE=b;a* COUNT=2 JOBS_PER_FORK=10, 5",
        "QUEUE=none_* COUNT=2 FORK_PER_JOB=false, 0"
    })
    void itLeavesWithZeroAfterTheLastJob(String environment, int jobs) throws Exception {
        for (int i = 0; i < jobs; i++) {
            resque.enqueue(i % 2 == 0 ? "a" : "b", "Take", 10);
        }
        running = BIN.start(environment(environment.replace(';', ',')));
        assertLeft(0);
        assertThat(resque.inspector().counters().processed()).isEqualTo(jobs);
        assertThat(resque.inspector().counters().pending()).isZero();
        assertThat(resque.failures().count()).isZero();
    }

    @Test
    void whileAllWorkersArePausedItLeavesWithZeroAndTheJobStays() throws Exception {
        resque.enqueue("a", "Take", 10);
        resque.pauseAll();
        running = BIN.start(environment("QUEUE=a COUNT=2 FORK_PER_JOB=false"));
        assertLeft(0);
        assertThat(resque.inspector().queueSize("a")).isOne();
    }

    @Test
    void aRedisThatIsAwayAtTheStartIsNoEmptyQueue() throws Exception {
        running = BIN.start(environment("QUEUE=a REDIS_BACKEND=127.0.0.1:1"));
        assertThat(running.status()).as(running.printed()).isEqualTo(WorkerEnd.Known.NO_REDIS.status());
    }

    /** A worker that was killed has not said that its queues are empty. */
    @Test
    void underCountOneThatWasKilledIsReplacedAndWhatIsLeftIsWorked() throws Exception {
        Path begun = home.resolve("begun" + UUID.randomUUID());
        resque.enqueue("a", "Take", 100_000);
        running = BIN.start(environment("QUEUE=a COUNT=2 JOBS_PER_FORK=10 BEGUN=" + begun));
        await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(begun));
        // The other worker finds no job, and is not replaced.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> resque.inspector().counters().workers() == 1);
        // On a busy machine the other one may only now have started.
        WorkerInfo busy = resque.inspector().workers().stream()
                .filter(worker -> worker.state() == WorkerInfo.State.WORKING)
                .findFirst()
                .orElseThrow();
        BinResque.kill("KILL", Long.parseLong(busy.pid()));
        resque.enqueue("a", "Take", 1);
        await().atMost(Duration.ofSeconds(60)).until(() -> resque.inspector().queueSize("a") == 0);
        assertThat(running.status()).as(running.printed()).isZero();
        assertThat(running.process().descendants()).isEmpty();
    }
}
