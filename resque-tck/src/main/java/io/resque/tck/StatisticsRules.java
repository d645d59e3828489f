package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests of the counters. */
abstract class StatisticsRules extends BackendRules {
    StatisticsRules(QueueBackendTck kit) {
        super(kit);
    }

    @Test
    @WireRule("W-601")
    void aCounterIsDecimalTextUnderStat() {
        assertThat(backend.statistics().increment("processed", 2)).isEqualTo(2);
        assertThat(backend.statistics().increment("processed:" + ID, 1)).isOne();
        assertThat(backend.statistics().increment("processed", -5)).isEqualTo(-3);
        assertThat(judge.counter("processed"))
                .as("increment must add, also a negative number")
                .isEqualTo(-3);
        assertThat(judge.counter("processed:" + ID))
                .as("each name must have a counter of its own")
                .isOne();
        onKeys(() -> assertThat(everything())
                .isEqualTo(Map.of(key("stat:processed"), "-3", key("stat:processed:" + ID), "1")));
        assertThat(backend.statistics().get("processed")).isEqualTo(-3);
    }

    @Test
    @WireRule("W-601")
    void aCounterIsExact() {
        onKeys(() -> redis.call("SET", key("stat:failed"), "9007199254740993"));
        if (!hasKeys()) {
            backend.statistics().increment("failed", 9007199254740993L);
        }
        assertThat(backend.statistics().get("failed"))
                .as("a counter must have 64 bits; a double would lose the last ones")
                .isEqualTo(9007199254740993L);
        assertThat(backend.statistics().increment("failed", 1)).isEqualTo(9007199254740994L);
    }

    @Test
    @WireRule("W-602")
    void severalAreReadInTheOrderOfTheirNames() {
        backend.statistics().increment("b", 2);
        backend.statistics().increment("a", 1);
        assertThat(backend.statistics().getAll(List.of("b", "none", "a", "b"))).containsExactly(2L, 0L, 1L, 2L);
        assertThat(backend.statistics().getAll(List.of())).isEmpty();
    }

    @Test
    @WireRule("W-602")
    void anAbsentCounterIs0() {
        assertThat(backend.statistics().get("failed")).isZero();
        backend.statistics().increment("failed", 7);
        backend.statistics().clear("failed");
        assertThat(judge.everything()).as("clear must remove the key").isEmpty();
        assertThat(backend.statistics().get("failed")).isZero();
        backend.statistics().clear("failed");
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-603")
    void aCounterThatIsNoNumberIsABackendException() {
        redis.call("SET", key("stat:failed"), "many");
        assertThatThrownBy(
                        () -> backend.statistics().get("failed"),
                        "get must throw a BackendException, not a NumberFormatException")
                .isInstanceOf(BackendException.class);
        assertThatThrownBy(
                        () -> backend.statistics().increment("failed", 1),
                        "increment must throw a BackendException if the value is no number")
                .isInstanceOf(BackendException.class);
        assertThatThrownBy(
                        () -> backend.statistics().getAll(List.of("failed")),
                        "get must throw a BackendException, not a NumberFormatException")
                .isInstanceOf(BackendException.class);
    }
}
