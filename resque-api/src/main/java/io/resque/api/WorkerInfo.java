package io.resque.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What Redis held about a worker, of any language, when it was read. A text that is absent is empty. Immutable.
 *
 * @param id the worker's id, {@code host:pid:queue,queue}
 * @param host the host in the id; empty if the id has no colon
 * @param pid the process in the id, as the worker's library writes it; empty if the id has no colon
 * @param queues the queues in the id, in order; empty if the id names none. The {@code thread-2} at the end of the ids of further threads
 *     of this library is no queue, and is left out
 * @param registered whether the worker is registered; if not, only a heartbeat, a session or a job of it is left
 * @param startedAtText when the worker registered, as its library writes it
 * @param startedAt the same as an instant; empty if absent or unreadable, or if its time zone is ambiguous
 * @param heartbeatAt the time of the last heartbeat; empty if there is none, as for PHP's workers, or it cannot be read
 * @param silence the age of the heartbeat by the clock of Redis, negative if its time is in the future; empty if
 *     {@code heartbeatAt} is empty
 * @param life whether the worker lives, as far as this process can tell
 * @param job the job that the worker runs; empty while it is idle. For a worker of this library its bytes are the bytes
 *     that were in the queue; for any other worker they are encoded anew from the worker's record
 * @param runAt when the worker took that job; empty while it is idle, or if the time is unreadable or its time zone
 *     ambiguous
 * @param paused whether the worker is known to take no jobs: all workers are paused, or it belongs to this
 *     {@code Resque} and is paused, or its record says so, as Jesque's does. A worker of another process that is paused
 *     alone does not show it
 * @param processed how many jobs the worker has ended, failed ones included
 * @param failed how many of its jobs have failed
 * @param attributes what this library stores about its own workers, such as {@code boot}; empty for any other worker
 */
public record WorkerInfo(
        String id,
        String host,
        String pid,
        List<String> queues,
        boolean registered,
        String startedAtText,
        Optional<Instant> startedAt,
        Optional<Instant> heartbeatAt,
        Optional<Duration> silence,
        Life life,
        Optional<QueuedJob> job,
        Optional<Instant> runAt,
        boolean paused,
        long processed,
        long failed,
        Map<String, String> attributes) {
    private static final String DAY = "\\d{4}-\\d\\d-\\d\\d";
    private static final String TIME = "\\d\\d:\\d\\d:\\d\\d";

    private static final Map<Language, Pattern> STARTS = Map.of(
            Language.JAVA, Pattern.compile(DAY + "T" + TIME + "\\.\\d{3}[+-]\\d{4}"), // Jesque
            Language.RUBY, Pattern.compile(DAY + " " + TIME + " [+-]\\d{4}"),
            Language.PHP,
                    Pattern.compile(
                            DAY + "T" + TIME + "[+-]\\d\\d:\\d\\d|\\w{3} \\w{3} +\\d+ " + TIME + " \\S{1,9} \\d{4}"),
            Language.NODE, Pattern.compile("\\d{10}"),
            Language.GO, Pattern.compile(DAY + " " + TIME + "\\.\\d+ .* m=.*"));

    /** What a worker is doing. */
    public enum State {
        /** The worker waits for a job. */
        IDLE,
        /** The worker is paused, and runs no job. */
        PAUSED,
        /** The worker runs a job. */
        WORKING
    }

    /** Whether a worker lives. */
    public enum Life {
        /**
         * The worker belongs to this {@code Resque}; or its heartbeat is recent, and this process does not see that its
         * process has ended; or it is a worker of this library without a heartbeat, whose process this process sees.
         */
        ALIVE,
        /**
         * The worker has died: its heartbeat is too old, or this process sees that the worker's process has ended.
         * {@code Resque.recoverDeadWorkers} cleans up after it.
         */
        DEAD,
        /**
         * The worker has no readable heartbeat, and nothing shows that it has died: it is a worker of another library,
         * or a worker of this library whose process this process cannot see. It keeps its job until somebody decides: if you know
         * that its process has ended, remove it by {@code Resque.registeredWorkers().remove(id, false)} or {@code bin/resque remove};
         * its job then becomes a failure, which can be retried.
         */
        UNKNOWN
    }

    /**
     * Copies the list and the map.
     *
     * @param id the worker's id
     * @param host the host in the id
     * @param pid the process in the id
     * @param queues the queues in the id
     * @param registered whether the worker is registered
     * @param startedAtText when the worker registered, as text
     * @param startedAt the same as an instant
     * @param heartbeatAt the time of the last heartbeat
     * @param silence the age of the heartbeat
     * @param life whether the worker lives
     * @param job the job that the worker runs
     * @param runAt when the worker took that job
     * @param paused whether the worker is known to take no jobs
     * @param processed how many jobs the worker has ended
     * @param failed how many of its jobs have failed
     * @param attributes what this library stores about its own workers
     */
    public WorkerInfo {
        Objects.requireNonNull(id, "id");
        queues = List.copyOf(queues);
        attributes = Map.copyOf(attributes);
    }

    /**
     * What the worker is doing.
     *
     * @return WORKING if there is a {@link #job}, even if the worker will pause after it
     */
    public State state() {
        if (job.isPresent()) {
            return State.WORKING;
        }
        return paused ? State.PAUSED : State.IDLE;
    }

    /**
     * The language of the worker, by its attributes, its id, and the form in which its library writes the time of its start. A worker of pyres
     * looks like one of Node's.
     *
     * @return UNKNOWN if these do not show it, as for a worker of which only a heartbeat or a job is left
     */
    public Language language() {
        if (isOurs() || id.contains(":JAVA_DYNAMIC_QUEUES")) {
            return Language.JAVA;
        }
        return STARTS.entrySet().stream()
                .filter(start -> start.getValue().matcher(startedAtText).matches())
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(Language.UNKNOWN);
    }

    /**
     * Whether the worker is one of this library.
     *
     * @return false if this library has stored no attributes for it, as for workers of Ruby, PHP and Node
     */
    public boolean isOurs() {
        return !attributes.isEmpty();
    }
}
