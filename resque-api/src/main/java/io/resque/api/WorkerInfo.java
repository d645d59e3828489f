package io.resque.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What Redis holds about a worker, of whichever language, at one moment. Texts that are not there are empty. Immutable.
 *
 * @param id its id as it stands, {@code host:pid:queue,queue}
 * @param host the host in its id; empty if the id is not of three parts
 * @param pid the process in its id, in the writer's form; empty if the id is not of three parts
 * @param queues the queues in its id, in order; empty if the id is not of three parts
 * @param registered whether it is among the registered workers; if not, only its heartbeat is left
 * @param startedText when it registered, as it stands
 * @param started the same as an instant; empty if absent, or if its time zone is not sure
 * @param heartbeat its last sign of life; empty if there is none, as for PHP's workers, or none that can be read
 * @param silence the age of the heartbeat by the clock of Redis, negative if its time is in the future; empty if {@code heartbeat}
 *     is
 * @param life whether it lives, as far as this process can tell
 * @param job the job it runs; its bytes are those of the queue for our own workers, and rewritten from the worker's
 *     record for others; empty while it is idle
 * @param runAt since when it runs that job; empty while it is idle, or if its time zone is not sure
 * @param paused whether it takes no jobs: all workers are paused, or it is one of this very {@code Resque} and was paused
 *     itself, or it says so itself, as Jesque's; any other worker elsewhere tells nobody that it was
 * @param processed how many jobs it has ended, failed ones too
 * @param failed how many jobs have failed
 * @param attributes what this library keeps of its own workers, such as {@code boot}; empty for workers of others
 */
public record WorkerInfo(
        String id,
        String host,
        String pid,
        List<String> queues,
        boolean registered,
        String startedText,
        Optional<Instant> started,
        Optional<Instant> heartbeat,
        Optional<Duration> silence,
        Life life,
        Optional<QueuedJob> job,
        Optional<Instant> runAt,
        boolean paused,
        long processed,
        long failed,
        Map<String, String> attributes) {
    /** What a worker does. */
    public enum State {
        /** It waits for a job. */
        IDLE,
        /** It is paused, and runs no job. */
        PAUSED,
        /** It runs a job. */
        WORKING
    }

    /** Whether a worker lives. */
    public enum Life {
        /** Its heartbeat is not too old, and its process has not ended, where that can be told. */
        ALIVE,
        /** It has died: {@code Resque.recoverDeadWorkers} cleans up after it. */
        DEAD,
        /** Unknown: it writes no heartbeat, or none that can be read, and this process cannot see whether its process runs. */
        UNKNOWN
    }

    /**
     * Copies list and map.
     *
     * @param id its id
     * @param host the host in its id
     * @param pid the process in its id
     * @param queues the queues in its id
     * @param registered whether it is registered
     * @param startedText when it registered, as it stands
     * @param started the same as an instant
     * @param heartbeat its last sign of life
     * @param silence how old that is
     * @param life whether it lives
     * @param job the job it runs
     * @param runAt since when
     * @param paused whether it takes no jobs
     * @param processed how many jobs it has ended
     * @param failed how many have failed
     * @param attributes what this library keeps of its own workers
     */
    public WorkerInfo {
        Objects.requireNonNull(id, "id");
        queues = List.copyOf(queues);
        attributes = Map.copyOf(attributes);
    }

    /**
     * What it does.
     *
     * @return WORKING if there is a {@link #job}, also where it is to pause after that
     */
    public State state() {
        if (job.isPresent()) {
            return State.WORKING;
        }
        return paused ? State.PAUSED : State.IDLE;
    }

    /**
     * Whether it is a worker of this library.
     *
     * @return false for those of Ruby, PHP and Node
     */
    public boolean isOurs() {
        return !attributes.isEmpty();
    }
}
