package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.resque.tck.RecordedCases;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EveryTextTest {
    @TestFactory
    Stream<DynamicTest> readsAsRubysScheduler() {
        return RecordedCases.of("scheduler/cron.json").stream()
                .filter(recorded -> "duration".equals(recorded.get("op")))
                .map(recorded -> DynamicTest.dynamicTest(recorded.name(), () -> {
                    String text = (String) recorded.get("inputs", "text");
                    Object frequency = recorded.get("expected", "every", "frequency");
                    if (frequency == null) {
                        assertThatIllegalArgumentException().isThrownBy(() -> EveryText.parse(text));
                    } else {
                        assertThat(EveryText.parse(text).toNanos())
                                .as(text)
                                .isEqualTo(new BigDecimal(frequency.toString())
                                        .movePointRight(9)
                                        .longValueExact());
                    }
                }));
    }

    @ParameterizedTest
    @CsvSource({"1h 30m, PT1H30M", "1h-30m, PT30M", "PT1M, PT1M", "P1M, PT720H", "P1MT1M, PT720H1M", "1M1m, PT720H1M"})
    void partsAreAddedUp(String text, Duration expected) {
        assertThat(EveryText.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"P", "PT", "1h x", "x1h", "1..5s", "1 fortnight", "99999999999999", "999999999999y", "1h,2m"})
    void whatIsNoPeriodIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EveryText.parse(text))
                .withMessageStartingWith("The period \"" + text + "\" cannot be used: ");
    }
}
