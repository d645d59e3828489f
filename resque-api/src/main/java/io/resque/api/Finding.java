package io.resque.api;

import java.util.Locale;
import java.util.Objects;

/**
 * One fact that a look at Redis, its queues and its workers has found.
 *
 * @param check what was looked at
 * @param severity how bad the fact is
 * @param text one sentence for people, with the way out where something is wrong: the command of {@code bin/resque} and the method of
 *     this library
 */
public record Finding(Check check, Severity severity, String text) {
    /**
     * Refuses nulls.
     *
     * @param check what was looked at
     * @param severity how bad the fact is
     * @param text one sentence for people
     */
    public Finding {
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(severity, "severity");
        Objects.requireNonNull(text, "text");
    }

    /** How bad a finding is. */
    public enum Severity {
        /** Nothing is wrong. */
        FINE,

        /** Somebody should look at it. Jobs can be worked all the same. */
        WRONG,

        /** No worker can take a job from this Redis. */
        HOPELESS
    }

    /** What was looked at. Later versions may look at more. */
    public enum Check {
        /** How fast Redis answers. */
        CONNECTION,
        /** Whether Redis tells about itself. */
        SERVER,
        /** The version of Redis. */
        VERSION,
        /** Whether a server can do all that this library asks of it: what {@code bin/resque doctor --server} tries. */
        COMMANDS,
        /** What Redis does when it is full. */
        MEMORY,
        /** What Redis keeps over a restart. */
        PERSISTENCE,
        /** Whether Redis is a replica. */
        ROLE,
        /** Whether all workers are told to pause. */
        PAUSE,
        /** One worker. */
        WORKER,
        /** The clock of this machine, beside that of Redis. */
        CLOCK,
        /** The number of workers. */
        WORKERS,
        /** One queue, whether it is paused, and whether a worker takes its jobs; or a queue that a worker asks for and that does not exist. */
        QUEUE,
        /** The jobs that wait for a limit. */
        LIMITS,
        /** The locks of unique jobs, and which of them have no job. */
        LOCKS,
        /** The records of failures. */
        FAILURES,
        /** Payloads that were too large for their workers. */
        OVERSIZE,
        /** Who moves delayed jobs, whether they are late, and whether this user may move them. */
        SCHEDULER,
        /** What other libraries have left behind of delayed jobs. */
        DELAYED,
        /** Statuses that nobody will end. */
        STATUSES,
        /** A key of another type. */
        KEY;

        /** The name in tables and in JSON. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Whether nothing is wrong.
     *
     * @return true for {@link Severity#FINE}
     */
    public boolean isFine() {
        return severity == Severity.FINE;
    }
}
