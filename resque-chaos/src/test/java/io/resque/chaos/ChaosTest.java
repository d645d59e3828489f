package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** No job is lost, whatever dies, stops or breaks. */
class ChaosTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void noJobIsLostAndNoneIsRunTwice() {
        Audit audit = run("fail", WorkerKind.JEDIS_THREADS, WorkerKind.LETTUCE_THREADS, WorkerKind.JEDIS_CHILDREN);
        assertThat(audit.doubled()).as("done twice").isZero();
        assertThat(audit.done() + audit.failed() + audit.both()).isEqualTo(audit.jobs());
    }

    @Test
    void noJobIsLostWhereThoseOfTheDeadAreRunAgain() {
        run("requeue", WorkerKind.LETTUCE_THREADS, WorkerKind.JEDIS_THREADS, WorkerKind.LETTUCE_CHILDREN);
    }

    private Audit run(String policy, WorkerKind... kinds) {
        try (ChaosRun run = new ChaosRun(ChaosSettings.chosen(), folder)) {
            Audit audit = run.run(policy, List.of(), ChaosSettings.LONG ? WorkerKind.values() : kinds);
            assertThat(audit.lost()).as("lost").isZero();
            assertThat(audit.recordedTwice()).as("recorded twice").isZero();
            assertThat(audit.odd()).as("things that must never happen").isEmpty();
            return audit;
        }
    }
}
