package io.resque.backend.lettuce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.spi.BackendConfig;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class IdleConnectionTest {
    private static final byte[][] ECHO = {
        "ECHO".getBytes(StandardCharsets.US_ASCII), "x".getBytes(StandardCharsets.US_ASCII)
    };

    /** It is not tested: that would be a command more. */
    @Test
    @Timeout(60)
    void whatMayBeSentTwiceTakesAnIdleConnectionAsItIs() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.url());
                RedisLink link =
                        LettuceLink.open(RedisSettings.parse(new BackendConfig(proxy.url() + "?timeout=20s", "t")))) {
            for (int round = 0; round < 3; round++) {
                assertThat(link.ask(List.<byte[][]>of(ECHO))).containsExactly(ECHO[1]);
                long end = System.nanoTime() + RedisSettings.TESTED_AFTER.toNanos();
                await().until(() -> System.nanoTime() - end > 0);
                int before = proxy.requests();
                assertThat(link.ask(List.<byte[][]>of(ECHO))).containsExactly(ECHO[1]);
                assertThat(proxy.requests() - before).isEqualTo(1);
                proxy.cutAll(); // the next one is sent again, on another connection
            }
        }
    }

    /** Each way to send: a call, a pipeline, a dedicated connection. */
    @Test
    @Timeout(60)
    void whatWasClosedWhileItWasIdleIsReplaced() {
        try (RedisServer server = RedisServer.start();
                FaultProxy proxy = FaultProxy.to(server.url());
                RedisLink link =
                        LettuceLink.open(RedisSettings.parse(new BackendConfig(proxy.url() + "?timeout=20s", "t")));
                RedisLink.Dedicated own = link.dedicate()) {
            for (int round = 0; round < 3; round++) {
                assertThat(own.call(Duration.ofSeconds(20), List.<byte[][]>of(ECHO)))
                        .containsExactly(ECHO[1]);
                assertThat(round == 1 ? link.pipeline(List.<byte[][]>of(ECHO)).get(0) : link.call(ECHO))
                        .isEqualTo(ECHO[1]);
                long end = System.nanoTime() + RedisSettings.TESTED_AFTER.toNanos();
                await().until(() -> System.nanoTime() - end > 0);
                proxy.cutAll();
            }
        }
    }
}
