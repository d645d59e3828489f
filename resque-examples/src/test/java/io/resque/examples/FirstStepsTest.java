package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program in the README does what its comments say. */
@Timeout(60)
class FirstStepsTest {
    @Test
    void worksAtOnceAndLaterAndEndsByASignal() throws Exception {
        try (RedisServer server = RedisServer.start();
                RespClient admin = server.client()) {
            Process program = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Dresque.backend=jedis",
                            "-Dresque.serializer=gson",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FirstSteps.class.getName(),
                            server.url())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader said = program.inputReader()) {
                Set<String> wanted = new HashSet<>(Set.of("Welcome, Chris", "Welcome, Alex"));
                while (!wanted.isEmpty()) {
                    String line = said.readLine();
                    assertThat(line).as("while these are missing: " + wanted).isNotNull();
                    wanted.remove(line);
                }
                assertThat(admin.number("HEXISTS", "resque:persistent_schedules", "nightly"))
                        .isOne();
                program.toHandle().destroy();
                assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(admin.number("SCARD", "resque:workers")).isZero();
            } finally {
                program.destroyForcibly();
            }
        }
    }
}
