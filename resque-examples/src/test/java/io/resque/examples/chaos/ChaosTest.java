package io.resque.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** No job is ever lost, whatever dies, stops or breaks. */
class ChaosTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void noJobIsLostAndNoneIsRunTwice() {
        ChaosSettings settings = ChaosSettings.of(20_000, Duration.ofSeconds(10), 10, 2);
        try (ChaosRun run = new ChaosRun(settings, folder, List.of())) {
            Audit audit = run.run("default", WorkerKind.values());
            assertThat(audit.lost()).as("lost").isZero();
            assertThat(audit.doubled()).as("done twice").isZero();
            assertThat(audit.recordedTwice()).as("recorded twice").isZero();
            assertThat(audit.odd()).as("what must never be").isEmpty();
            assertThat(audit.done() + audit.failed() + audit.both()).isEqualTo(audit.jobs());
        }
    }
}
