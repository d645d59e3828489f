package io.resque.core.internal.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingValueTest {
    private static SettingValue value(String text) {
        return new SettingValue("key", text);
    }

    private static void refused(ThrowingCallable call, String text, String what) {
        assertThatThrownBy(call)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("key is \"" + text + "\"; it must be " + what);
    }

    @Test
    void aNumberIsWithinItsBounds() {
        assertThat(value("3").number(3, 5)).isEqualTo(3);
        assertThat(value("5").number(3, 5)).isEqualTo(5);
        assertThat(value("999999999999999999").number(0, Long.MAX_VALUE)).isEqualTo(999_999_999_999_999_999L);
        for (String text : new String[] {"2", "6", "4.0", "-4", "x", "1000000000000000000"}) {
            refused(() -> value(text).number(3, 5), text, "a whole number from 3 to 5");
        }
    }

    @ParameterizedTest
    @CsvSource({"7ms, PT0.007S", "7s, PT7S", "7 m, PT7M", "7h, PT7H", "7d, PT168H", "PT1M30S, PT1M30S"})
    void aDurationHasItsUnit(String text, Duration duration) {
        assertThat(value(text).duration()).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "7 weeks", "s", "-7s", "999999999999999d"})
    void aDurationWithoutAUnitIsRefused(String text) {
        refused(
                () -> value(text).duration(),
                text,
                "a duration with its unit ms, s, m, h or d, such as 30s, or one of ISO 8601, such as PT30S");
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "7B, 7", "7KB, 7168", "7 MB, 7340032", "7GB, 7516192768"})
    void bytesMayHaveAUnit(String text, long bytes) {
        assertThat(value(text).bytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7 MiB", "7K", "KB", "-7", "12345678901"})
    void otherBytesAreRefused(String text) {
        refused(() -> value(text).bytes(), text, "a number of bytes, such as 1048576, 1024KB or 1MB");
    }

    @Test
    void aWordIsOneOfThem() {
        assertThat(value("true").isTrue()).isTrue();
        assertThat(value("false").isTrue()).isFalse();
        refused(() -> value("yes").isTrue(), "yes", "true or false");
        assertThat(value("a").choice(Map.of("a", 1, "b", 2), "a or b")).isEqualTo(1);
        refused(() -> value("c").choice(Map.of("a", 1, "b", 2), "a or b"), "c", "a or b");
        refused(() -> value("u:secret@h").isTrue(), "…@h", "true or false");
    }
}
