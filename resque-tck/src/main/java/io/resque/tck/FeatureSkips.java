package io.resque.tck;

import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestInfo;

/** Skips a test if the feature that it needs is not declared, and says why. */
final class FeatureSkips {
    private FeatureSkips() {}

    static void unlessDeclared(TestInfo test, Set<Feature> declared, String adapter) {
        Method method = test.getTestMethod().orElseThrow();
        unlessDeclared(method.getDeclaringClass().getAnnotation(NeedsFeature.class), declared, adapter);
        unlessDeclared(method.getAnnotation(NeedsFeature.class), declared, adapter);
    }

    private static void unlessDeclared(@Nullable NeedsFeature needs, Set<Feature> declared, String adapter) {
        if (needs != null && !declared.contains(needs.value())) {
            throw new FeatureMissing(
                    needs.value(),
                    "the backend '" + adapter + "' does not declare " + needs.value() + ", which means that it "
                            + needs.value().meaning());
        }
    }
}
