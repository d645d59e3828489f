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
            Assumptions.abort("the backend '" + adapter + "' does not declare " + needs.value() + ", that it "
                    + needs.value().meaning());
        }
    }

    private static @Nullable Needs needs(Method method) {
        Needs own = method.getAnnotation(Needs.class);
        return own != null ? own : method.getDeclaringClass().getAnnotation(Needs.class);
    }
}
