package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.JobInfo;
import io.resque.api.JobState;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Recovery.InFlight;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Cleans up after workers that are dead. Thread-safe. */
final class DeadWorkers {
    private static final Logger LOG = Log.WORKER;

    private static final int TOLD = 1_000;

    /** Ruby's words. */
    private static final JobOutcome.Failed REMOVED =
            new JobOutcome.Failed("Resque::DirtyExit", "Job still being processed", List.of());

    /** The queues of one worker that are searched for jobs beside its record. */
    private static final int MOST_QUEUES = 1000;

    private final Set<String> told;
    private final Services services;
    private final Workers workers;
    private final FailureLog failures;
    private final JobReader reader;
    private final Statuses statuses;
    private final RecoveryPolicy policy;
    private final Liveness liveness;
    private final Events events;

    /** With those whose listeners hear of jobs that become failures. */
    DeadWorkers(Services services, Liveness liveness, Events events) {
        this(services, liveness, events, ConcurrentHashMap.newKeySet());
    }

    /** With what earlier passes have told of workers that could not be recovered. */
    DeadWorkers(Services services, Liveness liveness, Events events, Set<String> told) {
        this.told = told;
        this.workers = services.backend().workers();
        this.failures = services.failures();
        this.reader = new JobReader(services.serializer());
        this.statuses = new Statuses(services);
        this.services = services;
        this.policy = services.recovery();
        this.liveness = liveness;
        this.events = events;
    }

    /**
     * What one look at all workers came to.
     *
     * @param recovered the ids of those that were cleaned up after
     * @param elsewhere whether another library is at it, so that dead ones were left to it for now
     */
    record Pass(List<String> recovered, boolean elsewhere) {}

    /** Cleans up after all workers that are dead. */
    Pass recover() {
        List<String> unwatched = new ArrayList<>();
        List<String> dead = dead(unwatched);
        watchOver(unwatched);
        if (dead.isEmpty()) {
            return new Pass(List.of(), false);
        }
        if (!workers.beginRecovery()) {
            return new Pass(List.of(), true);
        }
        FiledElsewhere filed = new FiledElsewhere(services);
        List<String> recovered = new ArrayList<>();
        for (String id : dead) {
            if (tryRecover(id, filed) != Recovery.Outcome.CHANGED) {
                recovered.add(id);
            }
        }
        return new Pass(recovered, false);
    }

    /** If Redis refuses this (a key has another type, for example), the dead workers must be recovered all the same. */
    private void watchOver(List<String> unwatched) {
        if (unwatched.isEmpty()) {
            return;
        }
        try {
            workers.watchOver(unwatched);
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            warnOnce("Workers without a heartbeat could not be given one: " + JsonRules.forLog(e.getMessage()));
        }
    }

    /** A worker that cannot be recovered (its failure list has the wrong type, for example) must not stop the recovery of the others. */
    private Recovery.Outcome tryRecover(String id, FiledElsewhere filed) {
        try {
            WorkerSnapshot now = workers.inspect(List.of(id)).get(0);
            return liveness.isDead(now) ? recover(now, filed, null, true) : Recovery.Outcome.CHANGED;
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (RuntimeException | OutOfMemoryError e) { // also of a user's serializer, sink or store
            String why = e instanceof BackendException ? String.valueOf(e.getMessage()) : Thrown.text(e);
            warnOnce("The dead worker " + JsonRules.forLog(id) + " could not be recovered: " + JsonRules.forLog(why));
            return Recovery.Outcome.CHANGED;
        }
    }

    /** So that what lasts is not told at every pass. */
    private void warnOnce(String sentence) {
        if (told.size() >= TOLD) {
            told.clear();
        }
        if (told.add(sentence)) {
            LOG.warn(sentence);
        }
    }

    /** The ids of all workers that are dead, which {@link #recover()} would clean up after. */
    List<String> dead() {
        return dead(new ArrayList<>());
    }

    /** Also collects workers of this library without a heartbeat: somebody has removed it, so its age will never tell of their death. */
    private List<String> dead(List<String> unwatched) {
        List<String> dead = new ArrayList<>(); // not what they hold, which may be large
        WorkerPages.forEach(
                workers,
                page -> page.forEach(seen -> {
                    if (liveness.isDead(seen)) {
                        dead.add(seen.id());
                    } else if (seen.ours() && seen.heartbeat() == null) {
                        unwatched.add(seen.id());
                    }
                }));
        return dead;
    }

    /** The worker of this id is dead: recovers the job that it did not end, of a Jesque worker all of them. */
    Recovery.Outcome recover(WorkerSnapshot dead) {
        return recover(dead, new FiledElsewhere(services), null, true);
    }

    /** Removes a worker on request. Its job goes back to its queue only if the worker is dead and so no longer runs it. */
    Recovery.Outcome remove(WorkerSnapshot worker, boolean isDead) {
        return recover(worker, new FiledElsewhere(services), REMOVED, isDead);
    }

    private Recovery.Outcome recover(
            WorkerSnapshot dead, FiledElsewhere filed, JobOutcome.@Nullable Failed removed, boolean mayRequeue) {
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
                    held == null ? remove(now, filed, removed) : recover(now, held, copy, more, removed, mayRequeue);
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

    /** Those of the queue that its record names come first. */
    private List<InFlight> inFlight(WorkerSnapshot dead, @Nullable HeldJob held) {
        String[] id = dead.id().split(":", 3);
        if (dead.ours() || dead.heartbeat() != null || !dead.attributes().isEmpty() || id.length < 3) {
            return List.of(); // no library that writes these has such lists
        }
        Set<String> queues = new LinkedHashSet<>();
        if (held != null) {
            queues.add(held.queue);
        }
        Stream.of(id[2].split(",")).limit(MOST_QUEUES).forEach(queues::add);
        return workers.inFlight(dead.id(), queues);
    }

    private Recovery.Outcome remove(WorkerSnapshot dead, FiledElsewhere filed, JobOutcome.@Nullable Failed removed) {
        boolean hasLostItsRecord = dead.record() == null && dead.busy();
        @Nullable Optional<String> token = hasLostItsRecord ? filed.token(dead.id()) : null;
        if (token != null) {
            token.ifPresent(statuses::failedElsewhere);
        }
        Recovery.Outcome outcome = workers.recover(new Recovery(dead, List.of(), null, null));
        if (outcome != Recovery.Outcome.CHANGED) {
            if (!hasLostItsRecord) {
                LOG.info("{}: {} (it held no job)", done(removed), JsonRules.forLog(dead.id()));
            } else if (token != null) {
                LOG.info(
                        "{}: {} (another program has recorded its job as failed)",
                        done(removed),
                        JsonRules.forLog(dead.id()));
            } else {
                LOG.warn(
                        "{}: {} (its job is lost: another program has deleted the record of it, and recorded no failure)",
                        done(removed),
                        JsonRules.forLog(dead.id()));
            }
        }
        return outcome;
    }

    private Recovery.Outcome recover(
            WorkerSnapshot dead,
            HeldJob held,
            @Nullable InFlight copy,
            boolean more,
            JobOutcome.@Nullable Failed removed,
            boolean mayRequeue) {
        Payload payload = held.payload;
        String queue = held.queue;
        JobOutcome.Failed failure = removed != null
                ? removed
                : new JobOutcome.Failed(
                        "Resque::PruneDeadWorkerDirtyExit",
                        "Worker " + dead.id() + " did not gracefully exit while processing "
                                + reader.className(payload),
                        List.of());
        List<FailureEntry> entries = failures.entries(payload, dead.id(), queue, failure);
        String token = reader.token(payload);
        StatusChange failed = statuses.ended(token, JobState.FAILED, null);
        StatusChange waiting = statuses.waiting(token);
        Recovery.Outcome outcome = workers.recover(new Recovery(
                dead,
                entries,
                statuses.riding(failed),
                mayRequeue ? requeue(queue, payload, statuses.riding(waiting)) : null,
                copy,
                more));
        if (outcome == Recovery.Outcome.FAILED) {
            statuses.afterwards(failed);
            failures.recorded(entries);
            tell(dead.id(), queue, payload, failure.message());
        } else if (outcome == Recovery.Outcome.REQUEUED) {
            statuses.afterwards(waiting);
        }
        if (outcome != Recovery.Outcome.CHANGED) {
            if (removed == null) {
                LOG.warn("{}: {} (its job: {})", done(removed), JsonRules.forLog(dead.id()), outcome);
            } else { // somebody wanted it, and is told by a result
                LOG.info("{}: {} (its job: {})", done(removed), JsonRules.forLog(dead.id()), outcome);
            }
        }
        return outcome;
    }

    /** Once it is in Redis: what a listener does must not keep a job from being recorded. */
    private void tell(String worker, String queue, Payload payload, String cause) {
        JobInfo job;
        try {
            Object tree = reader.tree(payload);
            if (Oversize.of(tree) != null) {
                return;
            }
            job = PayloadShape.read(tree).info(queue);
        } catch (MalformedPayloadException e) {
            return; // as of one that a worker could not read
        }
        events.announce("onDirtyExit", listener -> listener.onDirtyExit(worker, job, cause));
    }

    /** The first is what Ruby's and PHP's workers log, too. */
    private static String done(JobOutcome.@Nullable Failed removed) {
        return removed == null ? "Pruning dead worker" : "Removing worker";
    }

    /** Null if the job must not be run again, or is none. */
    private Recovery.@Nullable Requeue requeue(String queue, Payload payload, @Nullable StatusChange waiting) {
        return policy.requeues() && reader.isJob(payload)
                ? new Recovery.Requeue(queue, payload, waiting, policy.maxDeaths(), RecoveryPolicy.FORGET)
                : null;
    }
}
