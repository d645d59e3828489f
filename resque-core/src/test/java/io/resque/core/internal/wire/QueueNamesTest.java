package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import io.resque.tck.WireRule;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueNamesTest {
    private static final String LONE = "\ud83d";

    static Stream<Arguments> names() {
        String blank = " begins or ends with a blank, which Ruby's workers cut off; leave it out";
        String comma = " holds a comma, which separates queues in worker ids and in QUEUE; use another character";
        String control = " holds a control character, such as a line break; leave it out";
        String pattern = ", which makes it a pattern for a worker; use another character";
        String lone = " holds half of a surrogate pair, which has no UTF-8";
        return Stream.of(
                Arguments.of(null, "is null; give a name such as \"default\""),
                Arguments.of("", "\"\" is empty; give a name such as \"default\""),
                Arguments.of("high,low", "\"high,low\"" + comma),
                Arguments.of(",low", "\",low\"" + comma),
                Arguments.of(" high", "\" high\"" + blank),
                Arguments.of(" ", "\" \"" + blank),
                Arguments.of("high\n", "\"high\\n\"" + control),
                Arguments.of("a\u0000b", "\"a\\u0000b\"" + control),
                Arguments.of("a\u009bb", "\"a\\u009bb\"" + control),
                Arguments.of("*", "\"*\" holds *" + pattern),
                Arguments.of("mail_*", "\"mail_*\" holds *" + pattern),
                Arguments.of("who?", "\"who?\" holds ?" + pattern),
                Arguments.of("a[b", "\"a[b\" holds [" + pattern),
                Arguments.of("a]b", "\"a]b\" holds ]" + pattern),
                Arguments.of(
                        "!low", "\"!low\" begins with !, by which a worker leaves a queue out; use another character"),
                Arguments.of(LONE, "\"" + LONE + "\"" + lone),
                Arguments.of("q" + LONE, "\"q" + LONE + "\"" + lone));
    }

    @ParameterizedTest
    @MethodSource("names")
    @WireRule("W-253")
    void namesThatNoWorkerCanAskFor(@Nullable String queue, String problem) {
        assertThatThrownBy(() -> QueueNames.check(queue))
                .isInstanceOf(InvalidJobException.class)
                .hasMessage("The queue name " + problem);
    }

    @Test
    void aNameHasABound() {
        assertThatThrownBy(() -> QueueNames.check("q".repeat(100_000)))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageEndingWith("\" has 100000 characters, more than 1000; give a shorter one")
                .message()
                .hasSizeLessThan(1_200);
        assertThat(QueueNames.problem("q".repeat(QueueNames.MAX_LENGTH))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"default", "a b", "a:b", "x!y", "{a}", "Acme\\Mail", ".hidden", "\ud83d\ude00"})
    void namesThatAWorkerAsksFor(String queue) {
        assertThatCode(() -> QueueNames.check(queue)).doesNotThrowAnyException();
        assertThat(QueueNames.entryProblem(queue)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "mail_*", "who?", "[ab]", "!low"})
    void entriesOfAWorkerThatAreNoNames(String entry) {
        assertThat(QueueNames.entryProblem(entry)).isNull();
        assertThat(QueueNames.problem(entry)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,b", "*", "!low", "a\nb"})
    void namesOfOtherProgramsAreKnown(String queue) {
        assertThat(QueueNames.known(queue)).isEqualTo(queue);
        assertThatThrownBy(() -> QueueNames.known(queue + LONE)).isInstanceOf(InvalidJobException.class);
    }
}
