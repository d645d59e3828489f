package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.Statistics;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CounterReaderTest {
    /** The key {@code list} holds no counter, and behind {@code away} the server is gone. */
    private static final Statistics STATISTICS = new Statistics() {
        private final Map<String, Long> counters = Map.of("processed", 7L, "failed", 2L);

        @Override
        public long get(String name) {
            if (name.equals("away")) {
                throw new BackendUnavailableException("away", new IllegalStateException(), false);
            }
            Long counter = counters.get(name);
            if (counter == null) {
                throw new BackendException("WRONGTYPE");
            }
            return counter;
        }

        @Override
        public long increment(String name, long by) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void clear(String name) {
            throw new UnsupportedOperationException();
        }
    };

    private final CounterReader reader = new CounterReader(STATISTICS);

    @Test
    void aKeyThatIsNoCounterCountsAsZero() {
        assertThat(reader.all(List.of("failed", "processed"))).containsExactly(2L, 7L);
        assertThat(reader.all(List.of("failed", "list", "processed"))).containsExactly(2L, 0L, 7L);
    }

    @Test
    void aServerThatIsAwayIsAnError() {
        assertThatThrownBy(() -> reader.all(List.of("away"))).isInstanceOf(BackendUnavailableException.class);
        assertThatThrownBy(() -> reader.all(List.of("list", "away"))).isInstanceOf(BackendUnavailableException.class);
    }

    @Test
    void eachWorkerHasCountersOfItsOwn() {
        assertThat(CounterNames.processedBy("vm:1:q")).isEqualTo("processed:vm:1:q");
        assertThat(CounterNames.failedBy("vm:1:q")).isEqualTo("failed:vm:1:q");
    }
}
