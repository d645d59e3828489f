package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.JobState;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells dead workers from living ones, and cleans up after them. Thread-safe. */
final class DeadWorkers {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    /** Linux's first PID namespace, from which all processes of a machine are seen. */
    private static final String OUTERMOST = "pid:[4026531836]";

    private final Workers workers;
    private final FailureLog failures;
    private final JobReader reader;
    private final Statuses statuses;
    private final RecoveryPolicy policy;
    private final Map<String, String> here;

    /**
     * With what workers of this very process have as attributes.
     *
     * @param here as {@link WorkerIds#attributes} gives them
     */
    DeadWorkers(Services services, Map<String, String> here) {
        this.workers = services.backend().workers();
        this.failures = services.failures();
        this.reader = new JobReader(services.serializer());
        this.statuses = new Statuses(services);
        this.policy = services.recovery();
        this.here = here;
    }

    /**
     * What one look at all workers came to.
     *
     * @param recovered the ids of those that were cleaned up after
     * @param elsewhere whether another library is at it, so that dead ones were left to it for now
     */
    record Pass(List<String> recovered, boolean elsewhere) {}

    /**
     * Cleans up after all workers that are dead.
     *
     * @param ours ids that are known to live, whatever their heartbeats say
     */
    Pass recover(Set<String> ours) {
        List<String> dead = new ArrayList<>(); // not what they hold, which may be large
        WorkerPages.forEach(
                workers,
                page -> page.stream()
                        .filter(seen -> !ours.contains(seen.id()) && isDead(seen))
                        .forEach(seen -> dead.add(seen.id())));
        if (dead.isEmpty()) {
            return new Pass(List.of(), false);
        }
        if (!workers.beginRecovery()) {
            return new Pass(List.of(), true);
        }
        List<String> recovered = new ArrayList<>();
        for (String id : dead) {
            if (tryRecover(id) != Recovery.Outcome.CHANGED) {
                recovered.add(id);
            }
        }
        return new Pass(recovered, false);
    }

    /** One that cannot be recovered, such as for a failure list that is none, must not keep the others from it. */
    private Recovery.Outcome tryRecover(String id) {
        try {
            WorkerSnapshot now = workers.inspect(List.of(id)).get(0);
            return isDead(now) ? recover(now) : Recovery.Outcome.CHANGED;
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException | OutOfMemoryError e) {
            LOG.warn(
                    "The dead worker {} could not be recovered: {}",
                    JsonRules.forLog(id),
                    JsonRules.forLog(e.getMessage()));
            return Recovery.Outcome.CHANGED;
        }
    }

    /**
     * The ids of all workers that are dead, which {@link #recover(Set)} would clean up after.
     *
     * @param ours ids that are known to live
     */
    List<String> dead(Set<String> ours) {
        List<String> dead = new ArrayList<>();
        WorkerPages.forEach(
                workers,
                page -> page.stream()
                        .filter(seen -> !ours.contains(seen.id()) && isDead(seen))
                        .forEach(seen -> dead.add(seen.id())));
        return dead;
    }

    /** Whether a worker is known to have died. */
    boolean isDead(WorkerSnapshot seen) {
        return isSilent(seen) || isGone(seen) || isGoneWithoutTrace(seen);
    }

    /** Whether an id must be left alone. Without a heartbeat nobody can say that a registered one is dead. */
    boolean mayLive(WorkerSnapshot seen) {
        if (isDead(seen)) {
            return false;
        }
        return seen.heartbeat() == null ? seen.registered() : seen.heartbeatAt().isPresent();
    }

    private boolean isSilent(WorkerSnapshot seen) {
        return seen.heartbeatAt()
                .filter(beat -> Duration.between(beat, seen.readAt()).compareTo(policy.deadAfter()) > 0)
                .isPresent();
    }

    /** Whether it was of this start of this machine, in this container, and its process is no more. */
    private boolean isGone(WorkerSnapshot seen) {
        Map<String, String> there = seen.attributes();
        for (String name : List.of("host", "boot", "pidns")) {
            if (!here.containsKey(name) || !here.get(name).equals(there.get(name))) {
                return false;
            }
        }
        return isNoProcess(there.getOrDefault("pid", ""));
    }

    /**
     * As PHP's own workers tell it, which write neither heartbeat nor anything of ours: one of this host whose pid is gone.
     * Another container may well have the same host name, so a look from the outermost PID namespace is asked for.
     */
    private boolean isGoneWithoutTrace(WorkerSnapshot seen) {
        String[] id = seen.id().split(":", 3);
        return seen.registered()
                && seen.heartbeat() == null
                && seen.attributes().isEmpty()
                && id.length == 3
                && id[0].equals(here.get("host"))
                && OUTERMOST.equals(here.get("pidns"))
                && isNoProcess(id[1]);
    }

    private static boolean isNoProcess(String pid) {
        try {
            return !isAlive(Long.parseLong(pid)) && seesAllProcesses();
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Where {@code /proc} is mounted with {@code hidepid}, the processes of other users seem not to exist. */
    private static boolean seesAllProcesses() {
        return isAlive(1);
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    /** A job under an id that nobody lives under is one that its worker did not live to end. */
    Recovery.Outcome recover(WorkerSnapshot dead) {
        Payload record = dead.record();
        if (record == null) {
            Recovery.Outcome outcome = workers.recover(new Recovery(dead, List.of(), null, null));
            if (outcome != Recovery.Outcome.CHANGED) {
                LOG.info(
                        "The id {} was that of a dead worker, which held no job: {}",
                        JsonRules.forLog(dead.id()),
                        outcome);
            }
            return outcome;
        }
        ReservedJob held = dead.held();
        Payload payload = held != null ? held.payload() : reader.payloadOfRecord(record);
        String queue = held != null ? held.queue() : reader.queueOfRecord(record);
        JobOutcome.Failed failure = new JobOutcome.Failed(
                "Resque::PruneDeadWorkerDirtyExit",
                "Worker " + dead.id() + " did not gracefully exit while processing " + reader.className(payload),
                List.of());
        List<FailureEntry> entries = failures.entries(payload, dead.id(), queue, failure);
        String token = reader.token(payload);
        StatusChange failed = statuses.ended(token, JobState.FAILED, null);
        StatusChange waiting = statuses.waiting(token);
        Recovery.Outcome outcome = workers.recover(new Recovery(
                dead, entries, statuses.riding(failed), requeue(queue, payload, statuses.riding(waiting))));
        if (outcome == Recovery.Outcome.FAILED) {
            statuses.afterwards(failed);
            failures.recorded(entries);
        } else if (outcome == Recovery.Outcome.REQUEUED) {
            statuses.afterwards(waiting);
        }
        if (outcome != Recovery.Outcome.CHANGED) {
            LOG.warn("The id {} was that of a dead worker; its job: {}", JsonRules.forLog(dead.id()), outcome);
        }
        return outcome;
    }

    /** Null where the job shall not be run again, or is none. */
    private Recovery.@Nullable Requeue requeue(String queue, Payload payload, @Nullable StatusChange waiting) {
        return policy.requeues() && reader.isJob(payload)
                ? new Recovery.Requeue(queue, payload, waiting, policy.maxDeaths(), RecoveryPolicy.FORGET)
                : null;
    }
}
