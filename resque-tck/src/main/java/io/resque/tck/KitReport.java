package io.resque.tck;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * Prints, after a test class of the kit has run, which rules the adapter keeps, which it breaks, and which were not
 * judged.
 */
final class KitReport
        implements BeforeAllCallback, AfterAllCallback, AfterEachCallback, TestWatcher, InvocationInterceptor {
    /** A JUnit configuration parameter; if it is set, no report is printed. */
    static final String QUIET = "resque.kit.quiet";

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(KitReport.class);

    /** Only the outermost class has a tally; nested classes use it. */
    @Override
    public void beforeAll(ExtensionContext context) {
        if (tally(context).isEmpty()) {
            context.getStore(OURS).put(Tally.class, new Tally());
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Tally own = context.getStore(OURS).remove(Tally.class, Tally.class);
        if (own != null && context.getConfigurationParameter(QUIET).isEmpty()) {
            System.out.println(
                    own.report(context.getRequiredTestClass().getSimpleName()).strip());
        }
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        note(context, tally -> tally.passed(RuleNumbers.rules(context)));
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        Set<String> rules = RuleNumbers.rules(context);
        if (context.getTestInstances().isEmpty()) { // no Redis or no adapter, which breaks no rule
            note(context, tally -> tally.notMade(rules, message(cause)));
        } else {
            note(context, tally -> tally.failed(rules));
        }
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        note(context, tally -> tally.skipped(RuleNumbers.rules(context), message(cause)));
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        note(context, tally -> tally.skipped(RuleNumbers.rules(context), reason.orElse("no reason is given")));
    }

    /**
     * JUnit tells a TestWatcher nothing of a test factory. Here only a failed factory is counted; dynamic tests count
     * themselves.
     */
    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getRequiredTestMethod().isAnnotationPresent(TestFactory.class)) {
            context.getExecutionException().ifPresent(failure -> ended(context, failure));
        }
    }

    @Override
    public void interceptDynamicTest(
            Invocation<@Nullable Void> invocation, DynamicTestInvocationContext dynamic, ExtensionContext context)
            throws Throwable {
        try {
            invocation.proceed();
            testSuccessful(context);
        } catch (Throwable failure) {
            ended(context, failure);
            throw failure;
        }
    }

    private void ended(ExtensionContext context, Throwable failure) {
        if (failure instanceof TestAbortedException) {
            testAborted(context, failure);
        } else {
            note(context, tally -> tally.failed(RuleNumbers.rules(context)));
        }
    }

    private static String message(@Nullable Throwable cause) {
        return cause == null ? "no reason is given" : String.valueOf(cause.getMessage());
    }

    private static void note(ExtensionContext context, Consumer<Tally> note) {
        tally(context).ifPresent(note);
    }

    private static Optional<Tally> tally(ExtensionContext context) {
        return Optional.ofNullable(context.getStore(OURS).get(Tally.class, Tally.class));
    }

    private static final class Tally {
        private final Set<String> held = new TreeSet<>();
        private final Set<String> broken = new TreeSet<>();
        private final Map<String, Set<String>> notJudged = new LinkedHashMap<>();
        private int passed;
        private int failed;
        private int skipped;

        synchronized void passed(Set<String> rules) {
            passed++;
            held.addAll(rules);
        }

        synchronized void failed(Set<String> rules) {
            failed++;
            broken.addAll(rules);
        }

        synchronized void skipped(Set<String> rules, String reason) {
            skipped++;
            notJudged.computeIfAbsent(reason, any -> new TreeSet<>()).addAll(rules);
        }

        synchronized void notMade(Set<String> rules, String reason) {
            failed++;
            notJudged.computeIfAbsent(reason, any -> new TreeSet<>()).addAll(rules);
        }

        /** The text of the report. A rule is held if all its tests have passed. */
        synchronized String report(String kit) {
            Set<String> unsure = new TreeSet<>();
            notJudged.values().forEach(unsure::addAll);
            unsure.removeAll(broken);
            held.removeAll(broken);
            held.removeAll(unsure);
            StringBuilder report = new StringBuilder("Resque kit: " + kit + ": tests: " + passed + " passed, " + failed
                    + " failed, " + skipped + " skipped; rules: " + held.size() + " held, " + broken.size()
                    + " broken, " + unsure.size() + " not judged to the end");
            if (!broken.isEmpty()) {
                report.append("\n  broken: ").append(String.join(", ", broken));
            }
            notJudged.forEach((reason, rules) -> report.append("\n  not judged (")
                    .append(reason)
                    .append("): ")
                    .append(rules.isEmpty() ? "no rule" : String.join(", ", rules)));
            return report.toString();
        }
    }
}
