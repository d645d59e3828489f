package io.resque.core.internal.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.CALLS_REAL_METHODS;
import static org.mockito.Mockito.mockStatic;

import io.resque.api.ConfigurationException;
import io.resque.core.CoreRedis;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.MockedStatic;

/** The file whose age a probe looks at. */
class HeartbeatFileTest {
    private static final FileTime OLD = FileTime.fromMillis(1_000_000_000_000L);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    private Resque open(RedisServer server, Path file) {
        return Resque.builder()
                .url(server.url())
                .serializer("gson")
                .heartbeatInterval(Duration.ofSeconds(1))
                .heartbeatFile(file)
                .build();
    }

    private static boolean isFresh(Path file) throws IOException {
        return !Files.getLastModifiedTime(file).equals(OLD);
    }

    @Test
    void eachHeartbeatThatReachesRedisTouchesItAndTheEndRemovesIt() throws IOException {
        Path file = folder.resolve("beat");
        try (RedisServer server = RedisServer.start();
                Resque resque = open(server, file)) {
            assertThat(file).doesNotExist();
            resque.workerBuilder("q").register("Job", () -> context -> {}).start();
            assertThat(file).as("by the registration").exists();
            Files.setLastModifiedTime(file, OLD);
            await().atMost(LIMIT).until(() -> isFresh(file));
            server.kill();
            await().atMost(LIMIT).until(() -> !resque.health().redisAnswers());
            Files.setLastModifiedTime(file, OLD);
            await().atMost(LIMIT)
                    .until(() -> resque.health()
                            .lastHeartbeat()
                            .filter(last -> last.isBefore(resque.health().at().minusSeconds(5)))
                            .isPresent());
            assertThat(isFresh(file)).as("no heartbeat reached Redis since").isFalse();
            server.restart();
            await().atMost(LIMIT).until(() -> isFresh(file));
            Files.delete(file);
            await().atMost(LIMIT).until(() -> Files.exists(file));
        }
        assertThat(file).doesNotExist();
    }

    @Test
    void whatCannotBeAFileIsRefusedAtOnce() {
        assertThatThrownBy(() -> Resque.builder().heartbeatFile(folder))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("is a folder; name a file in it");
        assertThatThrownBy(() -> Resque.builder().heartbeatFile(folder.resolve("no/beat")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("does not exist");
    }

    /** As of a file of another user that all may write. */
    @Test
    void aFileWhoseTimeOnlyItsOwnerMaySetIsWritten() throws IOException {
        Path file = Files.createFile(folder.resolve("beat"));
        Files.setLastModifiedTime(file, OLD);
        try (MockedStatic<Files> files = mockStatic(Files.class, CALLS_REAL_METHODS)) {
            files.when(() -> Files.setLastModifiedTime(eq(file), any()))
                    .thenThrow(new FileSystemException(file.toString(), null, "Operation not permitted"));
            HeartbeatFile beat = new HeartbeatFile(file);
            beat.touch();
            beat.touch();
        }
        assertThat(isFresh(file)).isTrue();
        assertThat(file).as("it does not grow").hasSize(1);
    }

    @Test
    void aFileThatCannotBeTouchedHindersNoHeartbeat() throws IOException {
        Path file = Files.createDirectory(folder.resolve("in")).resolve("beat");
        try (Resque resque = open(CoreRedis.SERVER, file)) {
            Files.delete(file.getParent());
            resque.workerBuilder("q").register("Job", () -> context -> {}).start();
            assertThat(resque.health().isReady()).isTrue();
        }
    }
}
