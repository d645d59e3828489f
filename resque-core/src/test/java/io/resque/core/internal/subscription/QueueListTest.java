package io.resque.core.internal.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.Subscription;
import io.resque.core.CapturedLog;
import io.resque.core.Serializers;
import io.resque.core.Worker;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class QueueListTest {
    @Test
    void standInTheirOrderWithDuplicatesAndWithoutBlanks() {
        assertThat(QueueList.of("low", " high\t", "low")).hasToString("low,high,low");
        assertThat(QueueList.of("mail box", "é", "a:b", "x!y")).hasToString("mail box,é,a:b,x!y");
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("", "\"\" of a worker is empty; give a name such as \"default\""),
                Arguments.of("  ", "\"\" of a worker is empty; give a name such as \"default\""),
                Arguments.of("q\ud83d", "\"q\ud83d\" of a worker holds half of a surrogate pair, which has no UTF-8"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void namesThatAreNone(String name, String problem) {
        assertThatThrownBy(() -> QueueList.of("good", name))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("The queue name " + problem);
    }

    @Test
    void anEntryMayBeAListAsTheVariableIs() {
        assertThat(QueueList.of("high", "{a,b}")).hasToString("high,{a,b}");
        assertThat(QueueList.of(",a")).hasToString("a");
        assertThat(QueueList.of("high, mail_*,,!low ", "x").entries()).containsExactly("high", "mail_*", "x");
        assertThat(QueueList.of("critical,*,!lo[vw]").among(List.of("a", "low", "critical")))
                .containsExactly("critical", "a");
        assertThatThrownBy(() -> QueueList.of(" , "))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("A worker needs a queue");
    }

    @Test
    void bracesAreNoAlternativesAndTheLogSaysSo() {
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            assertThat(QueueList.of("high", "{a,b}").among(List.of("a", "b", "high", "{a")))
                    .containsExactly("high", "{a");
            assertThat(log.lines()).singleElement().asString().contains("{a,b}", "name each queue");
            assertThat(QueueList.of("{a}", "b")).hasToString("{a},b");
            assertThat(log.lines()).hasSize(1);
        }
    }

    @Test
    void workerNeedsAQueue() {
        assertThatThrownBy(QueueList::of)
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("A worker needs a queue: name one, such as default, or * for all");
    }

    @Test
    void subscribesToEachOnceInTheirOrder() {
        Subscription subscription = QueueList.of("low", "a\"b", "low").subscription(Serializers.GSON, Long.MAX_VALUE);
        assertThat(subscription.sources())
                .containsExactly(
                        new Subscription.Source("low", "{\"queue\":\"low\",\"run_at\":\""),
                        new Subscription.Source("a\"b", "{\"queue\":\"a\\\"b\",\"run_at\":\""));
    }
}
