package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvironmentReaderTest {
    private static EnvironmentReader reader(String value) {
        return new EnvironmentReader(Map.of("A", value));
    }

    @Test
    void aBlankValueCountsAsNone() {
        assertThat(reader(" x ").get("A")).isEqualTo("x");
        assertThat(reader(" ").get("A")).isNull();
        assertThat(reader("x").get("B")).isNull();
        assertThat(reader(" ").get("A", "y")).isEqualTo("y");
        assertThat(reader("x").get("A", "y")).isEqualTo("x");
    }

    @Test
    void changesWin() {
        EnvironmentReader changed = reader("x").with(Map.of("A", "y", "B", "z"));
        assertThat(changed.get("A")).isEqualTo("y");
        assertThat(changed.get("B")).isEqualTo("z");
        assertThat(reader("x").with(Map.of()).get("A")).isEqualTo("x");
    }

    @Test
    void aPrefixIsFoundEvenWithoutAValue() {
        assertThat(new EnvironmentReader(Map.of("JOB_X", "")).hasAny("JOB_")).isTrue();
        assertThat(new EnvironmentReader(Map.of("JOB", "")).hasAny("JOB_")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 10", "05, 5", "' ', 7"})
    void aNumberIsInItsRange(String value, int number) {
        assertThat(reader(value).number("A", 7, 1, 10)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"0", "11", "-1", "1.5", "x", "99999999999"})
    void anyOtherNumberIsRefused(String value) {
        assertThatThrownBy(() -> reader(value).number("A", 7, 1, 10))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("A is \"" + value + "\"; it must be a whole number from 1 to 10");
    }

    @Test
    void secondsMayHaveAFraction() {
        assertThat(reader("1.5").seconds("A", "4")).isEqualTo(Duration.ofMillis(1_500));
        assertThat(reader("").seconds("A", "4")).isEqualTo(Duration.ofSeconds(4));
        assertThatThrownBy(() -> reader("1s").seconds("A", "4"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("A is \"1s\"; it must be seconds, such as 4 or 0.5");
    }

    @Test
    void listsAreBetweenBlanksOrCommas() {
        assertThat(EnvironmentReader.words(" a  b ")).containsExactly("a", "b");
        assertThat(EnvironmentReader.words(" ")).isEmpty();
        assertThat(EnvironmentReader.parts(" a ,,b c,")).containsExactly("a", "b c");
    }

    @Test
    void aValueThatJavaCouldNotDecodeIsRefused() {
        assertThatThrownBy(() -> reader("a\uFFFD").get("A"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("A ");
        assertThatThrownBy(() -> UndecodableText.refuse(null, "redis://:secret\uFFFD@h"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("The argument \"redis://***@h\" ");
        assertThatThrownBy(() -> reader("\uFFFD").get("A")).isInstanceOf(ConfigurationException.class);
    }
}
