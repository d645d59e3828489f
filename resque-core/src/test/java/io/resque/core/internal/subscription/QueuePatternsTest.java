package io.resque.core.internal.subscription;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.tck.RecordedCase;
import io.resque.tck.RecordedCases;
import io.resque.tck.WireRule;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class QueuePatternsTest {
    /** The reading of QUEUES and QUEUE belongs to the command line. */
    private static final List<String> LEFT_OUT = List.of("env QUEUES wins over QUEUE");

    static Stream<RecordedCase> recorded() {
        return RecordedCases.of("ruby/queue_patterns.json").stream()
                .filter(recorded -> !LEFT_OUT.contains(recorded.name()));
    }

    @SuppressWarnings("unchecked")
    private static List<String> names(RecordedCase recorded, String... path) {
        return (List<String>) Optional.ofNullable(recorded.get(path)).orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    @WireRule("W-456")
    void asRubyReadsThem(RecordedCase recorded) {
        String[] patterns = names(recorded, "inputs", "patterns").toArray(String[]::new);
        if (recorded.get("expected", "error") != null) {
            assertThatThrownBy(() -> QueueList.of(patterns))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("exclusions alone name none");
            return;
        }
        QueueList list = QueueList.of(patterns);
        assertThat(list).hasToString((String) recorded.get("expected", "id_queues"));
        assertThat(list.isDynamic()).isEqualTo(recorded.get("expected", "dynamic"));
        List<String> expected = names(recorded, "expected", "queues");
        if (list.isDynamic()) {
            assertThat(list.among(names(recorded, "inputs", "known_queues"))).containsExactlyElementsOf(expected);
        } else {
            assertThat(list.entries()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a\\*b, a*b, true",
        "a\\*b, axb, false",
        "[a-c]x, bx, true",
        "[a-c]x, dx, false",
        "[]x, x, false",
        "[a, a, false",
        "[\\]]x, ]x, true",
        "[a-], -, true",
        "?, 🙂, true",
        "?, ab, false",
        "?hidden, .hidden, false",
        "[.]hidden, .hidden, false",
        "\\.hidden, .hidden, true",
        "a*.b*c, axx.bc.bzc, true",
        "a\\, a\\, true",
        "*, '', true",
        "[, [, false",
        "[a-, -, false",
        "'[\\', x, false",
        "'[\\', '\\', false",
        "[a-c], a, true",
        "[a-c], c, true",
        "[b-c], a, false",
        "[!a], b, true",
        "[^a], b, true",
        "[!a], a, false",
        "[^a], a, false",
        "[!a], !, true",
        "[^a], ^, true",
        "[a-c], -, false",
        "[\\a-\\c], b, true",
        "[Z-\\]]x, [x, true",
        "'?', '', false",
    })
    void oneByOne(String pattern, String name, boolean matches) {
        assertThat(new Glob(pattern).matches(name)).isEqualTo(matches);
    }

    @Test
    void aPatternOfManyStarsIsDecidedAtOnce() {
        assertThat(new Glob("*a".repeat(200) + "b").matches("a".repeat(20_000))).isFalse();
    }
}
