package io.resque.core.internal.worker;

import java.time.Instant;
import java.util.Optional;

/**
 * How a loop is at one moment.
 *
 * @param worker its id
 * @param registered whether it is registered, as far as its last heartbeat told
 * @param stopping whether its worker was told to stop
 * @param lastTurn when it last began a turn
 * @param queue the queue of the job that it runs; empty if it runs none
 */
public record LoopHealth(
        String worker, State state, boolean registered, boolean stopping, Instant lastTurn, Optional<String> queue) {

    /** What it does; users see the same constants under another name. */
    public enum State {
        WAITING,
        RUNNING,
        PAUSED,
        TROUBLED,
        STUCK,
        DEAD
    }
}
