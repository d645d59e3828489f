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
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The auditor notices lost jobs: here the workers' script takes a job and does not write a record. */
class AuditorTest {
    private static final Path STEP = Path.of("io/resque/backend/redis/step.lua");
    /** The mutation point at which the record of a job is written. */
    private static final Pattern RECORD = Pattern.compile("(?m)^.* --@record$");

    private static final int RUNS = 4;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void findsTheLossWhereNoRecordIsWritten() throws IOException {
        if (!ChaosSettings.LONG) {
            System.out.println("SKIPPED AuditorTest, which takes a minute: see -Pchaos");
            Assumptions.abort("see -Pchaos");
        }
        Path wrong = Files.createDirectory(folder.resolve("wrong"));
        Files.createDirectories(wrong.resolve(STEP).getParent());
        Files.writeString(wrong.resolve(STEP), RECORD.matcher(script()).replaceAll(""));
        long lost = 0;
        // On a fast machine all kills of one run may hit workers that wait.
        for (int seed = 1; lost == 0 && seed <= RUNS; seed++) {
            lost = lostBy(wrong, seed);
        }
        assertThat(lost).as("lost in %d runs", RUNS).isPositive();
    }

    private long lostBy(Path script, int seed) throws IOException {
        ChaosSettings settings = new ChaosSettings(seed, 4_000, Duration.ofSeconds(2), 8, 0);
        try (ChaosRun run = new ChaosRun(settings, Files.createDirectory(folder.resolve("run" + seed)))) {
            return run.run("fail", List.of(script.toString()), WorkerKind.JEDIS_THREADS)
                    .lost();
        }
    }

    private static String script() throws IOException {
        try (InputStream in = RedisBackend.class.getResourceAsStream("step.lua")) {
            String right = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(right)
                    .as("the lines of the script that the test removes")
                    .containsPattern(RECORD);
            return right;
        }
    }
}
