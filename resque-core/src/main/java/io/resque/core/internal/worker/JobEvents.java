package io.resque.core.internal.worker;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.spi.ReservedJob;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells listeners that a loop has taken a job, and then how the job ended: each of the two once. Where no listener hears of jobs,
 * this makes nothing. One thread at a time uses it.
 */
final class JobEvents {
    private final ListenerChain listeners;
    private final PayloadReader reader;

    /** The job that was taken and has not ended. Volatile for the thread that leaves for one that exits. */
    private volatile @Nullable Told told;

    /** For one loop. */
    JobEvents(ListenerChain listeners, PayloadReader reader) {
        this.listeners = listeners;
        this.reader = reader;
    }

    /**
     * A job of which listeners were told.
     *
     * @param listeners those listeners, which must hear of the end too
     * @param number of its reservation
     * @param ran null as long as the job has not ended
     */
    private record Told(
            List<ResqueListener> listeners,
            long number,
            String worker,
            JobInfo job,
            long since,
            @Nullable Duration ran) {
        Duration took() {
            return ran != null ? ran : Duration.ofNanos(System.nanoTime() - since);
        }
    }

    /**
     * Tells that the loop took a job. A loop can meet a job again that it holds; then this was told before. If it meets another job, it
     * holds the first no more, and never learnt what became of it: such as a job that waits for a limit, where the reply was lost.
     *
     * @param read null if the job cannot be read, or was not read
     */
    void taken(String worker, ReservedJob job, PayloadShape.@Nullable ReadJob read) {
        Told before = told;
        if (before != null && before.number == job.number()) {
            return;
        }
        ended(JobEnd.Kind.LOST, null);
        List<ResqueListener> hearing = listeners.ofJobs();
        if (hearing.isEmpty()) {
            return;
        }
        JobInfo info = read != null ? read.info(job.queue()) : reader.info(job.queue(), job.payload());
        told = new Told(hearing, job.number(), worker, info, System.nanoTime(), null);
        ListenerChain.announce(hearing, "jobTaken", listener -> listener.jobTaken(worker, info));
    }

    /** The metadata of this run: the members of the payload, and the members that listeners add. */
    Map<String, @Nullable Object> metadata(Map<String, @Nullable Object> own) {
        Told job = told;
        if (job == null) {
            return own;
        }
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        ListenerChain.announce(
                job.listeners, "runMetadata", listener -> more.putAll(listener.runMetadata(job.worker, job.job)));
        if (more.isEmpty()) {
            return own;
        }
        Map<String, @Nullable Object> all = new LinkedHashMap<>(own);
        all.putAll(more);
        return all;
    }

    /** The run of the job is over; its end is not in Redis yet. */
    void ran() {
        Told job = told;
        if (job != null) {
            told = new Told(job.listeners, job.number, job.worker, job.job, job.since, job.took());
        }
    }

    /** Tells how the job ended. Returns whether any listener was told. */
    boolean ended(JobEnd.Kind kind, @Nullable String exception) {
        Told job = told;
        if (job == null) {
            return false;
        }
        told = null; // before listeners are told: one of them may never return
        JobEnd end = new JobEnd(kind, job.took(), Optional.ofNullable(exception));
        ListenerChain.announce(job.listeners, "jobEnded", listener -> listener.jobEnded(job.worker, job.job, end));
        return true;
    }

    /**
     * Tells of a job that was put back without having been run.
     *
     * @param isLost whether the session was lost, so that nothing was put back
     */
    void putBack(String worker, ReservedJob job, boolean isLost) {
        taken(worker, job, null);
        ended(isLost ? JobEnd.Kind.LOST : JobEnd.Kind.PUT_BACK, null);
    }
}
