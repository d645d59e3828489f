package io.resque.core.internal.fleet;

import io.resque.api.JobFailure;
import io.resque.api.JobInfo;
import io.resque.api.JobState;
import io.resque.api.MalformedPayloadException;
import io.resque.api.Retry;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Recovery.InFlight;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FiledElsewhere;
import io.resque.core.internal.failure.Retries;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import io.resque.core.internal.wire.WorkerId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Removes one worker, and makes a failure of the job that it has not ended, or puts the job back. Thread-safe. */
public final class WorkerRecovery {
    private static final Logger LOG = Log.WORKER;

    /** Ruby's words. */
    private static final JobOutcome.Failed REMOVED =
            new JobOutcome.Failed("Resque::DirtyExit", "Job still being processed", List.of());

    /** The queues of one worker that are searched for jobs beside its record. */
    private static final int MOST_QUEUES = 1000;

    /** More deaths of workers over one job than a policy can sensibly allow. */
    private static final int MOST_DEATHS = 1_000_000;

    private final Workers workers;
    private final FailureLog failures;
    private final PayloadReader reader;
    private final StatusUpdates statuses;
    private final RecoveryPolicy policy;
    private final Retries retries;
    private final PublishedPolicies published;
    private final Function<Payload, Optional<LockClaim>> claims;
    private final Supplier<FiledElsewhere> filed;

    /**
     * For workers of one backend.
     *
     * @param claims gives the locks of a job
     * @param filed begins to look for failures that another library has filed
     */
    public WorkerRecovery(
            Workers workers,
            FailureLog failures,
            PayloadReader reader,
            StatusUpdates statuses,
            RecoveryPolicy policy,
            Retries retries,
            PublishedPolicies published,
            Function<Payload, Optional<LockClaim>> claims,
            Supplier<FiledElsewhere> filed) {
        this.workers = workers;
        this.failures = failures;
        this.reader = reader;
        this.statuses = statuses;
        this.policy = policy;
        this.retries = retries;
        this.published = published;
        this.claims = claims;
        this.filed = filed;
    }

    /**
     * Why and how workers are removed.
     *
     * @param filed failures that another library has filed for them
     * @param removed the failure of a job where a person removes its worker; null where the worker is dead
     * @param mayRequeue whether its job may go back to its queue: not while the worker may run it
     * @param listeners hear of jobs that become failures
     */
    private record Manner(
            FiledElsewhere filed, JobOutcome.@Nullable Failed removed, boolean mayRequeue, ListenerChain listeners) {
        /** Ruby's and PHP's workers log the first of these, too. */
        String done() {
            return removed == null ? "Pruning dead worker" : "Removing worker";
        }
    }

    /** Failures that another library has filed, for one pass over many workers. */
    FiledElsewhere filed() {
        return filed.get();
    }

    /** The worker is dead: recovers the job that it did not end, of a Jesque worker all of them. */
    Recovery.Outcome recover(WorkerSnapshot dead, FiledElsewhere filedBefore, ListenerChain listeners) {
        return recover(dead, new Manner(filedBefore, null, true, listeners));
    }

    /** The same of one worker alone. */
    Recovery.Outcome recover(WorkerSnapshot dead, ListenerChain listeners) {
        return recover(dead, filed(), listeners);
    }

    /** Removes a worker on request. Its job goes back to its queue only if the worker is dead and so no longer runs it. */
    Recovery.Outcome remove(WorkerSnapshot worker, boolean isDead, ListenerChain listeners) {
        return recover(worker, new Manner(filed(), REMOVED, isDead, listeners));
    }

    private Recovery.Outcome recover(WorkerSnapshot dead, Manner manner) {
        WorkerSnapshot now = dead;
        while (true) {
            HeldJob held = held(now);
            List<InFlight> kept = inFlight(now, held);
            // Other libraries' records hold a copy, in their own spelling.
            InFlight copy = !kept.isEmpty()
                            && (held == null || held.queue.equals(kept.get(0).queue()))
                    ? kept.get(0)
                    : null;
            if (copy != null) {
                held = new HeldJob(copy.queue(), copy.payload());
            }
            boolean more = kept.size() > (copy == null ? 0 : 1);
            Recovery.Outcome outcome =
                    held == null ? removeIdle(now, manner) : removeBusy(now, held, copy, more, manner);
            if (outcome == Recovery.Outcome.CHANGED || !more) {
                return outcome;
            }
            now = workers.inspect(List.of(dead.id())).get(0);
        }
    }

    /** A job, and its queue. */
    private record HeldJob(String queue, Payload payload) {}

    private @Nullable HeldJob held(WorkerSnapshot dead) {
        ReservedJob held = dead.held();
        Payload record = dead.record();
        if (record == null) {
            return null;
        }
        if (held != null) {
            return new HeldJob(held.queue(), held.payload());
        }
        return reader.holdsJob(record)
                ? new HeldJob(reader.queueOfRecord(record), reader.payloadOfRecord(record))
                : null;
    }

    /** Jobs that a worker of Jesque keeps beside its record. The queue that its record names comes first. */
    private List<InFlight> inFlight(WorkerSnapshot dead, @Nullable HeldJob held) {
        WorkerId id = WorkerId.parse(dead.id());
        if (dead.ours() || dead.heartbeat() != null || !dead.attributes().isEmpty() || !id.isWhole()) {
            return List.of(); // no library that writes these has such lists
        }
        Set<String> queues = new LinkedHashSet<>();
        if (held != null) {
            queues.add(held.queue);
        }
        id.queueNames().stream().limit(MOST_QUEUES).forEach(queues::add);
        return queues.isEmpty() ? List.of() : workers.inFlight(dead.id(), queues);
    }

    private Recovery.Outcome removeIdle(WorkerSnapshot dead, Manner manner) {
        boolean hasLostItsRecord = dead.record() == null && dead.busy();
        @Nullable Optional<String> token = hasLostItsRecord ? manner.filed.token(dead.id()) : null;
        if (token != null) {
            token.ifPresent(statuses::failedElsewhere);
        }
        Recovery.Outcome outcome = workers.recover(new Recovery(dead, List.of(), null));
        if (outcome != Recovery.Outcome.CHANGED) {
            if (!hasLostItsRecord) {
                LOG.info("{}: {} (it held no job)", manner.done(), JsonRules.forLog(dead.id()));
            } else if (token != null) {
                LOG.info(
                        "{}: {} (another program has recorded its job as failed)",
                        manner.done(),
                        JsonRules.forLog(dead.id()));
            } else {
                LOG.warn(
                        "{}: {} (its job is lost: another program has deleted the record of it, and recorded no failure)",
                        manner.done(),
                        JsonRules.forLog(dead.id()));
            }
        }
        return outcome;
    }

    private Recovery.Outcome removeBusy(
            WorkerSnapshot dead, HeldJob held, @Nullable InFlight copy, boolean more, Manner manner) {
        Payload payload = held.payload;
        String queue = held.queue;
        JobOutcome.Failed failure = manner.removed != null
                ? manner.removed
                : new JobOutcome.Failed(
                        "Resque::PruneDeadWorkerDirtyExit",
                        "Worker " + dead.id() + " did not gracefully exit while processing "
                                + reader.className(payload),
                        List.of());
        Retry itsPolicy = manner.mayRequeue ? policy(dead, payload) : null;
        Retries.Decision next =
                retries.next(itsPolicy, new Retries.FailedRun(dead.id(), queue, payload, failure, true, dead.readAt()));
        Duration delay = next.delay();
        if (itsPolicy != null && delay != null) {
            return retry(dead, held, itsPolicy, next.effects(), delay, failure);
        }
        String token = reader.token(payload);
        StatusChange failed = statuses.ended(token, JobState.FAILED, null);
        StatusChange waiting = statuses.waiting(token);
        Payload recorded = next.givenUp() == null ? payload : next.givenUp();
        List<Effect> effects = new ArrayList<>(failures.records(recorded, dead.id(), queue, failure));
        effects.addAll(statuses.riding(failed));
        effects.addAll(next.effects());
        effects.addAll(releasing(payload, null));
        Recovery.Requeue requeue = !manner.mayRequeue
                ? null
                : itsPolicy != null ? wholeAgain(itsPolicy, queue, payload, waiting) : requeue(queue, payload, waiting);
        Recovery.Outcome outcome = workers.recover(new Recovery(dead, effects, requeue, copy, more));
        if (outcome == Recovery.Outcome.FAILED) {
            statuses.afterwards(failed);
            failures.recorded(effects);
            tell(dead.id(), queue, payload, failure, itsPolicy != null, manner.listeners);
        } else if (outcome == Recovery.Outcome.REQUEUED) {
            statuses.afterwards(waiting);
        }
        if (outcome != Recovery.Outcome.CHANGED) {
            if (manner.removed == null) {
                LOG.warn("{}: {} (its job: {})", manner.done(), JsonRules.forLog(dead.id()), outcome);
            } else { // a person wanted it, and is told by the result
                LOG.info("{}: {} (its job: {})", manner.done(), JsonRules.forLog(dead.id()), outcome);
            }
        }
        return outcome;
    }

    /** What follows from the death by the policy of the job, or of the dead worker; null if there is none. */
    private @Nullable Retry policy(WorkerSnapshot dead, Payload payload) {
        if (dead.attributes().isEmpty()) {
            return null;
        }
        try {
            Object tree = reader.tree(payload);
            OversizePayload oversize = OversizePayload.of(tree);
            if (oversize != null) {
                return published.of(dead, oversize.jobClass()).orElse(null);
            }
            PayloadShape.ReadJob job = PayloadShape.read(tree);
            Retry own = job.retry().policy();
            return own != null ? own : published.of(dead, job.policyName()).orElse(null);
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    /**
     * The next run of a job whose payload is too large to be read and written again: its bytes go back to the head of its queue, as often as
     * the policy allows retries. Null if the payload was read.
     */
    private Recovery.@Nullable Requeue wholeAgain(
            Retry itsPolicy, String queue, Payload payload, @Nullable StatusChange waiting) {
        List<Effect> effects = new ArrayList<>(statuses.riding(waiting));
        effects.addAll(releasing(payload, 0L));
        int deaths = Math.min(itsPolicy.rule().limit(), MOST_DEATHS) + 1;
        return itsPolicy.retriesDeaths() && deaths > 1 && OversizePayload.of(reader.tree(payload)) != null
                ? new Recovery.Requeue(
                        queue, payload, effects, deaths, RecoveryPolicy.FORGET, reader.withoutRuns(payload))
                : null;
    }

    private Recovery.Outcome retry(
            WorkerSnapshot dead,
            HeldJob held,
            Retry itsPolicy,
            List<Effect> again,
            Duration delay,
            JobOutcome.Failed failure) {
        String token = reader.token(held.payload);
        StatusChange waiting = token == null || statuses.find(token).isEmpty() ? null : statuses.enqueued(token, delay);
        List<Effect> effects = new ArrayList<>();
        if (itsPolicy.recordsAttempts()) {
            effects.addAll(failures.records(held.payload, dead.id(), held.queue, failure));
        }
        effects.addAll(again);
        effects.add(new Effect.Count(true, false));
        effects.addAll(statuses.riding(waiting));
        for (Effect effect : again) {
            if (effect instanceof Effect.Retry next) {
                effects.addAll(releasing(held.payload, next.second()));
            }
        }
        if (workers.recover(new Recovery(dead, effects, null)) == Recovery.Outcome.CHANGED) {
            return Recovery.Outcome.CHANGED;
        }
        statuses.afterwards(waiting);
        failures.recorded(effects);
        LOG.warn(
                "Pruning dead worker: {} (its job is retried in {})",
                JsonRules.forLog(dead.id()),
                delay.isZero() ? "no time" : delay);
        return Recovery.Outcome.REQUEUED;
    }

    /** Once it is in Redis: a listener must not keep a job from being recorded. */
    private void tell(
            String worker,
            String queue,
            Payload payload,
            JobOutcome.Failed failure,
            boolean gaveUp,
            ListenerChain listeners) {
        JobInfo job;
        try {
            Object tree = reader.tree(payload);
            if (OversizePayload.of(tree) != null) {
                return;
            }
            job = PayloadShape.read(tree).info(queue);
        } catch (MalformedPayloadException e) {
            return; // a worker tells of no such job either
        }
        listeners.announce("onDirtyExit", listener -> listener.onDirtyExit(worker, job, failure.message()));
        if (gaveUp) {
            JobFailure last = new JobFailure(failure.exception(), failure.message());
            listeners.announce("gaveUp", listener -> listener.gaveUp(worker, job, last));
        }
    }

    /** What is written of the locks of a job that has ended for good, or is due again at a second. */
    private List<Effect> releasing(Payload payload, @Nullable Long second) {
        return claims.apply(payload)
                .<List<Effect>>map(claim -> List.of(new Effect.ReleaseLocks(claim, second)))
                .orElse(List.of());
    }

    /** Null if the job must not be run again, or is none. */
    private Recovery.@Nullable Requeue requeue(String queue, Payload payload, @Nullable StatusChange waiting) {
        List<Effect> effects = new ArrayList<>(statuses.riding(waiting));
        effects.addAll(releasing(payload, 0L));
        return policy.requeues() && reader.isJob(payload)
                ? new Recovery.Requeue(
                        queue, payload, effects, policy.maxDeaths(), RecoveryPolicy.FORGET, reader.withoutRuns(payload))
                : null;
    }
}
