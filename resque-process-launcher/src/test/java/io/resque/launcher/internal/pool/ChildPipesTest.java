package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChildPipesTest {
    @ParameterizedTest
    @CsvSource({
        "PATH, true",
        "_x1, true",
        "my.setting, false",
        "my-setting, false",
        "1st, false",
        "BASH_FUNC_which%%, false",
        "größe, false",
        "'', false",
        "IFS, false",
    })
    void aVariableThatAShellWouldLoseNeedsASocket(String name, boolean pipes) {
        assertThat(ChildPipes.areHere(Map.of("A", "", name, "x"))).isEqualTo(pipes);
    }
}
