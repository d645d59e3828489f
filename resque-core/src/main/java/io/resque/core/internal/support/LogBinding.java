package io.resque.core.internal.support;

import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.LoggerFactory;

/** Says on standard error what a log cannot say, since slf4j finds no provider. */
public final class LogBinding {
    private static final String PROVIDER = "org.slf4j.spi.SLF4JServiceProvider";
    private static final AtomicBoolean TOLD = new AtomicBoolean();
    private static final AtomicBoolean TOLD_OF_FAILURE = new AtomicBoolean();

    private LogBinding() {}

    /** Says once for each process where failed jobs are, if no log says that one has failed. */
    public static void tellOfFailure(String queue, JobOutcome.Failed failure) {
        if (!TOLD_OF_FAILURE.get() && isSilent() && TOLD_OF_FAILURE.compareAndSet(false, true)) {
            System.err.println(
                    "Resque: a job of " + JsonRules.forLog(queue) + " failed with "
                            + JsonRules.forLog(failure.exception()) + ": " + JsonRules.forLog(failure.message())
                            + ". Failed jobs are in Redis: resque.failures() and \"bin/resque failed\" list them. Nothing is logged, for no"
                            + " slf4j provider is on the class path: add one, such as org.slf4j:slf4j-simple, to see each failure");
        }
    }

    /** Warns if slf4j-api 1.7 is used with a binding for slf4j 2, which it does not see. */
    public static void check() {
        if (isSilent()
                && LogBinding.class.getClassLoader().getResource("META-INF/services/" + PROVIDER) != null
                && isBefore2()
                && TOLD.compareAndSet(false, true)) {
            System.err.println(
                    "Resque: nothing is logged, for slf4j-api 1.7 is on the class path, and the binding beside it is for"
                            + " slf4j 2: set <slf4j.version>2.0.20</slf4j.version> in the properties of a pom whose parent is Spring"
                            + " Boot's, or else manage org.slf4j:slf4j-api:2.0.20 before all imported BOMs");
        }
    }

    private static boolean isSilent() {
        return LoggerFactory.getILoggerFactory().getClass().getSimpleName().equals("NOPLoggerFactory");
    }

    private static boolean isBefore2() {
        try {
            Class.forName(PROVIDER, false, LoggerFactory.class.getClassLoader());
            return false;
        } catch (ClassNotFoundException e) {
            return true;
        }
    }
}
