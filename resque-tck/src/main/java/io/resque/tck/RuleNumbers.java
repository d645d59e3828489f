package io.resque.tck;

import java.lang.reflect.AnnotatedElement;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Puts the numbers of the rules that a failed test checks before its message. */
final class RuleNumbers
        implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler, InvocationInterceptor {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw numbered(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw numbered(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw numbered(context, failure);
    }

    /** JUnit passes the failure of a dynamic test to no exception handler. */
    @Override
    public void interceptDynamicTest(
            Invocation<@Nullable Void> invocation, DynamicTestInvocationContext dynamic, ExtensionContext context)
            throws Throwable {
        try {
            invocation.proceed();
        } catch (Throwable failure) {
            throw numbered(context, failure);
        }
    }

    private static Throwable numbered(ExtensionContext context, Throwable failure) {
        Set<String> rules = rules(context);
        if (rules.isEmpty() || failure instanceof TestAbortedException || failure instanceof OutOfMemoryError) {
            return failure;
        }
        String said = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
        String message = String.join(", ", rules) + ": " + String.valueOf(said).strip();
        AssertionFailedError numbered = failure instanceof AssertionFailedError compared && compared.isExpectedDefined()
                ? new AssertionFailedError(message, compared.getExpected(), compared.getActual(), failure)
                : new AssertionFailedError(message, failure);
        numbered.setStackTrace(failure.getStackTrace());
        return numbered;
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
}
