package io.resque.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test can put the clock of a memory forward. */
class AdvanceTest {
    private static final Payload JOB = Payload.ofText("job");

    @RegisterExtension
    MemoryResque memory = new MemoryResque();

    @Test
    void delayedItemsBecomeDue() {
        try (QueueBackend backend = new MemoryBackendProvider().open(new BackendConfig(memory.url(), null))) {
            DelayedItems items = backend.delayed().orElseThrow();
            long now = items.write(new DelayedPush("mail", List.of(new DelayedPush.Entry(0, JOB, JOB))));
            items.write(new DelayedPush("mail", List.of(new DelayedPush.Entry(now + 3_600, JOB, JOB))));
            memory.advance(Duration.ofMinutes(59));
            assertThat(items.due("", null, 10, 1_000).items()).isEmpty();
            memory.advance(Duration.ofMinutes(1));
            assertThat(items.due("", null, 10, 1_000).items())
                    .singleElement()
                    .satisfies(item -> assertThat(item.second()).isEqualTo(now + 3_600));
        }
    }

    @Test
    void theClockOfAnotherMemoryStays() {
        memory.advance(Duration.ofDays(1_000));
        try (QueueBackend here = new MemoryBackendProvider().open(new BackendConfig(memory.url(), "other"));
                QueueBackend there = new MemoryBackendProvider().open(new BackendConfig("memory:", null))) {
            long forward = here.delayed().orElseThrow().due("", null, 1, 1).now();
            long plain = there.delayed().orElseThrow().due("", null, 1, 1).now();
            assertThat(forward - plain)
                    .isBetween(
                            Duration.ofDays(1_000).toSeconds() - 60,
                            Duration.ofDays(1_000).toSeconds() + 60);
        }
    }

    @Test
    void theClockGoesForwardOnly() {
        assertThatThrownBy(() -> memory.advance(Duration.ofSeconds(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-1S");
    }
}
