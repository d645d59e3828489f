package io.resque.serialization.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.tck.KitRun;
import org.junit.jupiter.api.Test;

/** The whole kit as one test, for mutation tests only: see docs/mutation.md. The usual build runs each test of the kit. */
class KitAlone {
    @Test
    void everyRuleHolds() {
        assertThat(KitRun.of(JacksonSerializerTckTest.class, rules -> true)).isEmpty();
    }
}
