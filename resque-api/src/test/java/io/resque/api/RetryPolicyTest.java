package io.resque.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryPolicyTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private static List<Long> seconds(Retry retry) {
        return IntStream.range(0, 5)
                .mapToObj(attempt -> retry.rule().delay(attempt).toSeconds())
                .toList();
    }

    @Test
    void delaysFollowTheAttempts() {
        assertThat(seconds(Retry.limit(5))).containsExactly(0L, 0L, 0L, 0L, 0L);
        assertThat(seconds(Retry.limit(5).fixed(SECOND))).containsExactly(1L, 1L, 1L, 1L, 1L);
        assertThat(seconds(Retry.limit(5).delays(Duration.ZERO, SECOND, Duration.ofSeconds(9))))
                .containsExactly(0L, 1L, 9L, 9L, 9L);
        assertThat(seconds(Retry.limit(5).exponential(Duration.ofSeconds(3), Duration.ofSeconds(20))))
                .containsExactly(3L, 6L, 12L, 20L, 20L);
        assertThat(Retry.limit(1)
                        .exponential(SECOND, Duration.ofDays(36_500))
                        .rule()
                        .delay(Integer.MAX_VALUE - 1))
                .isEqualTo(Duration.ofDays(36_500));
    }

    @Test
    void exponentialDelaysHaveJitterAndOthersNone() {
        assertThat(Retry.limit(1).exponential(SECOND, SECOND).rule().jitter()).isEqualTo(0.2);
        assertThat(Retry.limit(1).fixed(SECOND).rule().jitter()).isZero();
        assertThat(Retry.limit(1).exponential(SECOND, SECOND).jitter(0).rule())
                .isEqualTo(new Retry.Rule(1, List.of(SECOND), Optional.of(SECOND), 0));
    }

    @Test
    void badValuesAreRefused() {
        assertThatThrownBy(() -> Retry.limit(0)).hasMessageContaining("at least 1, was 0");
        assertThatThrownBy(() -> Retry.limit(1).fixed(Duration.ofSeconds(-1))).hasMessageContaining("was PT-1S");
        assertThatThrownBy(() -> Retry.limit(1).fixed(Duration.ofDays(36_501))).hasMessageContaining("36,500 days");
        assertThatThrownBy(() -> Retry.limit(1).exponential(Duration.ZERO, SECOND))
                .hasMessageContaining("from PT0S");
        assertThatThrownBy(() -> Retry.limit(1).exponential(SECOND, Duration.ZERO))
                .hasMessageContaining("to PT0S");
        assertThatThrownBy(() -> Retry.limit(1).queue(" ")).hasMessageContaining("The queue of retries is empty");
        assertThatThrownBy(() -> Retry.limit(1).on("", Retry.limit(1))).hasMessageContaining("is empty");
        assertThatThrownBy(() ->
                        Retry.limit(1).on(IOException.class, Retry.limit(1).queue("other")))
                .hasMessageContaining("java.io.IOException can choose a limit");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void badJitterIsRefused(double share) {
        assertThatThrownBy(() -> Retry.limit(1).jitter(share)).hasMessageContaining("jitter must be from 0 to 1");
    }

    @Test
    void aPolicyKeepsWhatWasChosenBefore() {
        Retry all = Retry.limit(3)
                .queue("later")
                .retryDeaths(false)
                .recordAttempts()
                .fatal(IllegalStateException.class)
                .on(IOException.class, Retry.limit(9))
                .when(failure -> true)
                .fixed(SECOND);
        assertThat(all.queue()).contains("later");
        assertThat(all.retriesDeaths()).isFalse();
        assertThat(all.recordsAttempts()).isTrue();
        assertThat(all.predicate()).isPresent();
        assertThat(all.rule()).isEqualTo(new Retry.Rule(3, List.of(SECOND), Optional.empty(), 0));
        assertThat(all.rules())
                .containsOnly(
                        Map.entry("java.lang.IllegalStateException", new Retry.Rule(0, List.of(), Optional.empty(), 0)),
                        Map.entry("java.io.IOException", new Retry.Rule(9, List.of(), Optional.empty(), 0)));
    }

    @Test
    void aPolicyIsReadFromItsTree() {
        Retry all = Retry.limit(3)
                .exponential(SECOND, Duration.ofHours(1))
                .queue("later")
                .retryDeaths(false)
                .recordAttempts()
                .fatal(IllegalStateException.class)
                .on(IOException.class, Retry.limit(9).delays(SECOND, Duration.ZERO));
        for (Retry policy : List.of(Retry.limit(1), all, Retry.limit(2).fixed(Duration.ofMillis(1)))) {
            Retry read = Retry.ofTree(policy.toTree());
            assertThat(read.toTree()).isEqualTo(policy.toTree());
            assertThat(read.rule()).isEqualTo(policy.rule());
            assertThat(read.rules()).isEqualTo(policy.rules());
            assertThat(read.queue()).isEqualTo(policy.queue());
            assertThat(read.retriesDeaths()).isEqualTo(policy.retriesDeaths());
            assertThat(read.recordsAttempts()).isEqualTo(policy.recordsAttempts());
        }
    }

    @Test
    void whatIsNoPolicyIsRefused() {
        assertThatThrownBy(() -> Retry.ofTree("x")).hasMessageContaining("is a JSON object, was x");
        assertThatThrownBy(() -> Retry.ofTree(Map.of())).hasMessageContaining("a number as its limit, was null");
        assertThatThrownBy(() -> Retry.ofTree(Map.of("limit", 1, "delays", List.of("x"))))
                .hasMessageContaining("a number of milliseconds, was x");
        assertThatThrownBy(() -> Retry.ofTree(Map.of("limit", -1))).hasMessageContaining("was -1");
    }

    @Test
    void aPredicateCannotGoWithAJob() {
        assertThatThrownBy(() -> JobSpec.of("A").withRetry(Retry.limit(1).when(failure -> true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"A\" has a predicate");
    }
}
