package io.resque.wrong.serializer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.JobSerializerProvider;
import io.resque.tck.JobSerializerTck;
import io.resque.tck.KitRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The kit finds every wrong serializer, and names the rules that it breaks. */
class WrongSerializersTest {
    /** The kit's messages about each wrong serializer, for people to read: {@code target/wrong-adapters.txt}. */
    private static final List<String> VERDICTS = new ArrayList<>();

    private static @Nullable Wrong judged;

    @AfterAll
    static void tellVerdicts() throws IOException {
        Files.write(Path.of("target/wrong-adapters.txt"), VERDICTS);
    }

    /** The kit as an adapter runs it. It is nested, so that only this test runs it. */
    static class Kit extends JobSerializerTck {
        @Override
        protected JobSerializerProvider provider() {
            Wrong wrong = judged;
            if (wrong == null) {
                throw new IllegalStateException("Nothing is judged");
            }
            return wrong;
        }
    }

    private static List<KitRun.Broken> judge(Wrong wrong) {
        judged = wrong;
        return KitRun.of(Kit.class, held -> !Collections.disjoint(held, wrong.rules()));
    }

    @TestFactory
    Stream<DynamicTest> isFound() {
        return WrongSerializers.all().stream()
                .map(wrong -> dynamicTest(wrong.label(), () -> {
                    List<KitRun.Broken> broken = judge(wrong);
                    VERDICTS.add(wrong.label());
                    broken.stream()
                            .limit(3)
                            .map(failed -> failed.message().lines().limit(4).collect(Collectors.joining(" ~ ")))
                            .forEach(line -> VERDICTS.add("    " + line.substring(0, Math.min(300, line.length()))));
                    for (String rule : wrong.rules()) {
                        assertThat(broken)
                                .as("a test that holds %s must fail", rule)
                                .anyMatch(failed -> failed.rules().equals(Set.of(rule)));
                    }
                    assertThat(broken)
                            .as("each failure begins with its rules and says what should have been")
                            .allSatisfy(failed -> assertThat(failed.message())
                                    .matches("(?s)W-\\d{3}: .*(xpect|must|Exception|Error).*"));
                }));
    }

    @Test
    void theRightSerializerIsFoundRight() {
        Set<String> rules = rulesOfTheKit();
        assertThat(judge(new Wrong("nothing", rules, real -> real))).isEmpty();
    }

    @Test
    void everyRuleThatASerializerMustKeepIsBrokenByOne() {
        Set<String> rules = rulesOfTheKit();
        WrongSerializers.all().forEach(wrong -> rules.removeAll(wrong.rules()));
        assertThat(rules).as("rules without a wrong serializer").isEmpty();
    }

    private static Set<String> rulesOfTheKit() {
        try {
            return Pattern.compile("(?m)^\\| (W-2\\d\\d) \\| MUST \\|")
                    .matcher(Files.readString(Path.of("../spec/wire-format.md")))
                    .results()
                    .map(row -> row.group(1))
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
