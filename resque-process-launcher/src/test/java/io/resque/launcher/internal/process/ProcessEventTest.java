package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProcessEventTest {
    @ParameterizedTest
    @EnumSource
    void theLineOfASignalIsRead(ProcessEvent.Signal signal) {
        assertThat(ProcessEvent.Message.of(signal.line())).isSameAs(signal);
    }

    @Test
    void theLineOfAFarewellIsRead() {
        assertThat(ProcessEvent.Message.of("ALONE")).isSameAs(ProcessEvent.Farewell.ALONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "KILL", "term", "ended 17"})
    void anyOtherLineIsKeptAsItIs(String line) {
        assertThat(ProcessEvent.Message.of(line)).isEqualTo(new ProcessEvent.Unknown(line));
    }
}
