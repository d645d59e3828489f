package io.resque.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A tick of a recurring job that a scheduler of this library has made.
 *
 * @param at when the job was due, to the second
 * @param madeAt when the tick was made, to the second, by the clock of Redis
 * @param isEnqueued whether its job went onto the queue; false if a listener vetoed it, another job held its lock, it had been missed and
 *     was skipped, or the queue could not be written, so that the job became a failure
 */
public record MadeTick(Instant at, Instant madeAt, boolean isEnqueued) {
    /**
     * Refuses null.
     *
     * @param at when the job was due
     * @param madeAt when the tick was made
     * @param isEnqueued whether its job went onto the queue
     */
    public MadeTick {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(madeAt, "madeAt");
    }
}
