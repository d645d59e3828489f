package io.resque.tck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.testkit.engine.EngineTestKit;

class KitReportTest {
    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class Mixed {
        @Test
        @WireRule({"W-101", "W-102"})
        void passes() {}

        @Test
        @WireRule("W-102")
        void fails() {
            throw new AssertionError("must not");
        }

        @Test
        @WireRule({"W-103", "W-101"})
        void isAborted() {
            Assumptions.abort("no Redis of our own");
        }

        @Test
        @Disabled("not on this day")
        void isDisabled() {}

        @Nested
        class Inner {
            @TestFactory
            @WireRule("W-104")
            Stream<DynamicTest> dynamic() {
                return Stream.of(dynamicTest("a", () -> {}), dynamicTest("b", () -> {}));
            }

            @TestFactory
            @WireRule("W-105")
            Stream<DynamicTest> dynamicFails() {
                return Stream.of(dynamicTest("a", () -> {}), dynamicTest("b", () -> {
                    throw new AssertionError("must not");
                }));
            }
        }
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class NotSetUp {
        @BeforeEach
        void fails() {
            throw new AssertionError("must not");
        }

        @Test
        @WireRule("W-106")
        void test() {}

        @TestFactory
        @WireRule("W-107")
        Stream<DynamicTest> factory() {
            return Stream.of(dynamicTest("a", () -> {}));
        }
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class NotMade {
        NotMade() {
            throw new IllegalStateException("There is no Redis");
        }

        @Test
        @WireRule("W-108")
        void test() {}
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class NamesItsRule {
        @Test
        @WireRule({"W-109", "W-110"})
        void asserts() {
            assertThat(1).as("W-110: the queue must be gone").isEqualTo(2);
        }

        @TestFactory
        @WireRule({"W-111", "W-112"})
        Stream<DynamicTest> dynamic() {
            return Stream.of(dynamicTest("a", () -> {
                throw new AssertionError("W-111: must be removed");
            }));
        }
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class Unclean {
        @AfterEach
        void fails() {
            throw new IllegalStateException("no clean-up");
        }

        @Test
        @WireRule("W-601")
        void passes() {}

        @Test
        @WireRule("W-602")
        void fails(TestInfo test) {
            throw new AssertionError("must be 0");
        }

        @Test
        @WireRule("W-603")
        void isAborted() {
            Assumptions.abort("no Redis of our own");
        }
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class WithoutFeature {
        @Test
        @WireRule("W-101")
        void passes() {}

        @Test
        @NeedsFeature(Feature.REDIS_KEYS)
        @WireRule({"W-101", "W-104"})
        void isAborted(TestInfo test) {
            FeatureSkips.unlessDeclared(test, Set.of(), "mine");
        }
    }

    @ExtendWith({RuleNumbers.class, KitReport.class})
    static class Unprintable {
        private static final String TEXT = "\u0000 \ufffe \uffff \ud83d \u001b";

        @Test
        void fails() {
            throw new AssertionError(TEXT, new IllegalStateException(TEXT));
        }

        @Test
        @WireRule("W-102")
        void failsWithARule() {
            IllegalStateException failure = new IllegalStateException("cause below", new RuntimeException(TEXT));
            failure.addSuppressed(new AssertionError(TEXT));
            throw failure;
        }

        @Test
        void isAborted() {
            Assumptions.abort(TEXT);
        }
    }

    @TempDir
    Path folder;

    private String printed(Class<?> kit) {
        return printed(kit, folder);
    }

    static String printed(Class<?> kit, Path folder) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EngineTestKit.engine("junit-jupiter")
                    .configurationParameter(KitReport.FOLDER, folder.toString())
                    .configurationParameter(KitReport.ADAPTER_VERSION, "1.2")
                    .selectors(selectClass(kit))
                    .execute();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8)
                .replace("\r\n", "\n")
                .replace(folder.toString() + File.separator, "<folder>/");
    }

    @Test
    void aReportTellsWhatWasHeldBrokenAndSkippedAndWhy() {
        assertThat(printed(Mixed.class)).isEqualTo("""
                Resque kit: Mixed: tests: 4 passed, 2 failed, 2 skipped; rules: 1 held, 2 broken, 0 do not apply, 2 not judged to the end
                  broken: W-102, W-105
                  not judged (no Redis of our own): W-101, W-103
                  not judged (not on this day): no rule
                  statement: <folder>/Mixed.md
                """);
    }

    @Test
    void whatCannotBeSetUpIsNotJudged() {
        assertThat(printed(NotSetUp.class)).isEqualTo("""
                Resque kit: NotSetUp: tests: 0 passed, 2 failed, 0 skipped; rules: 0 held, 0 broken, 0 do not apply, 2 not judged to the end
                  not judged (must not): W-106, W-107
                  statement: <folder>/NotSetUp.md
                """);
    }

    @Test
    void whatCannotBeMadeIsNotJudged() {
        assertThat(printed(NotMade.class)).isEqualTo("""
                Resque kit: NotMade: tests: 0 passed, 1 failed, 0 skipped; rules: 0 held, 0 broken, 0 do not apply, 1 not judged to the end
                  not judged (There is no Redis): W-108
                  statement: <folder>/NotMade.md
                """);
    }

    @Test
    void aCheckThatNamesItsRuleBreaksOnlyThat() {
        assertThat(printed(NamesItsRule.class)).isEqualTo("""
                Resque kit: NamesItsRule: tests: 0 passed, 2 failed, 0 skipped; rules: 0 held, 2 broken, 0 do not apply, 2 not judged to the end
                  broken: W-110, W-111
                  not judged (a check of another rule failed before): W-109, W-112
                  statement: <folder>/NamesItsRule.md
                """);
        assertThat(KitRun.of(NamesItsRule.class, held -> true))
                .extracting(KitRun.Broken::rules)
                .containsExactlyInAnyOrder(Set.of("W-110"), Set.of("W-111"));
        assertThat(KitRun.of(NamesItsRule.class, held -> true))
                .extracting(broken ->
                        broken.message().lines().findFirst().orElse("").strip())
                .containsExactlyInAnyOrder("W-110: [the queue must be gone]", "W-111: a: must be removed");
    }

    @Test
    void cleanUpHidesNoResultAndOverridesNoSkip() {
        assertThat(printed(Unclean.class)).isEqualTo("""
                Resque kit: Unclean: tests: 0 passed, 2 failed, 1 skipped; rules: 1 held, 1 broken, 0 do not apply, 1 not judged to the end
                  broken: W-602
                  not judged (no Redis of our own): W-603
                  statement: <folder>/Unclean.md
                """);
        assertThat(KitRun.of(Unclean.class, held -> true))
                .extracting(KitRun.Broken::message)
                .containsExactlyInAnyOrder(
                        "W-601: after the test has passed, its end failed: java.lang.IllegalStateException: no clean-up",
                        "W-602: must be 0");
    }

    @Test
    void cleanUpGoesOnStepByStep() {
        List<String> done = new ArrayList<>();
        CleanUp cleanUp = new CleanUp()
                .then(() -> {
                    throw new IllegalStateException("first");
                })
                .then(() -> done.add("second"))
                .then(() -> {
                    throw new AssertionError("third");
                })
                .then(() -> done.add("fourth"));
        assertThatThrownBy(cleanUp::run)
                .hasMessage("first")
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .hasToString("java.lang.AssertionError: third"));
        assertThat(done).containsExactly("second", "fourth");
    }

    @Test
    void aRuleThatNeedsAFeatureDoesNotApplyWithoutIt() {
        assertThat(printed(WithoutFeature.class)).isEqualTo("""
                Resque kit: WithoutFeature: tests: 1 passed, 0 failed, 1 skipped; rules: 1 held, 0 broken, 1 do not apply, 0 not judged to the end
                  do not apply (the adapter does not declare REDIS_KEYS): W-104
                  statement: <folder>/WithoutFeature.md
                """);
    }

    /** As surefire writes them into its report. */
    @Test
    void noTextMakesAReportIllFormed() {
        List<String> texts = new ArrayList<>();
        EngineTestKit.engine("junit-jupiter")
                .configurationParameter(KitReport.QUIET, "true")
                .selectors(selectClass(Unprintable.class))
                .execute()
                .allEvents()
                .finished()
                .stream()
                .forEach(event -> event.getPayload(TestExecutionResult.class)
                        .flatMap(TestExecutionResult::getThrowable)
                        .ifPresent(failure -> {
                            StringWriter trace = new StringWriter();
                            failure.printStackTrace(new PrintWriter(trace));
                            texts.add(failure.getMessage());
                            texts.add(trace.toString());
                        }));
        assertThat(texts)
                .hasSize(6)
                .allSatisfy(text -> assertThat(XmlText.safe(text)).isEqualTo(text));
        assertThat(String.join("\n", texts))
                .contains("\\u0000 \\uFFFE \\uFFFF \\uD83D \\u001B", "Caused by: java.lang.RuntimeException: \\u0000");
    }

    private String statement(String file) throws IOException {
        return Files.readString(folder.resolve(file))
                .replace(LocalDate.now().toString(), "<today>")
                .replaceAll("(\"Java\": )\"[^\"]*\"", "$1\"<version>\"")
                .replaceAll("(\"Kit\": )\"[^\"$]*\"", "$1\"<version>\"")
                .replaceAll("(?m)^(\\| Version: (?:Kit|Java) \\|) [^|$]* \\|", "$1 <version> |");
    }

    @Test
    void theStatementOfARightAdapter() throws IOException {
        printed(WithoutFeature.class);
        assertThat(statement("WithoutFeature.md")).isEqualTo("""
                # Statement of the compatibility kit: WithoutFeature

                **Compatible**: no test failed, and every rule that an adapter must keep was judged.

                | | |
                |---|---|
                | Kit | WithoutFeature |
                | Test class | WithoutFeature |
                | Date | <today> |
                | Version: Kit | <version> |
                | Version: Adapter | 1.2 |
                | Version: Java | <version> |
                | Tests | 1 passed, 0 failed, 1 skipped |
                | Rules | held without keys: 1, does not apply: 1 |

                | Rule | Level | Verdict | Statement |
                |---|---|---|---|
                | W-101 | MUST | held without keys | A push does `SADD queues <name>`, appends its payloads in order at the tail of the list `queue:<name>`, and writes nothing else. |
                | W-104 | MUST | does not apply: the adapter does not declare REDIS_KEYS | Each key begins with the namespace, which may hold colons, and a colon. With an empty namespace there is no prefix and no colon. |
                """);
    }

    @Test
    void theStatementOfABrokenAdapter() throws IOException {
        printed(Mixed.class);
        assertThat(statement("Mixed.md"))
                .contains(
                        "**Not compatible**: 2 tests failed.",
                        "| Tests | 4 passed, 2 failed, 2 skipped |",
                        "| Rules | not judged: 2, broken: 2, held: 1 |",
                        "| W-101 | MUST | not judged: no Redis of our own | A push does",
                        "| W-102 | MUST | broken: fails | Payloads are bytes",
                        "| W-104 | MUST | held | Each key",
                        "| W-105 | MUST | broken: dynamicFails | A push");
        String json = statement("Mixed.json");
        assertThat(json).startsWith("""
                {
                  "adapter": "Mixed",
                  "kit": "Mixed",
                  "test": "Mixed",
                  "compatible": false,
                  "date": "<today>",
                  "versions": {"Kit": "<version>", "Adapter": "1.2", "Java": "<version>"},
                  "tests": {"passed": 4, "failed": 2, "skipped": 2},
                  "rules": [
                    {"rule": "W-101", "level": "MUST", "verdict": "not judged", "why": "no Redis of our own", "statement": "A push does `SADD""");
        Map<?, ?> tree = (Map<?, ?>) requireNonNull(StrictJson.read(json));
        assertThat((List<?>) tree.get("rules")).hasSize(5);
    }

    @Test
    void aSecondTestClassOfAnAdapterHidesNoStatement() throws IOException {
        for (String test : List.of("First", "Second", "First", "Second")) {
            Judged judged = new Judged("x", "x", "K", test, Map.of(), null);
            new Statement(judged, LocalDate.EPOCH, 1, 0, 0, Map.of()).write(folder);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("x.md", "x.json", "x-Second.md", "x-Second.json");
        }
        assertThat(statement("x.md")).contains("| Test class | First |");
    }

    @Test
    void aStatementWithRulesThatWereNotJudgedIsNotCompatible() {
        Judged judged = new Judged("x", "x", "K", "T", Map.of(), null);
        Tally tally = new Tally();
        tally.passed(null, Set.of("W-101"));
        assertThat(new Statement(judged, LocalDate.EPOCH, 1, 0, 0, tally.verdicts(Set.of("W-101", "W-102"), null)))
                .returns(false, Statement::isCompatible)
                .extracting(Statement::page)
                .asString()
                .contains("**Not judged to the end**", "| W-102 | MUST | not judged: no test of this rule was run |");
        assertThat(new Statement(judged, LocalDate.EPOCH, 1, 0, 0, tally.verdicts(Set.of("W-101", "W-712"), null)))
                .as("W-712 is a SHOULD")
                .returns(true, Statement::isCompatible);
    }

    @Test
    void everyRuleOfTheKitHasASentence() {
        Set<String> rules = new TreeSet<>();
        for (Class<?> kit :
                List.of(QueueBackendTck.class, StatusStoreTck.class, JobSerializerTck.class, JobExecutorTck.class)) {
            Set<String> own = RuleNumbers.all(kit);
            assertThat(own).hasSizeGreaterThan(9);
            rules.addAll(own);
        }
        assertThat(rules).contains("W-001", "W-101", "W-201", "W-420", "W-913");
        assertThat(RuleSentence.all().keySet()).containsAll(rules);
        assertThat(RuleSentence.all().get("W-806"))
                .isEqualTo(new RuleSentence(
                        "W-806", "SHOULD", Set.of("keys"), "A waiting worker sends fewer than 5 commands a second."));
        Set<String> marks = new TreeSet<>();
        RuleSentence.all().values().forEach(rule -> marks.addAll(rule.marks()));
        marks.removeAll(Set.of("core", "activejob")); // rules of these modules, which no adapter can break
        assertThat(marks)
                .as("marks of rules are those of features")
                .isEqualTo(Stream.of(Feature.values()).map(Feature::mark).collect(Collectors.toSet()));
    }

    /** The feature of a later version brings a mark, and nothing else changes. */
    @Test
    void aRuleOfALaterFeatureIsRead() {
        assertThat(RuleSentence.read("""
                | Rule | Level | Statement | From |
                |---|---|---|---|
                | W-997 | SHOULD, keys, delayed | A job waits until its time. | ours |
                """))
                .containsExactly(Map.entry(
                        "W-997",
                        new RuleSentence("W-997", "SHOULD", Set.of("keys", "delayed"), "A job waits until its time.")));
    }

    /** The guide says so: the library of a serializer must reach them. */
    @Test
    void theRecordsToConvertToAreNotPublic() {
        assertThat(List.of(
                        JobSerializerTck.Item.class,
                        JobSerializerTck.Order.class,
                        JobSerializerTck.Mail.class,
                        JobSerializerTck.Open.class))
                .noneMatch(type -> Modifier.isPublic(type.getModifiers()));
    }

    @Test
    void aRunFromWithinATestTellsWhatFailedAndPrintsNothing() {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            assertThat(KitRun.of(Mixed.class, held -> held.contains("W-102") || held.contains("W-105")))
                    .extracting(KitRun.Broken::rules)
                    .containsExactlyInAnyOrder(Set.of("W-102"), Set.of("W-105"));
        } finally {
            System.setOut(before);
        }
        assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
    }
}
