package io.resque.core.internal.worker;

import io.resque.api.JobEnd;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.fleet.ProcessVitals;
import io.resque.core.internal.support.Log;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The job that a loop has ended, from its end until Redis has taken that end. One thread at a time uses it. */
final class UnsettledJob {
    private static final Logger LOG = Log.WORKER;

    private final JobRunner runner;
    private final ProcessVitals vitals;
    private final JobEvents events;
    private @Nullable EndedJob ended;

    UnsettledJob(JobRunner runner, ProcessVitals vitals, JobEvents events) {
        this.runner = runner;
        this.vitals = vitals;
        this.events = events;
    }

    void set(@Nullable EndedJob job) {
        ended = job;
        if (job != null) {
            events.ran();
        }
    }

    /** Null if no job waits to be settled. */
    @Nullable
    EndedJob now() {
        return ended;
    }

    /** Null if no job waits to be settled. */
    @Nullable
    Settlement settlement() {
        return ended == null ? null : ended.settlement();
    }

    /** Settles it, if there is one, without a reservation of another job. */
    void settleAlone(WorkerSession session, Subscription nothing) {
        if (ended != null) {
            if (settle(session, nothing)) {
                settled();
            } else {
                lost(session.id());
            }
        }
    }

    /** Whether the job goes back to its queue. Then it must be settled alone: no other job may be taken in the same step. */
    boolean isPutBack() {
        return ended != null && ended.isPutBack();
    }

    /** As {@link #settleAlone}, but for a caller that must do more before it calls {@link #settled} or {@link #lost}. */
    boolean settle(WorkerSession session, Subscription nothing) {
        while (true) {
            Settlement settlement = Objects.requireNonNull(ended).settlement();
            if (isPutBack()) {
                return session.putBack(settlement.job(), settlement.effects());
            }
            Reservation.State state =
                    session.settleAndReserve(settlement, nothing).state();
            if (state != Reservation.State.RECORD_GONE) {
                return state != Reservation.State.LOST;
            }
            unrecorded(session.id());
        }
    }

    /** Redis has taken its end: counts it, and tells its status and the listeners. Returns whether listeners were told. */
    boolean settled() {
        EndedJob job = ended;
        if (job == null) {
            return false;
        }
        vitals.ended(job.kind());
        boolean told = runner.settled(job);
        ended = null;
        return events.ended(job.kind(), job.exception()) || told;
    }

    /** The session that held it is gone: its end must not be written. */
    void lost(String worker) {
        EndedJob job = ended;
        ended = null;
        if (job != null) {
            LOG.error(
                    "Worker {} was removed while it ran a job of {}, which somebody else has dealt with; it {} here",
                    JsonRules.forLog(worker),
                    JsonRules.forLog(job.queue()),
                    job.failure() != null ? "failed" : "completed");
        }
        events.ended(JobEnd.Kind.LOST, job == null ? null : job.exception());
    }

    /** The loop leaves. If it leaves a job, listeners must not wait for its end. */
    void left() {
        events.ended(JobEnd.Kind.LOST, ended == null ? null : ended.exception());
    }

    /** Another program has removed the record of the job: its end is written all the same, and says so. */
    void unrecorded(String worker) {
        LOG.warn(
                "Another program has removed the record worker:{} while a job ran; the end of the job is written all the same",
                JsonRules.forLog(worker));
        ended = runner.unrecorded(Objects.requireNonNull(ended));
    }
}
