package io.resque.tck;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

/**
 * Runs the kit inside a test, and returns the tests that failed: for an adapter that is wrong on purpose, or that
 * breaks a rule knowingly. Needs {@code junit-platform-testkit} on the class path, which no other class of the kit
 * needs.
 */
public final class KitRun {
    /** Looked for once in each class: JUnit would look at all methods of the kit again for each adapter. */
    private static final ClassValue<List<Selected>> METHODS = new ClassValue<>() {
        @Override
        protected List<Selected> computeValue(Class<?> kit) {
            List<Selected> tests = new ArrayList<>();
            addTests(List.of(), kit, tests);
            return tests;
        }
    };

    private record Selected(DiscoverySelector selector, Set<String> rules) {}

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
        List<? extends DiscoverySelector> selected = METHODS.get(kit).stream()
                .filter(test -> chosen.test(test.rules))
                .map(Selected::selector)
                .toList();
        IllegalArgumentException none = new IllegalArgumentException(
                "No test of " + kit.getName()
                        + " was run to its end; chosen must accept the rules of at least one that the adapter's features allow");
        if (selected.isEmpty()) {
            throw none;
        }
        var events = EngineTestKit.engine("junit-jupiter")
                .configurationParameter(KitReport.QUIET, "true")
                .selectors(selected.toArray(DiscoverySelector[]::new))
                .execute()
                .allEvents();
        if (events.failed().count() == 0 && events.finished().stream().noneMatch(KitRun::hasJudged)) {
            throw none;
        }
        return events.failed().stream().map(KitRun::broken).toList();
    }

    private static boolean hasJudged(Event event) {
        return event.getTestDescriptor().isTest()
                && event.getPayload(TestExecutionResult.class)
                        .filter(result -> result.getStatus() != TestExecutionResult.Status.ABORTED)
                        .isPresent();
    }

    /** Adds the tests of a class, in the classes around it, and of the classes nested in it. */
    private static void addTests(List<Class<?>> around, Class<?> type, List<Selected> to) {
        Predicate<Method> isTest = method -> AnnotationSupport.isAnnotated(method, Testable.class);
        for (Method method : ReflectionSupport.findMethods(type, isTest, HierarchyTraversalMode.TOP_DOWN)) {
            DiscoverySelector selector = around.isEmpty()
                    ? DiscoverySelectors.selectMethod(type, method)
                    : DiscoverySelectors.selectNestedMethod(around, type, method);
            to.add(new Selected(selector, rules(method.getAnnotation(WireRule.class))));
        }
        List<Class<?>> ofNested = new ArrayList<>(around);
        ofNested.add(type);
        ReflectionSupport.findNestedClasses(type, each -> AnnotationSupport.isAnnotated(each, Nested.class))
                .forEach(nested -> addTests(ofNested, nested, to));
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
