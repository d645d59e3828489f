package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resque.tck.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the whole kit for backends on each kind of server, if there is Docker; each run has a JVM of its own. */
@Timeout(600)
class RedisImagesTest {
    private static Optional<String> whyNot = Optional.empty();

    @BeforeAll
    static void lookForDocker() {
        whyNot = RedisServer.whyNot("docker");
        whyNot.ifPresent(why -> System.out.println("SKIPPED: the kit on images of Redis 6.2, 7, 8 and Valkey. " + why));
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis:6.2", "redis:7", "redis:8", "valkey/valkey:8"})
    void theKitPasses(String image) throws Exception {
        assumeTrue(whyNot.isEmpty(), () -> whyNot.orElse(""));
        String said = runKit("docker:" + image, 0);
        assertThat(said).contains("Resque kit: " + image).contains("0 failed");
        System.out.print(said);
    }

    /** The test above relies on this, which can be checked without Docker. */
    @Test
    void theKitRunsInAJvmOfItsOwnOnTheServerAskedFor() throws Exception {
        assertThat(runKit("embedded", 0)).contains("Resque kit: embedded redis 6.2", " tests, 0 failed");
        assertThat(runKit("none", 1)).contains("RESQUE_TEST_REDIS is 'none'");
    }

    private static String runKit(String way, int exit) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder kit = new ProcessBuilder(
                java,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                KitRunner.class.getName());
        kit.environment().put("RESQUE_TEST_REDIS", way);
        kit.environment().remove("RESQUE_TEST_REDIS_URL");
        Process running = kit.redirectErrorStream(true).start();
        String said = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(running.waitFor()).as(said).isEqualTo(exit);
        return said;
    }
}
