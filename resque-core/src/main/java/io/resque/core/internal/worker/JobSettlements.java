package io.resque.core.internal.worker;

import io.resque.api.JobEnd;
import io.resque.api.JobState;
import io.resque.api.ResqueException;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.Retries;
import io.resque.core.internal.status.JobReport;
import io.resque.core.internal.status.StatusUpdates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is written of a job that a worker runs: that it runs, and how it ended. Thread-safe. */
public final class JobSettlements {
    /** Ruby's name for it. */
    private static final String DIRTY_EXIT = "Resque::DirtyExit";

    private static final JobOutcome.Failed REFUSED =
            new JobOutcome.Failed(Unique.class.getName(), "An equal job runs", List.of());

    private static final JobOutcome.Failed NOT_DELAYED = new JobOutcome.Failed(
            Unique.class.getName(),
            "An equal job runs, and this job cannot be delayed: its payload cannot be written again",
            List.of());

    private static final Effect.Count PROCESSED = new Effect.Count(true, false);
    private static final Effect.Count PROCESSED_AND_FAILED = new Effect.Count(true, true);

    private static final String UNRECORDED =
            " (another program had removed worker:<id>, the record of this worker and its job,"
                    + " while the job ran; it may have filed the job as failed, too)";

    private final JobSerializer serializer;
    private final FailureLog failures;
    private final StatusUpdates statuses;
    private final Retries retries;

    public JobSettlements(JobSerializer serializer, FailureLog failures, StatusUpdates statuses, Retries retries) {
        this.serializer = serializer;
        this.failures = failures;
        this.statuses = statuses;
        this.retries = retries;
    }

    /** The job as its threads see it while it runs. */
    HeldJob held(WorkerSession session, ReservedJob job, Map<?, ?> payload, @Nullable String token, long maxPayload) {
        JobReport report = token == null ? null : statuses.report(token);
        return new HeldJob(session, job, payload, serializer, maxPayload, report);
    }

    /** Says of a job that it runs, and whether a status of it is known to be there. */
    boolean begun(@Nullable String token) {
        return statuses.running(token);
    }

    EndedJob ended(String worker, TakenJob taken, JobOutcome outcome) {
        ReservedJob job = taken.job();
        String token = taken.token();
        if (outcome instanceof JobOutcome.Failed failed) {
            return failed(worker, taken, failed, JobEnd.Kind.FAILED);
        }
        if (outcome instanceof JobOutcome.Died died) {
            return died(worker, taken, died, List.of());
        }
        Object result = outcome instanceof JobOutcome.Completed completed ? completed.result() : null;
        StatusChange status = statuses.ended(
                token, JobState.COMPLETE, token == null || result == null ? null : serializer.encode(result));
        return new EndedJob(
                worker,
                outcome instanceof JobOutcome.Vetoed ? JobEnd.Kind.VETOED : JobEnd.Kind.COMPLETED,
                new Settlement(job, effects(retries.ended(taken.rubyName()), PROCESSED, status)),
                status,
                null);
    }

    EndedJob died(String worker, TakenJob taken, JobOutcome.Died died, List<String> frames) {
        return failed(worker, taken, new JobOutcome.Failed(DIRTY_EXIT, died.cause(), frames), JobEnd.Kind.DIED);
    }

    private EndedJob failed(String worker, TakenJob taken, JobOutcome.Failed failure, JobEnd.Kind kind) {
        Retry policy = taken.policy();
        if (policy == null && taken.rubyName() == null && !Retries.asksForMore(failure)) {
            return failed(worker, taken.job(), taken.token(), failure, kind);
        }
        Retries.Decision next = retries.next(policy, failedRun(worker, taken, failure, kind == JobEnd.Kind.DIED));
        return next.delay() != null
                ? retried(worker, taken, failure, next, policy != null && policy.recordsAttempts())
                : failed(
                        worker,
                        next.givenUp() == null ? taken.job() : taken.job().with(next.givenUp()),
                        taken.token(),
                        failure,
                        kind,
                        policy != null,
                        next.effects());
    }

    /** The end of a job whose class the worker does not know, and which waits for another worker; null if it has waited so long. */
    @Nullable
    EndedJob whileUnknown(String worker, TakenJob taken, JobOutcome.Failed failure, Duration longest) {
        Retries.Decision next = retries.whileUnknown(failedRun(worker, taken, failure, false), longest);
        return next == null ? null : retried(worker, taken, failure, next, false);
    }

    /** The end of a job of ActiveJob that goes back for another worker; null if its payload cannot be written again. */
    @Nullable
    EndedJob putBack(String worker, TakenJob taken, JobOutcome.Failed failure, Duration delay) {
        Retries.Decision next = retries.putBack(failedRun(worker, taken, failure, false), delay);
        return next == null ? null : retried(worker, taken, failure, next, false);
    }

    /** The end of a job that has gone to the list of a limit: the session holds it no more, so that nothing is written. */
    static EndedJob limited(String worker, ReservedJob job) {
        return new EndedJob(worker, JobEnd.Kind.LIMITED, new Settlement(job, List.of()), null, null);
    }

    /** The end of a job that waits for its turn in a rate. Its status still says that it waits. */
    EndedJob early(String worker, TakenJob taken, long second) {
        ReservedJob job = taken.job();
        Retries.Decision next = retries.atItsTurn(taken.policy(), job, second);
        if (next != null) {
            return new EndedJob(worker, JobEnd.Kind.LIMITED, new Settlement(job, next.effects(), true), null, null);
        }
        throw new ResqueException(
                "A rate is reached, and the job cannot wait for its turn: its payload cannot be written again");
    }

    /**
     * The end of a job that cannot run now, since another job has its lock. It fails if it must try again and its payload cannot be
     * written again.
     *
     * @param delay after how long it tries again; null if it is dropped
     */
    EndedJob refused(String worker, TakenJob taken, @Nullable Duration delay) {
        Retries.Decision next = delay == null ? null : retries.later(failedRun(worker, taken, REFUSED, false), delay);
        if (next != null) {
            return retried(worker, taken, REFUSED, next, false);
        }
        if (delay != null) { // dropped, it would be lost without a trace
            return failed(worker, taken, NOT_DELAYED, JobEnd.Kind.FAILED);
        }
        StatusChange status = statuses.ended(taken.token(), JobState.COMPLETE, null);
        Settlement settlement = new Settlement(taken.job(), effects(List.of(), PROCESSED, status));
        return new EndedJob(worker, JobEnd.Kind.DROPPED, settlement, status, null);
    }

    private static Retries.FailedRun failedRun(
            String worker, TakenJob taken, JobOutcome.Failed failure, boolean isDeath) {
        ReservedJob job = taken.job();
        return new Retries.FailedRun(worker, job.queue(), taken.again(), failure, isDeath, taken.now());
    }

    private EndedJob retried(
            String worker, TakenJob taken, JobOutcome.Failed failure, Retries.Decision next, boolean isRecorded) {
        ReservedJob job = taken.job();
        List<Effect> written = new ArrayList<>();
        if (isRecorded) {
            written.addAll(failures.records(job.payload(), worker, job.queue(), failure));
        }
        written.addAll(next.effects());
        String token = taken.hasStatus() ? taken.token() : null;
        StatusChange status = token == null ? null : statuses.enqueued(token, Objects.requireNonNull(next.delay()));
        Settlement settlement = new Settlement(job, effects(written, PROCESSED, status), true);
        return new EndedJob(worker, JobEnd.Kind.RETRIED, settlement, status, failure);
    }

    /** What follows for a job that a stop has interrupted, and that goes back to its queue. */
    EndedJob putBack(String worker, TakenJob taken, JobOutcome.@Nullable Failed failure) {
        StatusChange waiting = taken.hasStatus() ? statuses.waiting(taken.token()) : null;
        Settlement settlement = new Settlement(taken.job().with(taken.again()), statuses.riding(waiting));
        return new EndedJob(worker, JobEnd.Kind.PUT_BACK, settlement, waiting, failure);
    }

    /** The end of a job that has no retry policy, or to which none applies. */
    EndedJob failed(
            String worker, ReservedJob job, @Nullable String token, JobOutcome.Failed failure, JobEnd.Kind kind) {
        return failed(worker, job, token, failure, kind, false, List.of());
    }

    private EndedJob failed(
            String worker,
            ReservedJob job,
            @Nullable String token,
            JobOutcome.Failed failure,
            JobEnd.Kind kind,
            boolean gaveUp,
            List<Effect> more) {
        StatusChange status = statuses.ended(token, JobState.FAILED, null);
        List<Effect> records = new ArrayList<>(failures.records(job.payload(), worker, job.queue(), failure));
        records.addAll(more);
        Effect.Count count = kind == JobEnd.Kind.DIED ? PROCESSED : PROCESSED_AND_FAILED; // as in Ruby
        return new EndedJob(
                worker, kind, new Settlement(job, effects(records, count, status), true), status, failure, gaveUp);
    }

    private List<Effect> effects(List<Effect> records, Effect.Count count, @Nullable StatusChange status) {
        List<Effect> changes = statuses.riding(status);
        if (records.isEmpty() && changes.isEmpty()) {
            return List.of(count);
        }
        List<Effect> effects = new ArrayList<>(records);
        effects.add(count);
        effects.addAll(changes);
        return effects;
    }

    /** The same end for a job whose record another program has removed: the records of the job say so. */
    EndedJob unrecorded(EndedJob ended) {
        Settlement settlement = ended.settlement().evenUnrecorded();
        JobOutcome.Failed failure = ended.failure();
        if (failure == null || !ended.hasFailed()) {
            return new EndedJob(ended.worker(), ended.kind(), settlement, ended.status(), failure);
        }
        ReservedJob job = settlement.job();
        JobOutcome.Failed told =
                new JobOutcome.Failed(failure.exception(), failure.message() + UNRECORDED, failure.frames());
        List<Effect> effects = new ArrayList<>(failures.records(job.payload(), ended.worker(), job.queue(), told));
        for (Effect effect : settlement.effects()) {
            if (!(effect instanceof Effect.RecordFailure)) {
                effects.add(effect);
            }
        }
        return new EndedJob(
                ended.worker(), ended.kind(), new Settlement(job, effects), ended.status(), told, ended.gaveUp());
    }

    /**
     * To be called once the end is in Redis.
     *
     * @param statusWasThere whether a status was known to be there when the job began
     * @param enqueued when it was enqueued, as far as its payload says so
     */
    void settled(EndedJob ended, boolean statusWasThere, @Nullable Instant enqueued) {
        statuses.afterwards(ended.status());
        failures.recorded(ended.settlement().effects());
        if (ended.status() != null && !statusWasThere) {
            statuses.endedBeforeItsStatus(ended.status(), enqueued);
        }
    }
}
