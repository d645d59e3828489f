package io.resque.tck;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/**
 * Puts the number of the rule that the failed check of a test is for before its message: the rule that the check names
 * itself, as in {@code as("W-404: …")}, otherwise the one that {@link Checking} knows. The message of a dynamic test also
 * has the name of the test, which is its input, and that of a check without a description what it checks. Each message
 * is fit for a report in XML.
 */
final class RuleNumbers
        implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler, InvocationInterceptor {
    /** A rule at the beginning of a message, or of the description that AssertJ puts before it in brackets. */
    private static final Pattern NAMED = Pattern.compile("(\\[?)(W-\\d{3}(?:, W-\\d{3})*): ");

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw numbered(context, failure, "");
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        requireWritten(context);
        throw failure instanceof TestAbortedException
                ? XmlText.safe(failure)
                : new NoVerdict(false, message(context, rules(context), failure, ""), XmlText.safe(failure));
    }

    /** A test that has called a method which the adapter does not have judges nothing, whatever came of it. */
    @Override
    public void interceptTestMethod(
            Invocation<@Nullable Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        Checking.begin(rules(context));
        try {
            invocation.proceed();
        } finally {
            requireWritten(context);
        }
    }

    @Override
    public <T> T interceptTestFactoryMethod(
            Invocation<T> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        Checking.begin(rules(context));
        try {
            return invocation.proceed();
        } finally {
            requireWritten(context);
        }
    }

    static void requireWritten(ExtensionContext context) {
        List<NotWritten.Call> calls =
                bench(context).map(bench -> bench.ports().notWritten()).orElse(List.of());
        if (!calls.isEmpty()) {
            Set<String> rules = rules(context);
            throw new NotWritten(rules.isEmpty() ? "" : String.join(", ", rules) + ": ", calls);
        }
    }

    /** The context of a dynamic test has no instance; its parent context has that of the factory. */
    private static Optional<WatchedPorts.Bench> bench(ExtensionContext context) {
        Optional<ExtensionContext> at = Optional.of(context);
        while (at.isPresent() && at.get().getTestInstance().isEmpty()) {
            at = at.get().getParent();
        }
        return at.flatMap(ExtensionContext::getTestInstance)
                .filter(WatchedPorts.Bench.class::isInstance)
                .map(WatchedPorts.Bench.class::cast);
    }

    /** If the test has failed or was skipped before, that stays its result, and this failure is only added to it. */
    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        Throwable result = context.getExecutionException().orElse(null);
        if (result == null) {
            throw new NoVerdict(
                    true,
                    message(context, rules(context), failure, "after the test has passed, its end failed: "),
                    XmlText.safe(failure));
        }
        if (result != failure) {
            result.addSuppressed(XmlText.safe(failure));
        }
    }

    /** JUnit passes the failure of a constructor to no exception handler. */
    @Override
    public <T> T interceptTestClassConstructor(
            Invocation<T> invocation, ReflectiveInvocationContext<Constructor<T>> constructor, ExtensionContext context)
            throws Throwable {
        try {
            return invocation.proceed();
        } catch (Throwable failure) {
            throw XmlText.safe(failure);
        }
    }

    /** JUnit passes the failure of a dynamic test to no exception handler. */
    @Override
    public void interceptDynamicTest(
            Invocation<@Nullable Void> invocation, DynamicTestInvocationContext dynamic, ExtensionContext context)
            throws Throwable {
        Checking.begin(rules(context));
        try {
            invocation.proceed();
        } catch (Throwable failure) {
            throw numbered(context, failure, context.getDisplayName());
        }
    }

    private static Throwable numbered(ExtensionContext context, Throwable failure, String input) {
        if (rules(context).isEmpty()
                || failure instanceof TestAbortedException
                || failure instanceof NotWritten
                || failure instanceof OutOfMemoryError) {
            return XmlText.safe(failure);
        }
        String what = input.isEmpty() || String.valueOf(failure.getMessage()).contains(input) ? "" : input + ": ";
        String message = message(context, broken(rules(context), failure), failure, what) + in(failure);
        Throwable cause = XmlText.safe(failure);
        AssertionFailedError numbered = failure instanceof AssertionFailedError compared && compared.isExpectedDefined()
                ? new AssertionFailedError(message, compared.getExpected(), compared.getActual(), cause)
                : new AssertionFailedError(message, cause);
        numbered.setStackTrace(failure.getStackTrace());
        return numbered;
    }

    /** Puts the numbers of rules before the words of a failure, with what may have to stand between them. */
    private static String message(ExtensionContext context, Set<String> broken, Throwable failure, String what) {
        String said = failure instanceof AssertionError
                ? String.valueOf(failure.getMessage()).strip()
                : failure.toString().strip();
        Matcher named = NAMED.matcher(said);
        if (named.lookingAt() && rules(context).containsAll(numbers(named))) {
            said = named.group(1) + said.substring(named.end());
        }
        String checked =
                failure instanceof AssertionError && !said.startsWith("[") ? CheckSource.expression(failure) : null;
        String numbers = broken.isEmpty() ? "" : String.join(", ", broken) + ": ";
        return XmlText.safe(numbers + what + (checked == null ? said : "[" + checked + "] \n" + said));
    }

    /** The statement that threw an exception, which is the input that led to it. */
    private static String in(Throwable failure) {
        String statement = failure instanceof AssertionError ? null : CheckSource.statement(failure);
        return statement == null ? "" : "\n  in: " + XmlText.safe(statement);
    }

    /** The rules of a test that a failure breaks: those that its check names, otherwise the one that it is for. */
    static Set<String> broken(Set<String> rules, @Nullable Throwable failure) {
        Matcher named = NAMED.matcher(
                failure == null ? "" : String.valueOf(failure.getMessage()).strip());
        return named.lookingAt() && rules.containsAll(numbers(named)) ? numbers(named) : Checking.failed(rules);
    }

    /** The rules that a message begins with. */
    static Set<String> named(String message) {
        Matcher named = NAMED.matcher(message);
        return named.lookingAt() ? numbers(named) : Set.of();
    }

    /** A message without the rules that it begins with. */
    static String without(String message) {
        Matcher named = NAMED.matcher(message);
        return named.lookingAt() ? message.substring(named.end()) : message;
    }

    private static Set<String> numbers(Matcher named) {
        return new LinkedHashSet<>(List.of(named.group(2).split(", ")));
    }

    /**
     * The rules that a test checks. The context of a dynamic test has no method; its parent context has the method of
     * the factory.
     */
    static Set<String> rules(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<AnnotatedElement> element = at.get().getElement();
            if (element.isPresent() && element.get().isAnnotationPresent(WireRule.class)) {
                return new LinkedHashSet<>(
                        List.of(element.get().getAnnotation(WireRule.class).value()));
            }
        }
        return Set.of();
    }

    /** The rules of all tests of a class, of those that it extends and of their nested classes. */
    static Set<String> all(Class<?> test) {
        Set<String> all = new TreeSet<>();
        for (Class<?> at = test; at != null && at != Object.class; at = at.getSuperclass()) {
            for (Method method : at.getDeclaredMethods()) {
                WireRule mark = method.getAnnotation(WireRule.class);
                all.addAll(mark == null ? Set.of() : Set.of(mark.value()));
            }
            for (Class<?> nested : at.getDeclaredClasses()) {
                if (nested.isAnnotationPresent(Nested.class)) {
                    all.addAll(all(nested));
                }
            }
        }
        return all;
    }
}
