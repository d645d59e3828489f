package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.core.RegisteredWorkers.Removal;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is not about processes; for those see {@code KillCommandTest}. */
@Timeout(60)
class RegisteredWorkersTest {
    private static final String RUBYS = "other:1:a,b";

    private final WorkerFixture fixture = new WorkerFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRemovalThatWasAskedForIsNoWarning() {
        fixture.redis.call("SADD", fixture.key("workers"), RUBYS);
        fixture.redis.call(
                "SET",
                fixture.key("worker:" + RUBYS),
                "{\"queue\":\"a\",\"run_at\":\"2026-01-01T00:00:00Z\",\"payload\":{\"class\":\"J\",\"args\":[1]}}");
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            assertThat(fixture.resque.registeredWorkers().remove(RUBYS, false)).isEqualTo(Removal.REMOVED);
            assertThat(log.lines())
                    .as("bin/resque prints warnings among the lines that a script reads")
                    .containsExactly("INFO Removing worker: " + RUBYS + " (its job: FAILED)");
        }
        assertThat(fixture.failures()).hasSize(1);
    }

    @Test
    void aWorkerOfOursIsKnownWhateverAnotherProgramHasDeleted() {
        try (Worker worker = fixture.resque
                .workerBuilder("q")
                .register("Noop", () -> context -> {})
                .start()) {
            String id = worker.ids().get(0);
            fixture.redis.call("DEL", fixture.key("worker:" + id + ":java"));
            fixture.redis.call("SREM", fixture.key("workers"), id);
            fixture.redis.call("HDEL", fixture.key("workers:heartbeat"), id);
            assertThatThrownBy(() -> fixture.resque.registeredWorkers().remove(id, false))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("lives, and would register anew")
                    .hasMessageContaining("resque kill " + id + ", RegisteredWorkers.kill, or QUIT")
                    .hasMessageEndingWith("To remove it all the same: resque remove --force, or remove(id, true)");
        }
    }
}
