package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class QuietCloseTest {
    /** The client logs a warning for a connection that is closed twice. */
    @Test
    @Timeout(60)
    void nothingIsLoggedOfConnectionsThatBreakOrAreClosed() {
        PrintStream before = System.err;
        ByteArrayOutputStream logged = new ByteArrayOutputStream();
        System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.url())) {
            for (int i = 0; i < 30; i++) {
                String limit = i % 10 == 0 ? "?timeout=3s" : "?timeout=20s";
                try (QueueBackend backend =
                        new LettuceBackendProvider().open(new BackendConfig(proxy.url() + limit, "t"))) {
                    assertThat(backend.queues().names()).isEmpty();
                    if (i % 3 == 0) {
                        proxy.cutBefore(FaultProxy.command("SMEMBERS")); // the client's own may come later
                        assertThat(catchThrowable(() -> backend.queues().names()))
                                .isInstanceOf(BackendUnavailableException.class);
                        assertThat(backend.queues().names()).isEmpty();
                    }
                    if (i % 10 == 0) {
                        proxy.pause();
                        assertThat(catchThrowable(() -> backend.queues().names()))
                                .isInstanceOf(BackendUnavailableException.class);
                        proxy.resume();
                    }
                }
            }
        } finally {
            System.setErr(before);
        }
        assertThat(logged.toString(StandardCharsets.UTF_8)).doesNotContain("already closed");
    }
}
