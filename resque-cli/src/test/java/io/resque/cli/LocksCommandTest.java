package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobSpec;
import io.resque.api.Unique;
import io.resque.core.Resque;
import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code locks}. */
class LocksCommandTest {
    private static final RedisServer SERVER = RedisServer.forTests();
    private static final String KEY = "java:lock:until_done:low:account 42";

    private final String namespace = "cli" + UUID.randomUUID();
    private final Environment environment =
            new Environment(Map.of("REDIS_BACKEND", SERVER.url(), "PREFIX", namespace, "COLUMNS", "200"));
    private final Resque resque =
            Resque.builder().url(SERVER.url()).namespace(namespace).build();
    private String out = "";
    private String err = "";

    @AfterEach
    void close() {
        resque.close();
        try (RespClient redis = SERVER.client()) {
            redis.deleteKeys(namespace + ":");
        }
    }

    private int run(String... args) {
        StringWriter printed = new StringWriter();
        StringWriter errors = new StringWriter();
        int status = Main.run(environment, new PrintWriter(printed, true), new PrintWriter(errors, true), args);
        out = printed.toString();
        err = errors.toString();
        return status;
    }

    private boolean enqueue() {
        Unique unique = Unique.untilDone(Duration.ofHours(1)).key("account 42");
        return resque.enqueue("low", JobSpec.of("Sync", 42).withUnique(unique));
    }

    @Test
    void locksAreListed() {
        assertThat(run("locks")).isZero();
        assertThat(out).isEqualToNormalizingNewlines("0 locks\n");
        enqueue();
        assertThat(run("locks", "list")).as(err).isZero();
        assertThat(out).contains("until_done", "queued", KEY, "1 lock").doesNotContain("unsure");
        try (RespClient redis = SERVER.client()) {
            redis.call("SET", namespace + ":java:lock:x", "true");
        }
        assertThat(run("locks", "--json")).isZero();
        assertThat(out).contains("\"key\":\"java:lock:x\"", "\"job\":\"unknown\"", "\"unsure\":true");
        assertThat(run("locks", "free", "java:lock:x")).isZero();
        assertThat(out).contains("Freed the lock java:lock:x");
    }

    @Test
    void aLockWithAJobIsFreedByForce() {
        enqueue();
        assertThat(run("locks", "free", KEY)).isEqualTo(ExitStatus.USAGE);
        assertThat(err).contains("has a job, which is queued", "--force");
        assertThat(run("locks", "free", KEY, "--force")).isZero();
        assertThat(enqueue()).isTrue();
        assertThat(run("locks", "free", "java:lock:none")).isEqualTo(ExitStatus.NO);
        assertThat(run("locks", "free")).isEqualTo(ExitStatus.USAGE);
        assertThat(run("locks", "list", KEY)).isEqualTo(ExitStatus.USAGE);
        assertThat(run("locks", "fre")).isEqualTo(ExitStatus.USAGE);
        assertThat(run("locks", "--force")).isEqualTo(ExitStatus.USAGE);
    }
}
