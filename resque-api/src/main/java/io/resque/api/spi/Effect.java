package io.resque.api.spi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a backend writes because a job has ended, was put back, or was recovered. Core composes a list of effects, and the
 * backend applies the whole list in one atomic step, in its order: all effects or none. For the order of two effects,
 * only this matters: records of one failure list stay in the order of their effects, and of two changes of one status
 * the later effect wins. Everything that the effects of a job touch lies where the queue of the job lies.
 *
 * <p>Each backend says which effects it knows ({@link QueueBackend#effects}). A later version of this package can have
 * further effects; if a list holds one that a backend does not know, the backend throws
 * {@link UnsupportedOperationException} and writes nothing.
 */
public sealed interface Effect {
    /**
     * Adds one to counters: to the common counter, and to the counter of the worker. A counter that holds no number is
     * left as it is, and keeps no other effect from being written.
     *
     * @param processed whether to add one to the processed counters
     * @param failed whether to add one to the failed counters
     */
    record Count(boolean processed, boolean failed) implements Effect {}

    /**
     * Appends a failure record to its list, and announces the list if it belongs to a single queue. If the place of the
     * list holds something else, no effect of the list of effects is written, and the call throws
     * {@link io.resque.api.BackendException}.
     *
     * @param entry the record and its list
     */
    record RecordFailure(FailureEntry entry) implements Effect {
        /**
         * Refuses null.
         *
         * @param entry the record and its list
         */
        public RecordFailure {
            Objects.requireNonNull(entry, "entry");
        }
    }

    /**
     * Changes a status in the store of the backend, as {@link StatusStore#write} does. If the place of the status holds
     * something else, it is left as it is, and keeps no other effect from being written.
     *
     * @param change the change
     */
    record ChangeStatus(StatusChange change) implements Effect {
        /**
         * Refuses null.
         *
         * @param change the change
         */
        public ChangeStatus {
            Objects.requireNonNull(change, "change");
        }
    }

    /**
     * Gives the job another run. If its second is later than the backend's clock, the item is written as a delayed item, as {@link
     * DelayedItems#write} writes it; otherwise the payload is appended to the queue, which is announced then. Can add one to the
     * counter {@link #RETRIED}. If the place of the list of the second, of the schedule or of the queue holds something else, no effect of the list
     * of effects is written, and the call throws {@link io.resque.api.BackendException}.
     *
     * <p>A backend that knows this effect has {@link QueueBackend#delayed}.
     *
     * @param queue name of the queue for the next run
     * @param second the second at which the next run is due, since the epoch; it never matters that it is past
     * @param item what is written if the second is still to come
     * @param payload what is pushed onto the queue if the second is due
     * @param isCounted whether this adds one to {@link #RETRIED}; false if the job has not run, and waits for its turn
     */
    record Retry(String queue, long second, Payload item, Payload payload, boolean isCounted) implements Effect {
        /** The counter of the attempts after which a job got another run. */
        public static final String RETRIED = "java:retried";

        /**
         * Refuses null.
         *
         * @param queue name of the queue
         * @param second the second at which the next run is due
         * @param item what is written if the second is still to come
         * @param payload what is pushed onto the queue if the second is due
         * @param isCounted whether this adds one to {@link #RETRIED}
         */
        public Retry {
            Objects.requireNonNull(queue, "queue");
            Objects.requireNonNull(item, "item");
            Objects.requireNonNull(payload, "payload");
        }
    }

    /**
     * Frees the slot of the ended job in a limit, and sends the job that waits longest for one back to the head of its queue, see {@link
     * Limits}. Does nothing if the job has no slot there.
     *
     * <p>A backend that knows this effect has {@link QueueBackend#limits}.
     *
     * @param limit full name of the limit
     * @param job number of the job in its session
     */
    record FreeSlot(String limit, long job) implements Effect {
        /**
         * Refuses null.
         *
         * @param limit full name of the limit
         * @param job number of the job
         */
        public FreeSlot {
            Objects.requireNonNull(limit, "limit");
        }
    }

    /**
     * Notes a retry in the keys of Ruby's resque-retry: the number of the run that failed, so that Ruby counts on from there, and its
     * failure, which Ruby's Retry page shows. If the second is later than the backend's clock, it also notes the second, for {@link
     * DelayedItems#failedRuns}; otherwise such a note is removed. All of it expires. Whatever keeps this from being written keeps no other
     * effect from being written.
     *
     * @param name what follows {@code resque-retry:} in the name of the key
     * @param run the number of the run that failed; 0 for the first
     * @param second the second at which the next run is due, since the epoch
     * @param kept how long the keys stay after that second, at least a second
     * @param failure how the run failed, as JSON; null to write none
     */
    record NoteRetry(
            String name,
            int run,
            long second,
            Duration kept,
            @Nullable Payload failure) implements Effect {
        /** How long the keys stay at least after the second of a retry: long enough for a queue that is not worked for a night. */
        public static final Duration LEAST_KEPT = Duration.ofDays(1);

        /**
         * Refuses null.
         *
         * @param name what follows {@code resque-retry:}
         * @param run the number of the run that failed
         * @param second the second at which the next run is due
         * @param kept how long the keys stay after that second
         * @param failure how the run failed
         */
        public NoteRetry {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(kept, "kept");
        }
    }

    /**
     * Changes the locks of a job that has ended or runs again, as far as they are held by the owner of its claim, and not by
     * another worker that runs an equal payload. If the job has ended for
     * good, all are freed. If it runs again, a lock of kind {@code UNTIL_DONE} or {@code WHILE_QUEUED} stays, or is taken again if it is free, for as many seconds
     * after that second as its claim says; a lock of kind {@code WHILE_RUNNING} is freed. A lock that cannot be changed
     * ends at its expiry, and keeps no other effect from being written.
     *
     * @param claim the locks
     * @param second the second at which the job is due again, since the epoch, 0 for now; null if it has ended for good
     */
    record ReleaseLocks(LockClaim claim, @Nullable Long second) implements Effect {
        /**
         * Refuses null.
         *
         * @param claim the locks
         * @param second the second at which the job is due again
         */
        public ReleaseLocks {
            Objects.requireNonNull(claim, "claim");
        }
    }

    /**
     * A job whose retries were noted has another state: it was moved onto its queue, or it has no further run. Whatever keeps this from
     * being written keeps no other effect from being written.
     *
     * @param name as in {@link NoteRetry}
     * @param ended whether the job has no further run, so that all that was noted is removed; if not, only the note of the second is
     *     removed
     */
    record ForgetRetry(String name, boolean ended) implements Effect {
        /**
         * Refuses null.
         *
         * @param name as in {@link NoteRetry}
         * @param ended whether the job has no further run
         */
        public ForgetRetry {
            Objects.requireNonNull(name, "name");
        }
    }
}
