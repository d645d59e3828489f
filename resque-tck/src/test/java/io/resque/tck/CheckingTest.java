package io.resque.tck;

import static io.resque.tck.Checking.rule;
import static io.resque.tck.Checking.ruleIfNamed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** A failed check breaks the rule that it is for, and no other. */
class CheckingTest {
    private static final Path SOURCES = Path.of("src/main/java/io/resque/tck");

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class Several {
        @Test
        @WireRule({"W-101", "W-102"})
        void theFirst() {
            throw new IllegalStateException("no list");
        }

        @Test
        @WireRule({"W-101", "W-102", "W-103"})
        void theSecond() {
            rule("W-102");
            ruleIfNamed("W-999");
            assertThat(1).as("the size").isEqualTo(2);
        }

        @Test
        @WireRule({"W-104", "W-105"})
        void theOneThatTheCheckNames() {
            rule("W-104");
            assertThat(1).as("W-105: the size").isEqualTo(2);
        }

        @TestFactory
        @WireRule({"W-106", "W-107"})
        Stream<DynamicTest> each() {
            return Stream.of(
                    dynamicTest("the input", () -> {
                        rule("W-107");
                        throw new AssertionError("must not");
                    }),
                    dynamicTest("another", () -> {
                        throw new AssertionError("another must not");
                    }));
        }
    }

    @Test
    void aFailureBreaksTheRuleOfItsCheckAndNamesTheInput() {
        assertThat(KitRun.of(Several.class, held -> true))
                .extracting(KitRun.Broken::message)
                .extracting(message -> message.lines().findFirst().orElse("").strip())
                .containsExactlyInAnyOrder(
                        "W-101: java.lang.IllegalStateException: no list",
                        "W-102: [the size]",
                        "W-105: [the size]",
                        "W-107: the input: must not",
                        "W-106: another must not");
    }

    private static List<Method> tests(Class<?> kit) {
        List<Method> tests = new ArrayList<>();
        for (Class<?> at = kit; at != null && at != Object.class; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                if (method.isAnnotationPresent(Test.class) || method.isAnnotationPresent(TestFactory.class)) {
                    tests.add(method);
                }
            }
            for (Class<?> nested : at.getDeclaredClasses()) {
                if (nested.isAnnotationPresent(Nested.class)) {
                    tests.addAll(tests(nested));
                }
            }
        }
        return tests;
    }

    /** A check is for the first rule of its test, unless the test says otherwise. */
    @Test
    void everyTestOfTheKitHasARule() {
        List<Method> tests = Stream.of(
                        QueueBackendTck.class, StatusStoreTck.class, JobSerializerTck.class, JobExecutorTck.class)
                .flatMap(kit -> tests(kit).stream())
                .toList();
        assertThat(tests).hasSizeGreaterThan(200);
        assertThat(tests)
                .filteredOn(test -> !test.isAnnotationPresent(WireRule.class)
                        || test.getAnnotation(WireRule.class).value().length == 0)
                .isEmpty();
    }

    private static final Pattern SEVERAL = Pattern.compile("@WireRule\\(\\{([^}]*)}\\)\\s+[^(]*?(\\w+)\\(");
    private static final Pattern METHOD = Pattern.compile("(?m)^    [^\\s@/*}][^;={]*?\\b(\\w+)\\([^;{]*\\{\\n");

    /** Without a check of its own a rule would be held by a test that does not look at it. */
    @Test
    void eachRuleOfATestIsNamedByACheck() throws IOException {
        List<String> without = new ArrayList<>();
        int several = 0;
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.filter(path -> path.toString().matches(".*(Rules|Tck)\\.java"))
                    .toList()) {
                String source = Files.readString(file);
                for (MatchResult test : SEVERAL.matcher(source).results().toList()) {
                    several++;
                    String text = reached(test.group(2), source);
                    Pattern.compile("W-\\d{3}")
                            .matcher(test.group(1))
                            .results()
                            .skip(1)
                            .map(MatchResult::group)
                            .filter(rule -> !text.contains("\"" + rule))
                            .forEach(rule -> without.add(test.group(2) + " " + rule));
                }
            }
        }
        assertThat(several).isGreaterThan(20);
        assertThat(without).as("rules of tests that no check names").isEmpty();
    }

    /** The text of a method, and of all that it calls in its file and in the helpers of several files. */
    private static String reached(String method, String source) throws IOException {
        StringBuilder text = new StringBuilder();
        Set<String> seen = new HashSet<>();
        List<String> open = new ArrayList<>(List.of(method));
        while (!open.isEmpty()) {
            String name = open.remove(0);
            if (!seen.add(name)) {
                continue;
            }
            for (MatchResult found : METHOD.matcher(source).results().toList()) {
                if (found.group(1).equals(name)) {
                    String body = source.substring(found.end(), source.indexOf("\n    }\n", found.end() - 1));
                    text.append(body);
                    Pattern.compile("\\b(\\w+)\\(|::(\\w+)|\\b(replay|JsonDifference)\\b")
                            .matcher(body)
                            .results()
                            .forEach(call -> open.add(
                                    call.group(1) != null
                                            ? call.group(1)
                                            : call.group(2) != null ? call.group(2) : call.group(3)));
                }
            }
        }
        if (seen.contains("replay")) {
            text.append(Files.readString(SOURCES.resolve("PortReplay.java")));
        }
        if (seen.contains("JsonDifference")) {
            text.append(Files.readString(SOURCES.resolve("JsonDifference.java")));
        }
        return text.toString();
    }

    @Test
    void aCheckWithoutADescriptionShowsWhatItChecks() {
        String source = """
                class X {
                    void test() {
                        assertThat(backend.queues().names()).isEmpty();
                        assertThat(inspect(
                                        List.of("a)"))
                                .get(0))
                                .isNull();
                        call();
                    }
                }
                """;
        assertThat(Stream.of(3, 4, 7, 8).map(line -> String.valueOf(CheckSource.expression(source, line))))
                .containsExactly(
                        "backend.queues().names()",
                        "inspect(List.of(\"a)\")).get(0)",
                        "inspect(List.of(\"a)\")).get(0)",
                        "null");
        assertThat(Stream.of(3, 6, 8).map(line -> CheckSource.statement(source, line)))
                .containsExactly(
                        "assertThat(backend.queues().names()).isEmpty()",
                        "assertThat(inspect(List.of(\"a)\")).get(0)).isNull()",
                        "call()");
    }

    @Test
    void theSourcesOfChecksAreInTheKit() {
        Set<String> packaged = new TreeSet<>();
        for (String file : List.of("QueueRules.java", "JobSerializerTck.java", "PortReplay.java", "StatusBench.java")) {
            if (CheckSource.class.getResource(file) != null) {
                packaged.add(file);
            }
        }
        assertThat(packaged.stream().collect(Collectors.joining(" ")))
                .isEqualTo("JobSerializerTck.java PortReplay.java QueueRules.java StatusBench.java");
    }
}
