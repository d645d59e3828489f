package io.resque.wrong.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.resque.api.spi.QueueBackendProvider;
import io.resque.tck.Feature;
import io.resque.tck.KitRun;
import io.resque.tck.QueueBackendTck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The kit finds faults of a backend even where it has no keys to look at. */
class WrongMemoriesTest {
    /** The test of a wrong backend mostly waits. */
    private static final ExecutorService THREADS = Executors.newFixedThreadPool(6);

    private static final ThreadLocal<Wrong> JUDGED = new ThreadLocal<>();

    @AfterAll
    static void end() {
        THREADS.shutdownNow();
    }

    /** The kit as a backend runs it. It is nested, so that the build does not run it as a test. */
    static class Kit extends QueueBackendTck {
        @Override
        protected QueueBackendProvider provider() {
            return JUDGED.get();
        }

        @Override
        protected Set<Feature> features() {
            return Set.of(
                    Feature.DELAYED_JOBS,
                    Feature.RECURRING_JOBS,
                    Feature.RETRIES,
                    Feature.UNIQUE_JOBS,
                    Feature.LIMITS,
                    Feature.HISTORY);
        }

        @Override
        protected String url() {
            return "memory:" + JUDGED.get().name().replaceAll("\\W+", "-");
        }
    }

    /** The tests of its rule that fail for a wrong backend. */
    private static List<KitRun.Broken> judge(Wrong wrong) {
        JUDGED.set(wrong);
        try {
            return KitRun.of(Kit.class, held -> held.contains(wrong.rule()));
        } finally {
            JUDGED.remove();
        }
    }

    private static List<Wrong> all() {
        return Stream.of(
                        WrongMemories.all(),
                        WrongDelayedMemories.all(),
                        WrongRecurringMemories.all(),
                        WrongRetryMemories.all(),
                        WrongLimitMemories.all(),
                        WrongHistoryMemories.all(),
                        WrongLockMemories.all())
                .flatMap(List::stream)
                .toList();
    }

    @TestFactory
    Stream<DynamicTest> isFound() {
        List<DynamicTest> tests = new ArrayList<>();
        for (Wrong wrong : all()) {
            Future<List<KitRun.Broken>> verdict = THREADS.submit(() -> judge(wrong));
            tests.add(dynamicTest(wrong.name(), () -> {
                Verdicts.add(wrong.rule() + " " + wrong.name(), verdict.get());
                assertThat(verdict.get())
                        .as("tests that fail, one of them by a check of %s alone", wrong.rule())
                        .anyMatch(failed -> failed.rules().equals(Set.of(wrong.rule())))
                        .allSatisfy(failed -> assertThat(failed.message())
                                .matches("(?s)W-\\d{3}: .*(xpect|must|not within|Exception).*"));
            }));
        }
        return tests.stream();
    }

    @TestFactory
    Stream<DynamicTest> theRightOneIsFoundRight() {
        List<DynamicTest> tests = new ArrayList<>();
        for (String rule : all().stream().map(Wrong::rule).distinct().toList()) {
            Wrong right = Wrong.backend("right " + rule, rule, "endpoint", (backend, real, args) -> real.call(args));
            Future<List<KitRun.Broken>> verdict = THREADS.submit(() -> judge(right));
            tests.add(dynamicTest(rule, () -> assertThat(verdict.get()).isEmpty()));
        }
        return tests.stream();
    }
}
