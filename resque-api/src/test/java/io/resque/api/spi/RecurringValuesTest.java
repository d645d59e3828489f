package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RecurringValuesTest {
    private static final Payload ENTRY = Payload.ofText("entry");

    @Test
    void aTickChangesTheLastRun() {
        assertThatThrownBy(() -> new RecurringTick("nightly", ENTRY, "1", "1", null, List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"nightly\"")
                .hasMessageContaining("must change the last run");
    }

    @Test
    void aTickCountsNothing() {
        assertThatThrownBy(() ->
                        new RecurringTick("nightly", ENTRY, null, "1", null, List.of(new Effect.Count(true, true))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a worker has taken");
    }
}
