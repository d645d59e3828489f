package io.resque.core.internal.fleet;

import io.resque.api.ConfigurationException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Says when a worker is dead, and whether its job is run again.
 *
 * @param deadAfter how old its heartbeat may become
 * @param maxDeaths so many workers may die over a job before it becomes a failure; 1 for the first
 * @param isTold whether the user has said deadAfter
 * @param byPid whether a worker of another library that writes no heartbeat is dead once its pid is gone
 */
public record RecoveryPolicy(Duration deadAfter, int maxDeaths, boolean isTold, boolean byPid) {
    /** How often workers send a heartbeat, as in Ruby. */
    public static final Duration HEARTBEAT = Duration.ofSeconds(60);

    /** The same where the jobs of dead workers are put back. */
    public static final Duration REQUEUE_HEARTBEAT = Duration.ofSeconds(30);

    /** After so long without a heartbeat a worker is dead, as in Ruby. */
    public static final Duration DEAD_AFTER = Duration.ofSeconds(300);

    /** The same where its job is put back, which must happen before a Ruby worker makes a failure of the job. */
    public static final Duration REQUEUE_DEAD_AFTER = Duration.ofSeconds(200);

    /** How long a job's deaths are remembered. */
    static final Duration FORGET = Duration.ofDays(1);

    /** How often workers send a heartbeat: as the user chose, or else by the policy. */
    public static Duration interval(@Nullable Duration told, int maxDeaths) {
        if (told != null) {
            return told;
        }
        return maxDeaths > 1 ? REQUEUE_HEARTBEAT : HEARTBEAT;
    }

    /** Chooses a silence if the user did not; refuses a silence that would take living workers for dead. */
    public static RecoveryPolicy of(@Nullable Duration deadAfter, Duration interval, int maxDeaths, boolean byPid) {
        Duration silence = deadAfter;
        if (silence == null) {
            silence = maxDeaths > 1 ? REQUEUE_DEAD_AFTER : DEAD_AFTER;
        }
        if (silence.compareTo(interval.multipliedBy(3)) < 0) {
            throw new ConfigurationException("deadAfter is " + silence + ", less than three heartbeat intervals of "
                    + interval + ": a worker that lives would be taken for dead. Lower heartbeatInterval too");
        }
        return new RecoveryPolicy(silence, maxDeaths, deadAfter != null, byPid);
    }

    /**
     * The policy of a process with a worker whose dead jobs are retried: also that must happen before a Ruby worker makes a failure of the job.
     *
     * @throws ConfigurationException if the user has said otherwise
     */
    public RecoveryPolicy retryingDeaths() {
        if (deadAfter.compareTo(DEAD_AFTER) < 0) {
            return this;
        }
        if (isTold) {
            throw new ConfigurationException("deadAfter is " + deadAfter
                    + ", and a job of this worker has a retry policy that counts the death of a worker as a failed run: after 300 s a"
                    + " Ruby worker would make a failure of such a job first. Choose a lower deadAfter, such as "
                    + REQUEUE_DEAD_AFTER + ", or retryDeaths(false)");
        }
        return new RecoveryPolicy(REQUEUE_DEAD_AFTER, maxDeaths, false, byPid);
    }

    boolean requeues() {
        return maxDeaths > 1;
    }
}
