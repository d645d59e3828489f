package io.resque.launcher;

import io.resque.api.spi.JobOutcome;

/** What code of users threw: its methods may throw again, in our thread. */
final class Thrown {
    private Thrown() {}

    static String message(Throwable thrown) {
        return read(thrown).message();
    }

    /** Class and message. */
    static String text(Throwable thrown) {
        JobOutcome.Failed told = read(thrown);
        return told.exception().equals(told.message()) ? told.message() : told.exception() + ": " + told.message();
    }

    /** As its {@code printStackTrace}. */
    static void print(Throwable thrown) {
        System.err.println(text(thrown));
        for (String frame : read(thrown).frames()) {
            System.err.println("\t" + frame);
        }
        System.err.flush();
    }

    private static JobOutcome.Failed read(Throwable thrown) {
        return JobOutcome.Failed.of(thrown, Thrown.class);
    }
}
