package io.resque.api;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows one {@link EnqueueCall} from its beginning until its jobs are written, for metrics and traces. It can change neither the outcome of the call
 * nor whether a job is written: an exception of a watch is logged, and nothing else.
 */
public interface EnqueueWatch {
    /** Follows nothing. */
    EnqueueWatch NONE = new EnqueueWatch() {};

    /** What became of a job of a call. */
    enum Outcome {
        /** The job is on its queue, or delayed. */
        WRITTEN,
        /** A listener vetoed the job. */
        VETOED,
        /** The job was not written, since an equal job has its lock; see {@link Unique}. */
        DUPLICATE,
        /** Nothing was written for the job: the call was refused before, such as by an {@link InvalidJobException} or a {@link JobIdTakenException}. */
        REFUSED,
        /** Redis did not confirm the job. If the failure says that it may have been applied, the job may be on its queue. */
        FAILED
    }

    /**
     * Returns members to add to the payload of a job, such as {@code traceparent}. Called in the thread of the caller, once for each job that no
     * listener has vetoed, after {@link ResqueListener#metadata} of all listeners. A member that the job already has stays. A member for which
     * the bounds of {@link JobSpec#withMetadata} leave no room, or that they refuse, is left out, and the members after it are tried.
     *
     * @param job the job, with the metadata of {@code JobSpec.withMetadata}
     * @return the members, the most important first; an empty map if there are none
     */
    default Map<String, @Nullable Object> metadata(JobInfo job) {
        return Map.of();
    }

    /**
     * Called once, when the jobs are written, or when it is certain that they will not be; before {@link ResqueListener#afterEnqueue}. Runs in the
     * thread of the caller; after a method that does not wait, in the thread that writes. It must be quick. Not called if the JVM ends before.
     *
     * @param outcomes one for each job of the call, in its order
     * @param failure what was thrown, or what completed the future; empty if nothing was
     */
    default void ended(List<Outcome> outcomes, Optional<Throwable> failure) {}
}
