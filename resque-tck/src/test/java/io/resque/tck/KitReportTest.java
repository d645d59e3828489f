package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;
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

    private static String printed(Class<?> kit) {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            EngineTestKit.engine("junit-jupiter").selectors(selectClass(kit)).execute();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    @Test
    void aReportTellsWhatWasHeldBrokenAndSkippedAndWhy() {
        assertThat(printed(Mixed.class)).isEqualTo("""
                Resque kit: Mixed: tests: 4 passed, 2 failed, 2 skipped; rules: 1 held, 2 broken, 2 not judged to the end
                  broken: W-102, W-105
                  not judged (no Redis of our own): W-101, W-103
                  not judged (not on this day): no rule
                """);
    }

    @Test
    void whatCannotBeSetUpIsBroken() {
        assertThat(printed(NotSetUp.class)).isEqualTo("""
                Resque kit: NotSetUp: tests: 0 passed, 2 failed, 0 skipped; rules: 0 held, 2 broken, 0 not judged to the end
                  broken: W-106, W-107
                """);
    }

    @Test
    void whatCannotBeMadeIsNotJudged() {
        assertThat(printed(NotMade.class)).isEqualTo("""
                Resque kit: NotMade: tests: 0 passed, 1 failed, 0 skipped; rules: 0 held, 0 broken, 1 not judged to the end
                  not judged (There is no Redis): W-108
                """);
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
