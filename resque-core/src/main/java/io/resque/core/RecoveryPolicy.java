package io.resque.core;

import io.resque.api.ConfigurationException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a worker is taken for dead, and what becomes of its job.
 *
 * @param deadAfter how old its heartbeat may become
 * @param maxDeaths with which of the workers that die over a job it becomes a failure; 1 for the first
 * @param byPid whether one of another library that writes no heartbeat is dead once its pid is gone
 */
record RecoveryPolicy(Duration deadAfter, int maxDeaths, boolean byPid) {
    /** How long a job's deaths are remembered. */
    static final Duration FORGET = Duration.ofDays(1);

    /** As every Resque does it. */
    static final RecoveryPolicy RUBYS = new RecoveryPolicy(ResqueBuilder.DEFAULT_DEAD_AFTER, 1, true);

    /** How often workers tell that they live, unless they are told. */
    static Duration interval(@Nullable Duration told, int maxDeaths) {
        if (told != null) {
            return told;
        }
        return maxDeaths > 1 ? ResqueBuilder.REQUEUE_HEARTBEAT_INTERVAL : ResqueBuilder.DEFAULT_HEARTBEAT_INTERVAL;
    }

    /** With a default for the silence; refuses one that takes the living for dead. */
    static RecoveryPolicy of(@Nullable Duration deadAfter, Duration interval, int maxDeaths, boolean byPid) {
        Duration silence = deadAfter;
        if (silence == null) {
            silence = maxDeaths > 1 ? ResqueBuilder.REQUEUE_DEAD_AFTER : ResqueBuilder.DEFAULT_DEAD_AFTER;
        }
        if (silence.compareTo(interval.multipliedBy(3)) < 0) {
            throw new ConfigurationException("deadAfter is " + silence + ", less than three heartbeat intervals of "
                    + interval + ": a worker that lives would be taken for dead. Lower heartbeatInterval too");
        }
        return new RecoveryPolicy(silence, maxDeaths, byPid);
    }

    boolean requeues() {
        return maxDeaths > 1;
    }
}
