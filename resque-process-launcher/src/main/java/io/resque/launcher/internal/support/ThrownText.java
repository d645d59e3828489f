package io.resque.launcher.internal.support;

import io.resque.api.spi.JobOutcome;

/** The text of an exception that users' code threw. The methods of such an exception may throw again, in our thread. */
public final class ThrownText {
    private ThrownText() {}

    /** The message only. */
    public static String message(Throwable thrown) {
        return read(thrown).message();
    }

    /** Class and message. */
    public static String of(Throwable thrown) {
        JobOutcome.Failed failure = read(thrown);
        return failure.exception().equals(failure.message())
                ? failure.message()
                : failure.exception() + ": " + failure.message();
    }

    /** Prints what {@code printStackTrace} would print. */
    public static void print(Throwable thrown) {
        System.err.println(of(thrown));
        for (String frame : read(thrown).frames()) {
            System.err.println("\t" + frame);
        }
        System.err.flush();
    }

    private static JobOutcome.Failed read(Throwable thrown) {
        return JobOutcome.Failed.of(thrown, ThrownText.class);
    }
}
