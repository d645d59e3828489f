package io.resque.tck;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.jupiter.api.extension.TestWatcher;
import org.opentest4j.TestAbortedException;

/**
 * After a test class of the kit has run, prints which rules the adapter keeps, which it breaks, and which were not
 * judged, and writes the statement.
 */
final class KitReport
        implements BeforeAllCallback,
                AfterAllCallback,
                AfterEachCallback,
                TestInstancePostProcessor,
                TestWatcher,
                InvocationInterceptor {
    /** A JUnit configuration parameter; if it is set, no report is printed. */
    static final String QUIET = "resque.kit.quiet";

    /** The same for the folder of the statement; if it is not set, {@code target/resque-kit}. */
    static final String FOLDER = "resque.kit.folder";

    /** The same for the version of the adapter, if its classes are in no jar that names one. */
    static final String ADAPTER_VERSION = "resque.kit.adapter.version";

    private static final ExtensionContext.Namespace OURS = ExtensionContext.Namespace.create(KitReport.class);

    /** Only the outermost class has a tally; nested classes use it. */
    @Override
    public void beforeAll(ExtensionContext context) {
        if (tally(context).isEmpty()) {
            context.getStore(OURS).put(Tally.class, new Tally());
        }
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) {
        note(context, tally -> tally.made(instance));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        Tally own = context.getStore(OURS).remove(Tally.class, Tally.class);
        if (own == null || context.getConfigurationParameter(QUIET).isPresent()) {
            return;
        }
        Class<?> test = context.getRequiredTestClass();
        Judged judged = Judged.of(
                test,
                own.kit(),
                context.getConfigurationParameter(ADAPTER_VERSION).orElse(null));
        Statement statement = new Statement(
                judged,
                LocalDate.now(),
                own.passed(),
                own.failed(),
                own.skipped(),
                own.verdicts(RuleNumbers.all(test), judged.features()));
        System.out.println(report(test, own, statement) + "\n  "
                + written(statement, context.getConfigurationParameter(FOLDER).orElse("target/resque-kit")));
    }

    @Override
    public void testSuccessful(ExtensionContext context) {
        note(context, tally -> tally.passed(role(context), RuleNumbers.rules(context)));
    }

    @Override
    public void testFailed(ExtensionContext context, @Nullable Throwable cause) {
        Set<String> rules = RuleNumbers.rules(context);
        if (context.getTestInstances().isEmpty()) { // no Redis or no adapter
            note(context, tally -> tally.notMade(role(context), rules, message(cause)));
        } else {
            failed(context, rules, cause);
        }
    }

    private static void failed(ExtensionContext context, Set<String> rules, @Nullable Throwable cause) {
        note(context, tally -> {
            Role role = role(context);
            if (cause instanceof NotWritten missing) {
                tally.notWritten(role, rules, missing);
            } else if (!(cause instanceof NoVerdict beside)) {
                tally.failed(role, rules, RuleNumbers.broken(rules, cause), name(context));
            } else if (beside.passed()) {
                tally.notEnded(role, rules);
            } else {
                tally.notMade(role, rules, RuleNumbers.without(message(cause)));
            }
        });
    }

    /** The role whose group of tests this one is in; null in a kit without roles. A dynamic test has no tags of its own. */
    private static @Nullable Role role(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<Role> role = Role.of(at.get().getTags());
            if (role.isPresent()) {
                return role.get();
            }
        }
        return null;
    }

    /** The name of the method, also for the dynamic tests of a factory. */
    private static String name(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            if (at.get().getTestMethod().isPresent()) {
                return at.get().getTestMethod().get().getName();
            }
        }
        return context.getDisplayName();
    }

    @Override
    public void testAborted(ExtensionContext context, @Nullable Throwable cause) {
        Set<String> rules = RuleNumbers.rules(context);
        note(context, tally -> {
            if (cause instanceof FeatureMissing missing) {
                tally.skipped(role(context), rules, missing.feature());
            } else {
                tally.skipped(role(context), rules, message(cause));
            }
        });
    }

    @Override
    public void testDisabled(ExtensionContext context, Optional<String> reason) {
        note(
                context,
                tally -> tally.skipped(role(context), RuleNumbers.rules(context), reason.orElse("no reason is given")));
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
            try {
                invocation.proceed();
            } finally {
                RuleNumbers.requireWritten(context);
            }
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
            failed(context, RuleNumbers.rules(context), failure);
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

    /** The text that is printed. */
    private static String report(Class<?> test, Tally tally, Statement statement) {
        Map<String, Tally.Verdict> verdicts = statement.verdicts();
        StringBuilder report =
                new StringBuilder("Resque kit: " + test.getSimpleName() + ": tests: " + tally.passed() + " passed, "
                        + tally.failed() + " failed, " + tally.skipped() + " skipped; rules: "
                        + with(Tally.Kind.HELD, verdicts).size() + " held, "
                        + with(Tally.Kind.BROKEN, verdicts).size() + " broken, "
                        + with(Tally.Kind.DOES_NOT_APPLY, verdicts).size() + " do not apply, "
                        + with(Tally.Kind.NOT_JUDGED, verdicts).size() + " not judged to the end");
        line(report, "broken", with(Tally.Kind.BROKEN, verdicts));
        Map<String, Set<String>> needs = new TreeMap<>();
        with(Tally.Kind.DOES_NOT_APPLY, verdicts)
                .forEach(rule -> needs.computeIfAbsent(
                                requireNonNull(verdicts.get(rule)).why(), any -> new TreeSet<>())
                        .add(rule));
        needs.forEach((why, rules) -> line(report, "do not apply (" + why + ")", rules));
        Map<String, Set<String>> notJudged = tally.notJudged();
        Set<String> notRun = with(Tally.Kind.NOT_JUDGED, verdicts);
        notJudged.values().forEach(notRun::removeAll);
        notJudged.forEach((reason, rules) -> report.append("\n  not judged (")
                .append(XmlText.safe(reason))
                .append("): ")
                .append(rules.isEmpty() ? "no rule" : String.join(", ", rules)));
        if (!notRun.isEmpty()) { // as when only some groups are run; the statement names these rules
            report.append("\n  not judged (no test of it was run): ")
                    .append(notRun.size())
                    .append(notRun.size() == 1 ? " rule" : " rules");
        }
        tally.todo().lines(test).forEach(line -> report.append("\n  ").append(line));
        return report.toString();
    }

    private static void line(StringBuilder report, String what, Set<String> rules) {
        if (!rules.isEmpty()) {
            report.append("\n  ").append(what).append(": ").append(String.join(", ", rules));
        }
    }

    private static Set<String> with(Tally.Kind kind, Map<String, Tally.Verdict> verdicts) {
        Set<String> rules = new TreeSet<>();
        verdicts.forEach((rule, verdict) -> {
            if (verdict.kind() == kind) {
                rules.add(rule);
            }
        });
        return rules;
    }

    private static String written(Statement statement, String folder) {
        try {
            return "statement: " + statement.write(Path.of(folder));
        } catch (IOException | RuntimeException e) {
            return "no statement was written into " + folder + ": " + e;
        }
    }
}
