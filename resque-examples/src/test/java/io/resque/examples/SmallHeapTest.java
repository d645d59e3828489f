package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A worker with a heap of 40 MB, with data in Redis that does not fit into it. */
@Timeout(120)
class SmallHeapTest {
    private static final int LARGE = 12_000_000;

    private final RedisServer server = RedisServer.start();
    private final RespClient redis = server.client();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        redis.close();
        server.close();
    }

    private static String job(String jobClass, int bytes) {
        return "{\"class\":\"" + jobClass + "\",\"args\":[\"" + "x".repeat(bytes) + "\"]}";
    }

    private void awaitProcessed(int jobs) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Integer.toString(jobs).equals(redis.text("GET", "resque:stat:processed")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "lettuce"})
    void goesOnAndRecoversTheOthers(String backend) throws Exception {
        for (String id : List.of("ruby:1:q", "ruby:2:q")) {
            redis.call("SADD", "resque:workers", id);
            redis.call("HSET", "resque:workers:heartbeat", id, "2020-01-01T00:00:00+00:00");
        }
        String held = job("Nop", LARGE);
        redis.call("SET", "resque:worker:ruby:1:q", "{\"queue\":\"q\",\"run_at\":\"x\",\"payload\":" + held + "}");
        redis.call("RPUSH", "resque:failed", "{\"payload\":" + job("Old", LARGE) + ",\"queue\":\"q\"}");
        for (int i = 0; i < 5; i++) {
            redis.call("RPUSH", "resque:queue:later", job("Later", 2_000_000));
        }
        redis.call("RPUSH", "resque:queue:q", job("Nop", LARGE), job("Nop", 1), job("Huge", 1));
        Path output = folder.resolve("output.txt");
        Process process = start(backend, output);
        try {
            awaitProcessed(3);
            redis.call("RPUSH", "resque:queue:q", job("Nop", LARGE));
            redis.call("RPUSH", "resque:queue:q", job("Nop", 2_000_000));
            awaitProcessed(5);
            process.getOutputStream().close();
            assertThat(process.waitFor()).as(Files.readString(output)).isZero();
        } finally {
            process.destroyForcibly();
        }
        List<String> said = Files.readAllLines(output);
        assertThat(said).allMatch(line -> line.length() < 5_000);
        assertThat(said)
                .as("the two dead workers were recovered, now or before")
                .anyMatch(line -> line.startsWith("recovered "))
                .contains("workers 1", "waiting 1", "failures 5", "retried 3", "stopped true");
        assertThat(redis.texts("LRANGE", "resque:queue:q", 0, -1).stream()
                        .filter(held::equals)
                        .count())
                .as("whole payloads")
                .isEqualTo(3);
        assertThat(redis.number("EXISTS", "resque:java:oversize")).isZero();
        assertThat(redis.texts("SMEMBERS", "resque:workers")).isEmpty();
    }

    private Process start(String backend, Path output) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeap.class.getName(),
                        server.url(),
                        backend)
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(output.toFile()))
                .start();
    }
}
