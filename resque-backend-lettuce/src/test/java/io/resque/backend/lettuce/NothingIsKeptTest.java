package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.tck.RedisServer;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class NothingIsKeptTest {
    /** A thread that stays would keep the class loader of an application that its server has removed, and so all its classes. */
    @Test
    @Timeout(60)
    void noThreadOutlivesTheCloseWithTheCallersClassLoader() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (RedisServer server = RedisServer.start();
                URLClassLoader application = new URLClassLoader(new URL[0], before)) {
            Thread.currentThread().setContextClassLoader(application);
            try (QueueBackend backend = new LettuceBackendProvider().open(new BackendConfig(server.url(), "t"))) {
                assertThat(backend.queues().names()).isEmpty();
                assertThat(threadsOf(application)).as("those of the client").isNotEmpty();
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(threadsOf(application)).isEmpty());
            assertThat(Thread.getAllStackTraces().keySet())
                    .as("one that Java makes for the first who asks, and never ends")
                    .noneMatch(thread -> thread.getName().equals("CompletableFutureDelayScheduler"));
        }
    }

    private static List<String> threadsOf(ClassLoader application) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getContextClassLoader() == application)
                .map(Thread::getName)
                .toList();
    }
}
