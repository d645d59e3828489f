package io.resque.core;

import io.resque.api.ResqueException;
import io.resque.api.spi.JobOutcome;
import java.util.function.Consumer;

/** What code of users threw: its methods may throw again, in our thread. */
final class Thrown {
    private Thrown() {}

    /** Class and message. */
    static String text(Throwable thrown) {
        JobOutcome.Failed told = JobOutcome.Failed.of(thrown, Thrown.class);
        return told.exception().equals(told.message()) ? told.message() : told.exception() + ": " + told.message();
    }

    /** Logs it, or its text where the logger cannot read it, such as for a chain of causes that takes all of the stack. */
    static void log(Throwable thrown, Consumer<Throwable> line) {
        try {
            line.accept(thrown);
        } catch (Throwable unreadable) {
            line.accept(new ResqueException("What was thrown cannot be logged; it is " + text(thrown)));
        }
    }
}
