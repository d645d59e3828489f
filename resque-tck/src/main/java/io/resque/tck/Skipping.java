package io.resque.tck;

import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.TestInfo;

/** Skips tests whose feature is not declared, and says so. */
final class Skipping {
    private Skipping() {}

    static void unlessDeclared(TestInfo test, Set<Feature> declared, String adapter) {
        Method method = test.getTestMethod().orElseThrow();
        Needs needs = needs(method);
        if (needs != null && !declared.contains(needs.value())) {
            WireRule rule = method.getAnnotation(WireRule.class);
            String reason = "Skipped for the backend '" + adapter + "': " + method.getName() + ", "
                    + (rule == null ? "no rule" : String.join(", ", rule.value())) + ", is for a backend that declares "
                    + needs.value() + ": it " + needs.value().meaning();
            System.out.println(reason);
            Assumptions.abort(reason);
        }
    }

    private static @Nullable Needs needs(Method method) {
        Needs own = method.getAnnotation(Needs.class);
        return own != null ? own : method.getDeclaringClass().getAnnotation(Needs.class);
    }
}
