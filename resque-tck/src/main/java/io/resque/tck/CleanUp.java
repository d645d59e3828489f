package io.resque.tck;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Steps that are all done, also if some of them fail. */
final class CleanUp {
    private final List<Runnable> steps = new ArrayList<>();

    CleanUp then(Runnable step) {
        steps.add(step);
        return this;
    }

    /** Does all steps in their order, and then throws the first failure, with the others as suppressed ones. */
    void run() {
        Throwable first = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                first = first(first, e);
            }
        }
        if (first instanceof Error error) {
            throw error;
        } else if (first != null) {
            throw (RuntimeException) first;
        }
    }

    private static Throwable first(@Nullable Throwable first, Throwable next) {
        if (first == null) {
            return next;
        }
        if (first != next) {
            first.addSuppressed(next);
        }
        return first;
    }
}
