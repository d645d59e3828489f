package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each rule of the wire format has a test, and each rule that a test names exists. */
class WireRulesTest {
    private static final Pattern WRITTEN = Pattern.compile("(?m)^\\| (W-\\d{3}) \\|");
    private static final Pattern MARK = Pattern.compile("@WireRule\\(([^)]*)\\)");
    private static final Pattern MARK_FOR_ALL = Pattern.compile("@Test\\s+@WireRule\\(([^)]*)\\)");
    private static final Pattern MARKED_KEYS = Pattern.compile("(?m)^\\| (W-\\d{3}) \\| \\w+(?:, \\w+)*, keys \\|");
    private static final Pattern SENTENCE = Pattern.compile("(?m)^\\| (W-\\d{3}) \\| [^|]* \\| (.*) \\| [^|]* \\|$");
    private static final Pattern STATED = Pattern.compile("(?m)^\\| (W-\\d{3}) \\| [^|]* \\| [^|]* \\| (.*) \\|$");
    private static final Pattern NUMBER = Pattern.compile("\"(W-\\d{3})\"");

    @Test
    void everyRuleHasATestAndEveryTestsRuleIsWritten() throws IOException {
        Set<String> written = new TreeSet<>(matches(WRITTEN, Files.readString(Path.of("../spec/wire-format.md")))
                .toList());
        Set<String> held = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(WireRulesTest::mayHoldRules).toList()) {
                matches(MARK, Files.readString(file))
                        .flatMap(mark -> matches(NUMBER, mark))
                        .forEach(held::add);
            }
        }
        assertThat(held).isEqualTo(written);
        System.out.println("Wire rules: " + written.size() + ", each with a test");
    }

    /** The profile {@code statements} writes them; CONTRIBUTING has the command. */
    @Test
    void theStatementsOfOurAdaptersHaveTheSentencesOfToday() throws IOException {
        Map<String, String> sentences = new HashMap<>();
        SENTENCE.matcher(Files.readString(Path.of("../spec/wire-format.md")))
                .results()
                .forEach(rule -> sentences.put(rule.group(1), rule.group(2)));
        int stated = 0;
        try (Stream<Path> files = Files.list(Path.of("../docs/compatibility"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith(".md")).toList()) {
                for (MatchResult rule :
                        STATED.matcher(Files.readString(file)).results().toList()) {
                    assertThat(rule.group(2))
                            .as("%s of %s", rule.group(1), file)
                            .isEqualTo(sentences.get(rule.group(1)));
                    stated++;
                }
            }
        }
        assertThat(stated).isGreaterThan(500);
    }

    @Test
    void theRulesMarkedKeysAreThoseThatNoOtherBackendIsAskedFor() throws IOException {
        Set<String> held = new TreeSet<>();
        Set<String> heldByAll = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of("../resque-tck/src/main/java/io/resque/tck"))) {
            for (Path file :
                    files.filter(path -> path.toString().endsWith("Rules.java")).toList()) {
                String source = Files.readString(file);
                matches(MARK, source).flatMap(mark -> matches(NUMBER, mark)).forEach(held::add);
                if (!source.contains("@NeedsFeature(Feature.REDIS_KEYS)\nabstract class")) {
                    matches(MARK_FOR_ALL, source)
                            .flatMap(mark -> matches(NUMBER, mark))
                            .forEach(heldByAll::add);
                }
            }
        }
        held.removeAll(heldByAll);
        Set<String> marked = new TreeSet<>(matches(MARKED_KEYS, Files.readString(Path.of("../spec/wire-format.md")))
                .toList());
        assertThat(marked)
                .as("rules of which each test is @NeedsFeature(Feature.REDIS_KEYS)")
                .isNotEmpty()
                .isEqualTo(held);
    }

    private static boolean mayHoldRules(Path file) {
        String path = file.toString().replace('\\', '/');
        return path.endsWith(".java") && path.contains("/src/") && !path.endsWith("WireRule.java");
    }

    private static Stream<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
    }
}
