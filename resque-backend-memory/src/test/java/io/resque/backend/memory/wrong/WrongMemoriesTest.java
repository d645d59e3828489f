package io.resque.backend.memory.wrong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.Feature;
import io.resque.tck.QueueBackendTck;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/** The kit finds what a backend does wrongly also where it has no keys to look at. */
class WrongMemoriesTest {
    /** Most of the time of a wrong backend goes by in waiting. */
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(6);

    private static final ThreadLocal<Wrong> JUDGED = new ThreadLocal<>();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    /** The kit as a backend runs it; nested, so that it is found by nobody but this test. */
    static class Kit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return JUDGED.get();
        }

        @Override
        protected Set<Feature> features() {
            return Set.of();
        }

        @Override
        protected String url() {
            return "memory:" + JUDGED.get().name().replaceAll("\\W+", "-");
        }
    }

    /** What the tests of its rule say of a wrong backend. */
    private static List<String> judge(Wrong wrong) {
        JUDGED.set(wrong);
        try {
            return EngineTestKit.engine("junit-jupiter")
                    .selectors(selectClass(Kit.class))
                    .filters((PostDiscoveryFilter) test -> holds(test, wrong.rule()))
                    .execute()
                    .allEvents()
                    .failed()
                    .stream()
                    .map(WrongMemoriesTest::message)
                    .toList();
        } finally {
            JUDGED.remove();
        }
    }

    private static FilterResult holds(TestDescriptor test, String rule) {
        return FilterResult.includedIf(!(test.getSource().orElse(null) instanceof MethodSource source)
                || Arrays.asList(source.getJavaMethod()
                                .getAnnotation(WireRule.class)
                                .value())
                        .contains(rule));
    }

    private static String message(Event event) {
        return event.getPayload(TestExecutionResult.class)
                .flatMap(TestExecutionResult::getThrowable)
                .map(failure -> String.valueOf(failure.getMessage()))
                .orElse("");
    }

    @TestFactory
    Stream<DynamicTest> isFound() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Wrong wrong : WrongMemories.all()) {
            Future<List<String>> verdict = THREADS.submit(() -> judge(wrong));
            tests.add(dynamicTest(
                    wrong.name(),
                    () -> assertThat(verdict.get())
                            .as("tests of %s that fail", wrong.rule())
                            .isNotEmpty()
                            .allSatisfy(message -> assertThat(message)
                                    .matches("(?s)W-\\d{3}(, W-\\d{3})*: .*(xpect|must|not within|Exception).*"))));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> theRightOneIsFoundRight() {
        return WrongMemories.all().stream()
                .map(Wrong::rule)
                .distinct()
                .map(rule -> dynamicTest(rule, () -> {
                    Wrong right = Wrong.backend("right", rule, "endpoint", (backend, real, args) -> real.call(args));
                    assertThat(judge(right)).isEmpty();
                }));
    }
}
