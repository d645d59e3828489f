package io.resque.examples.chaos;

import java.time.Duration;

/** Ends when nothing changes any more, however long changes go on. */
final class Patience {
    private final Duration limit;
    private String last = "";
    private long since = System.nanoTime();

    Patience(Duration limit) {
        this.limit = limit;
    }

    /** Throws if it has been the same for too long. */
    void check(String state) {
        if (!state.equals(last)) {
            last = state;
            since = System.nanoTime();
        } else if (System.nanoTime() - since > limit.toNanos()) {
            throw new AssertionError("For " + limit + " nothing has changed: " + state);
        }
    }
}
