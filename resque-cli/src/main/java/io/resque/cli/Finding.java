package io.resque.cli;

/**
 * One fact that a look at Redis, its queues and its workers has found.
 *
 * @param check what was looked at
 * @param severity how bad the fact is
 * @param text one sentence for people, with the way out where something is wrong
 */
record Finding(Check check, Severity severity, String text) {
    /** How bad a finding is. */
    enum Severity {
        /** Nothing is wrong. */
        FINE,

        /** Somebody should look at it. Jobs can be worked all the same. */
        WRONG,

        /** No worker can take a job from this Redis. */
        HOPELESS
    }

    /** What was looked at. */
    enum Check {
        CONNECTION,
        SERVER,
        VERSION,
        MEMORY,
        PERSISTENCE,
        ROLE,
        PAUSE,
        WORKER,
        CLOCK,
        WORKERS,
        QUEUE,
        FAILURES,
        OVERSIZE,
        STATUSES,
        KEY;

        /** The name in tables and in JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    static Finding fine(Check check, String text) {
        return new Finding(check, Severity.FINE, text);
    }

    static Finding wrong(Check check, String text) {
        return new Finding(check, Severity.WRONG, text);
    }

    boolean isFine() {
        return severity == Severity.FINE;
    }
}
