package io.resque.tck;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * Runs the kit inside a test, and returns the tests that failed: for an adapter that is wrong on purpose, or that
 * breaks a rule knowingly. Needs {@code junit-platform-testkit} on the class path, which no other class of the kit
 * needs.
 */
public final class KitRun {
    private KitRun() {}

    /**
     * A test that failed.
     *
     * @param test name of the test
     * @param rules the rules that its message begins with; may be empty
     * @param message the whole message
     */
    public record Broken(String test, Set<String> rules, String message) {}

    /**
     * Runs tests of a class that extends the kit, in the calling thread. Prints no report.
     *
     * @param kit the class
     * @param chosen selects the tests to run, by the rules that each test checks
     * @return the tests that failed
     * @throws IllegalArgumentException if {@code chosen} selects no test, or only tests that are aborted because the adapter does
     *     not have what they need
     */
    public static List<Broken> of(Class<?> kit, Predicate<Set<String>> chosen) {
        var events = EngineTestKit.engine("junit-jupiter")
                .configurationParameter(KitReport.QUIET, "true")
                .selectors(DiscoverySelectors.selectClass(kit))
                .filters((PostDiscoveryFilter) test -> filter(test, chosen))
                .execute()
                .allEvents();
        if (events.failed().count() == 0 && events.finished().stream().noneMatch(KitRun::hasJudged)) {
            throw new IllegalArgumentException(
                    "No test of " + kit.getName()
                            + " was run to its end; chosen must accept the rules of at least one that the adapter's features allow");
        }
        return events.failed().stream().map(KitRun::broken).toList();
    }

    private static boolean hasJudged(Event event) {
        return event.getTestDescriptor().isTest()
                && event.getPayload(TestExecutionResult.class)
                        .filter(result -> result.getStatus() != TestExecutionResult.Status.ABORTED)
                        .isPresent();
    }

    private static FilterResult filter(TestDescriptor test, Predicate<Set<String>> chosen) {
        return FilterResult.includedIf(!(test.getSource().orElse(null) instanceof MethodSource source)
                || chosen.test(rules(source.getJavaMethod().getAnnotation(WireRule.class))));
    }

    private static Set<String> rules(@Nullable WireRule mark) {
        return mark == null ? Set.of() : new TreeSet<>(Set.of(mark.value()));
    }

    private static Broken broken(Event event) {
        String message = event.getPayload(TestExecutionResult.class)
                .flatMap(TestExecutionResult::getThrowable)
                .map(failure -> String.valueOf(failure.getMessage()))
                .orElse("");
        return new Broken(
                event.getTestDescriptor().getDisplayName(), new TreeSet<>(RuleNumbers.named(message)), message);
    }
}
