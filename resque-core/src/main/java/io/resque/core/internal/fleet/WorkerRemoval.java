package io.resque.core.internal.fleet;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.WorkerPages;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Removes, kills and pauses registered workers for a person who asks for it. Thread-safe. */
public final class WorkerRemoval {
    /** How often to try again when the worker changes at the same time. */
    private static final int ATTEMPTS = 100;

    private final Workers workers;
    private final Supplier<Liveness> liveness;
    private final WorkerRecovery recovery;
    private final Supplier<ListenerChain> listeners;

    /**
     * For workers of one backend.
     *
     * @param liveness as seen from this process at that moment
     * @param listeners hear of jobs that become failures; as they are at that moment
     */
    public WorkerRemoval(
            Workers workers, Supplier<Liveness> liveness, WorkerRecovery recovery, Supplier<ListenerChain> listeners) {
        this.workers = workers;
        this.liveness = liveness;
        this.recovery = recovery;
        this.listeners = listeners;
    }

    /** What became of a worker. */
    public enum Result {
        UNKNOWN,
        REMOVED,
        COMES_BACK
    }

    /** Removes it from Redis; refuses if it would come back, unless that is wanted. */
    public Result remove(String id, boolean evenIfAlive) {
        Liveness now = liveness.get();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            WorkerSnapshot seen = inspect(id);
            if (!isKnown(seen)) {
                return Result.UNKNOWN;
            }
            boolean isDead = now.isDead(seen);
            boolean comesBack = isOfThisLibrary(seen) && !isDead;
            if (comesBack && !evenIfAlive) {
                throw alive(seen);
            }
            if (recovery.remove(seen, isDead, listeners.get()) != Recovery.Outcome.CHANGED) {
                return comesBack ? Result.COMES_BACK : Result.REMOVED;
            }
        }
        throw new ConfigurationException("The worker " + JsonRules.forLog(id)
                + " is so busy that it cannot be removed; pause it first, or end it: resque kill");
    }

    private static ConfigurationException alive(WorkerSnapshot seen) {
        String id = JsonRules.forLog(seen.id());
        return new ConfigurationException(
                "The worker " + id + " lives, and would register anew; its job, if it has one, would be"
                        + " recorded as failed while it runs. To end it: resque kill " + id
                        + ", RegisteredWorkers.kill, or QUIT to its process"
                        + WorkerProcesses.place(seen)
                        + ", which lets the job end. To have it take no jobs: resque pause "
                        + id + ". To remove it all the same: resque remove --force, or remove(id, true)");
    }

    /**
     * Kills its process, and waits until that has ended.
     *
     * @return the ids of all workers of the process; none if it had ended before; {@link Optional#empty} if there is no such worker
     */
    public Optional<List<String>> kill(String id, boolean evenAnApplication) {
        return atProcess(id, "killed", (processes, seen, process) -> processes.kill(seen, process, evenAnApplication));
    }

    /** Tells its process to take no more jobs, or to go on. Returns the same as {@link #kill}. */
    public Optional<List<String>> pause(String id, boolean paused) {
        return atProcess(
                id,
                paused ? "paused" : "resumed",
                (processes, seen, process) -> processes.signal(seen, process, paused ? "USR2" : "CONT"));
    }

    private interface Deed {
        void to(WorkerProcesses processes, WorkerSnapshot seen, ProcessHandle process);
    }

    private Optional<List<String>> atProcess(String id, String done, Deed deed) {
        WorkerSnapshot seen = inspect(id);
        if (!isKnown(seen)) {
            return Optional.empty();
        }
        WorkerProcesses processes = new WorkerProcesses(LocalProcesses.ofThisMachine(), done);
        Optional<ProcessHandle> process = processes.of(seen);
        if (process.isEmpty()) {
            return Optional.of(List.of());
        }
        List<String> ids = new ArrayList<>();
        WorkerPages.forEach(
                workers,
                page -> page.stream()
                        .filter(each -> WorkerProcesses.isSame(seen, each))
                        .forEach(each -> ids.add(each.id())));
        deed.to(processes, seen, process.get());
        return Optional.of(ids);
    }

    private WorkerSnapshot inspect(String id) {
        return workers.inspect(List.of(id)).get(0);
    }

    private static boolean isKnown(WorkerSnapshot seen) {
        return seen.registered() || seen.heartbeat() != null || seen.record() != null || isOfThisLibrary(seen);
    }

    /** Another program may have deleted the one or the other. */
    private static boolean isOfThisLibrary(WorkerSnapshot seen) {
        return seen.ours() || !seen.attributes().isEmpty();
    }
}
