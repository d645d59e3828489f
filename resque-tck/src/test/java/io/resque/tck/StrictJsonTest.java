package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The judge is judged by hand-written values only. */
class StrictJsonTest {
    @Test
    void readsJson() {
        assertThat(StrictJson.read(" {\"a\" : [1, -2.5e1, null, true, false, {}, [] ],\n\"b\":\"\"} "))
                .isEqualTo(Map.of("a", Arrays.asList(1L, -25.0, null, true, false, Map.of(), List.of()), "b", ""));
        assertThat(StrictJson.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\""))
                .isEqualTo("\"\\/\b\f\n\r\té😀");
        assertThat(StrictJson.read("18446744073709551616")).isEqualTo(new BigInteger("18446744073709551616"));
        assertThat(StrictJson.read("-0")).isEqualTo(0L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "junk",
                "1 2",
                "[1,]",
                "[",
                "[1",
                "{\"a\"}",
                "{\"a\":1,}",
                "{a:1}",
                "01",
                "1.",
                ".5",
                "+1",
                "NaN",
                "'a'",
                "\"a",
                "\"\\x\"",
                "\"\\u12\"",
                "\"\\",
                "\"\n\"",
                "[1}",
                "// c\n1",
                "\ufeff1",
                "tru"
            })
    void refusesWhatIsNotJson(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StrictJson.read(text))
                .withMessageContaining("Not JSON at character");
    }

    @Test
    void namesARecordingThatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RecordedCases.of("ruby/none.json"))
                .withMessageContaining("ruby/none.json");
    }
}
