package io.resque.chaos;

import java.time.Duration;

/** Fails if nothing changes for too long, however long changes go on. */
final class Patience {
    private final Duration limit;
    private String last = "";
    private long since = System.nanoTime();

    Patience(Duration limit) {
        this.limit = limit;
    }

    /** Fails if the state has not changed for too long. */
    void check(String state) {
        if (!state.equals(last)) {
            last = state;
            since = System.nanoTime();
        } else if (System.nanoTime() - since > limit.toNanos()) {
            throw new AssertionError("For " + limit + " nothing has changed: " + state);
        }
    }
}
