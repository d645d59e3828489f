package io.resque.core.internal.support;

import io.resque.api.ResqueException;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads and logs exceptions from the code of users: their methods may throw again, in our thread. */
public final class Throwables {
    private static final int MOST = 10_000;
    private static final int MOST_CAUSES = 10;

    private Throwables() {}

    /** Class and message. */
    public static String text(Throwable thrown) {
        JobOutcome.Failed told = JobOutcome.Failed.of(thrown, Throwables.class);
        return told.exception().equals(told.message()) ? told.message() : told.exception() + ": " + told.message();
    }

    private static boolean isLong(@Nullable Throwable thrown) {
        Throwable cause = thrown;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            if (String.valueOf(cause.getMessage()).length() > MOST) {
                return true;
            }
            for (Throwable suppressed : cause.getSuppressed()) {
                if (String.valueOf(suppressed.getMessage()).length() > MOST) {
                    return true;
                }
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static ResqueException cut(Throwable thrown) {
        ResqueException cut = new ResqueException(JsonRules.forLog(text(thrown)));
        cut.setStackTrace(thrown.getStackTrace());
        return cut;
    }

    /**
     * Logs it, long messages cut. If the logger cannot read it (its chain of causes takes all of the stack, for example), logs its
     * text.
     */
    public static void log(Throwable thrown, Consumer<Throwable> line) {
        try {
            line.accept(isLong(thrown) ? cut(thrown) : thrown);
        } catch (Throwable unreadable) {
            line.accept(new ResqueException("What was thrown cannot be logged; it is " + text(thrown)));
        }
    }
}
