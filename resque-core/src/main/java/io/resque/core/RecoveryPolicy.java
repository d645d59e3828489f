package io.resque.core;

import java.time.Duration;

/**
 * When a worker is taken for dead, and what becomes of its job.
 *
 * @param deadAfter how old its heartbeat may become
 * @param maxDeaths with which of the workers that die over a job it becomes a failure; 1 for the first
 */
record RecoveryPolicy(Duration deadAfter, int maxDeaths) {
    /** How long a job's deaths are remembered. */
    static final Duration FORGET = Duration.ofDays(1);

    /** As every Resque does it. */
    static final RecoveryPolicy RUBYS = new RecoveryPolicy(ResqueBuilder.DEFAULT_DEAD_AFTER, 1);

    boolean requeues() {
        return maxDeaths > 1;
    }
}
