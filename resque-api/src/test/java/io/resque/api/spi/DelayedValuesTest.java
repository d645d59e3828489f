package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DelayedValuesTest {
    private static final Payload ITEM = Payload.ofText("item");

    @Test
    void aPushHasAnItem() {
        assertThatThrownBy(() -> new DelayedPush("high", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"high\"")
                .hasMessageContaining("give at least one");
    }

    @Test
    void aMoveCountsNothing() {
        assertThatThrownBy(() -> new DelayedMove(1, ITEM, null, List.of(new Effect.Count(true, true))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a worker has taken");
        assertThat(new DelayedMove(1, ITEM, null).effects()).isEmpty();
    }
}
