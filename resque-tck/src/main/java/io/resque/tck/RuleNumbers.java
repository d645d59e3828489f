package io.resque.tck;

import java.lang.reflect.AnnotatedElement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.DynamicTestInvocationContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Puts the rules that a failed test holds before its message. */
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

    /** JUnit hands the failure of a dynamic test to no handler. */
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
        Optional<WireRule> rule = rule(context);
        if (rule.isEmpty() || failure instanceof TestAbortedException || failure instanceof OutOfMemoryError) {
            return failure;
        }
        String said = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
        String message = String.join(", ", rule.get().value()) + ": "
                + String.valueOf(said).strip();
        AssertionFailedError numbered = failure instanceof AssertionFailedError compared && compared.isExpectedDefined()
                ? new AssertionFailedError(message, compared.getExpected(), compared.getActual(), failure)
                : new AssertionFailedError(message, failure);
        numbered.setStackTrace(failure.getStackTrace());
        return numbered;
    }

    /** The context of a dynamic test has no method; that of its factory stands above it. */
    private static Optional<WireRule> rule(ExtensionContext context) {
        for (Optional<ExtensionContext> at = Optional.of(context);
                at.isPresent();
                at = at.get().getParent()) {
            Optional<AnnotatedElement> element = at.get().getElement();
            if (element.isPresent() && element.get().isAnnotationPresent(WireRule.class)) {
                return Optional.of(element.get().getAnnotation(WireRule.class));
            }
        }
        return Optional.empty();
    }
}
