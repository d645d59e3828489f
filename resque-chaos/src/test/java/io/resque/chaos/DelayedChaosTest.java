package io.resque.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.backend.redis.RedisBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** No delayed job is lost, moved twice or moved early, whatever dies, stops or breaks. */
class DelayedChaosTest {
    private static final Path SCRIPTS = Path.of("io/resque/backend/redis");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void noDelayedJobIsLostDoubledOrEarly() {
        try (DelayedChaosRun run = new DelayedChaosRun(ChaosSettings.ofDelayedJobs(), folder)) {
            DelayedAudit audit = run.run("", List.of());
            assertThat(audit.lost()).as("lost").isZero();
            assertThat(audit.doubled()).as("doubled").isZero();
            assertThat(audit.early()).as("early").isZero();
            assertThat(audit.strange()).as("jobs that nobody enqueued").isZero();
            assertThat(run.leftovers()).as("what is left in Redis").isEmpty();
        }
    }

    /** The auditor notices each of the three faults, with scripts that are wrong. */
    @Test
    void theAuditorFindsWhatIsLostDoubledAndEarly() throws IOException {
        if (!ChaosSettings.LONG) {
            System.out.println("SKIPPED theAuditorFindsWhatIsLostDoubledAndEarly, which takes a minute: see -Pchaos");
            Assumptions.abort("see -Pchaos");
        }
        assertThat(wrong("push_due.lua", "call('RPUSH', queue, unpack(payloads))", "")
                        .lost())
                .as("lost")
                .isPositive();
        assertThat(wrong("push_due.lua", "if stands then", "if true then").doubled())
                .as("doubled")
                .isPositive();
        assertThat(wrong("delayed_page.lua", "string.format('%.0f', time)", "string.format('%.0f', time + 1)")
                        .early())
                .as("early")
                .isPositive();
    }

    private DelayedAudit wrong(String script, String right, String wrong) throws IOException {
        Path home = Files.createTempDirectory(folder, "wrong");
        Files.createDirectories(home.resolve(SCRIPTS));
        Files.writeString(home.resolve(SCRIPTS).resolve(script), replaced(script, right, wrong));
        ChaosSettings settings = new ChaosSettings(1, 4_000, Duration.ofSeconds(8), 2, 0);
        try (DelayedChaosRun run = new DelayedChaosRun(settings, home)) {
            return run.run(" with a wrong " + script, List.of(home.toString()));
        }
    }

    private static String replaced(String script, String right, String wrong) throws IOException {
        try (InputStream in = RedisBackend.class.getResourceAsStream(script)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(text).as("what the test replaces in " + script).contains(right);
            return text.replace(right, wrong);
        }
    }
}
