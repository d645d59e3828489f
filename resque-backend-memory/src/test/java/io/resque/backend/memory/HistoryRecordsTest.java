package io.resque.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** History in memory ends as the keys of Redis do. */
class HistoryRecordsTest {
    private Instant now = Instant.parse("2026-12-01T00:00:00Z");
    private final HistoryRecords history = new HistoryRecords(() -> now);

    @Test
    void allExpires() {
        long second = now.getEpochSecond();
        for (Grain grain : Grain.values()) {
            history.samples(grain).put(second / grain.seconds(), Payload.ofText("{}"));
        }
        history.add(second / 60, new RunTimes("A", Duration.ZERO, Collections.nCopies(RunTimes.BUCKETS, 1L)));
        history.mark(second / 86_400, new HistoryMark(now, "v42"));
        now = now.plus(Duration.ofHours(8));
        assertThat(history.samples(Grain.FINE)).hasSize(1);
        assertThat(history.times()).hasSize(1);
        now = now.plus(Duration.ofMinutes(1));
        assertThat(history.samples(Grain.FINE)).isEmpty();
        assertThat(history.times()).isEmpty();
        now = now.plus(Duration.ofDays(7));
        assertThat(history.samples(Grain.COARSE)).hasSize(1);
        now = now.plus(Duration.ofDays(1));
        assertThat(history.samples(Grain.COARSE)).isEmpty();
        assertThat(history.marks()).hasSize(1);
        now = now.plus(Duration.ofDays(2));
        assertThat(history.marks()).isEmpty();
    }

    @Test
    void theLeaseOfAProcessThatIsGoneEnds() {
        assertThat(history.lead("a", Duration.ofSeconds(30))).isTrue();
        now = now.plusSeconds(29);
        assertThat(history.lead("b", Duration.ofSeconds(30))).isFalse();
        now = now.plusSeconds(1);
        assertThat(history.lead("b", Duration.ofSeconds(30))).isTrue();
        assertThat(history.lead("a", Duration.ofSeconds(30))).isFalse();
    }
}
