package io.resque.examples.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each step of a worker's life, and a SIGKILL just before and just after it. */
class StepKillTest {
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @ParameterizedTest
    @EnumSource(names = {"JEDIS_THREADS", "LETTUCE_THREADS"})
    void theJobIsInOnePlace(WorkerKind kind) {
        List<String> rows = new ArrayList<>();
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            Step.teach(redis);
            for (Step step : Step.values()) {
                List<String> cells = new ArrayList<>(List.of(step.name()));
                try (StepKill kill = new StepKill(server, folder, kind, step)) {
                    cells.addAll(kill.killedBefore());
                }
                try (StepKill kill = new StepKill(server, folder, kind, step)) {
                    cells.addAll(kill.killedAfter());
                }
                rows.add(String.join(" | ", cells));
            }
        }
        String table = String.join("\n", rows);
        System.out.println("steps of " + kind + ": | killed before | it comes late | recovered | or recovered before"
                + " | it comes then | killed after | recovered |\n| " + table.replace("\n", "\n| "));
        assertThat(table).doesNotContain("LOST");
    }
}
