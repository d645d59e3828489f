package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringTick;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Redis is killed while three schedulers make ticks: each tick is made whole, once. */
@Timeout(120)
class RecurringCrashTest {
    private static final Payload ENTRY =
            Payload.ofText("{\"every\":\"1s\",\"class\":\"A\",\"queue\":\"high\",\"rails_env\":\"java\"}");
    private static final int KILLS = 5;
    private static final long TICKS_BETWEEN = 40;

    private final AtomicLong reached = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile long end = Long.MAX_VALUE;

    /** Makes ticks that are numbers, so that a lost or doubled one is seen. */
    private void count(RecurringEntries entries) {
        while (reached.get() < end) {
            try {
                String last = entries.find("", "a").entries().get(0).lastRun();
                long next = last == null ? 1 : Long.parseLong(last) + 1;
                DelayedMove.ToQueue target = new DelayedMove.ToQueue("high", Payload.ofText(Long.toString(next)));
                entries.tick(
                        "", List.of(new RecurringTick("a", ENTRY, last, Long.toString(next), target, List.of())), null);
                reached.accumulateAndGet(next - 1, Math::max);
            } catch (BackendException e) {
                refused.incrementAndGet();
            }
        }
    }

    @Test
    @WireRule("W-635")
    void eachTickIsMadeOnceHoweverOftenRedisIsKilled() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        List<QueueBackend> backends = new ArrayList<>();
        try (RedisServer server = RedisServer.start("--appendonly", "yes", "--appendfsync", "always")) {
            List<Future<?>> schedulers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                QueueBackend backend = new JedisBackendProvider().open(new BackendConfig(server.url(), "crash"));
                backends.add(backend);
                if (i == 0) {
                    backend.recurring().orElseThrow().put("high", "a", null, ENTRY, false);
                }
                schedulers.add(threads.submit(() -> count(backend.recurring().orElseThrow())));
            }
            for (int kill = 0; kill < KILLS; kill++) {
                long before = reached.get();
                await().until(() -> reached.get() >= before + TICKS_BETWEEN);
                server.kill();
                server.restart();
            }
            end = reached.get() + TICKS_BETWEEN;
            for (Future<?> scheduler : schedulers) {
                scheduler.get();
            }
            try (RespClient client = server.client()) {
                long last = Long.parseLong(String.valueOf(client.text("HGET", "crash:delayed:last_enqueued_at", "a")));
                assertThat(last).isGreaterThanOrEqualTo(KILLS * TICKS_BETWEEN);
                assertThat(client.texts("LRANGE", "crash:queue:high", 0, -1))
                        .as("one job for each tick, in order")
                        .isEqualTo(LongStream.rangeClosed(1, last)
                                .mapToObj(Long::toString)
                                .toList());
                assertThat(refused).as("calls that met a dead server").hasPositiveValue();
                System.out.println("Recurring jobs: " + last + " ticks, Redis killed " + KILLS
                        + " times with -9: none lost, none doubled");
            }
        } finally {
            end = 0;
            threads.shutdownNow();
            backends.forEach(QueueBackend::close);
        }
    }
}
