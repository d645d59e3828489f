package io.resque.core;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Ends registrations of workers, of whichever language, by hand: Ruby's {@code resque remove} and {@code resque kill}. What is
 * dead needs neither: {@link Resque#recoverDeadWorkers} cleans up after it. Thread-safe. All methods wait for Redis and throw
 * {@link io.resque.api.BackendException} if it does not answer.
 */
public final class RegisteredWorkers {
    /** How often to look again at a worker that changes under our hands. */
    private static final int ATTEMPTS = 100;

    private final Workers workers;
    private final Liveness liveness;
    private final DeadWorkers dead;
    private final WorkerProcesses processes;

    RegisteredWorkers(Services services, Liveness liveness, DeadWorkers dead) {
        this.workers = services.backend().workers();
        this.liveness = liveness;
        this.dead = dead;
        this.processes = new WorkerProcesses(Processes.ofThisMachine());
    }

    /** What became of a worker that was to be removed. */
    public enum Removal {
        /** There was none of this id. */
        UNKNOWN,
        /** It was removed. */
        REMOVED,
        /** It was removed, lives, and is one of this library, so that it registers anew. */
        COMES_BACK
    }

    /**
     * Removes a worker from Redis; its process is not touched. The job that it holds becomes a failure
     * {@code Resque::DirtyExit} with the error {@code Job still being processed}, as Ruby's command line has it, and its status
     * {@code FAILED}; or, if the worker is dead and {@link ResqueBuilder#requeueDeadJobs} was chosen, goes back to its queue. A
     * worker that lives runs its job to the end, and what becomes of it is not recorded a second time.
     *
     * @param id its id
     * @param evenIfAlive whether one of this library's is removed although it lives
     * @return what became of it
     * @throws ConfigurationException if it is one of this library's and lives, and this was not asked for; nothing was written
     */
    public Removal remove(String id, boolean evenIfAlive) {
        Objects.requireNonNull(id, "id");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            WorkerSnapshot seen = inspect(id);
            if (!isKnown(seen)) {
                return Removal.UNKNOWN;
            }
            boolean isDead = liveness.isDead(seen);
            boolean comesBack = isOfThisLibrary(seen) && !isDead;
            if (comesBack && !evenIfAlive) {
                throw alive(seen);
            }
            if (dead.remove(seen, isDead) != Recovery.Outcome.CHANGED) {
                return comesBack ? Removal.COMES_BACK : Removal.REMOVED;
            }
        }
        throw new ConfigurationException("The worker " + JsonRules.forLog(id)
                + " is so busy that it cannot be removed; pause it first, or end it: resque kill");
    }

    private static ConfigurationException alive(WorkerSnapshot seen) {
        String id = JsonRules.forLog(seen.id());
        return new ConfigurationException(
                "The worker " + id + " lives, and would register anew; its job, if it has one, would be"
                        + " recorded as failed while it runs. To end it: resque kill " + id + ", or QUIT to its process"
                        + WorkerProcesses.place(seen)
                        + ", which lets the job end. To have it take no jobs: pause it by USR2, or all by"
                        + " pause-all-workers. To remove it all the same: --force");
    }

    /**
     * Kills the process of a worker, and what that has started, such as the child that runs the job: by KILL, so that nothing is
     * written. To be followed by {@link #remove} of each id given. Only a process of this machine is killed, and only if it
     * certainly is that of the worker. Waits until it has ended.
     *
     * @param id its id
     * @param evenAnApplication whether a process is killed that is not one of {@code bin/resque}'s or another Resque's, but an
     *     application with a worker in it
     * @return the ids of all workers of the process that was killed; empty if it had ended before. Empty altogether if
     *     there is no worker of this id
     * @throws ConfigurationException if the process is none that may be killed, with the reason; nothing was done
     */
    public Optional<List<String>> kill(String id, boolean evenAnApplication) {
        WorkerSnapshot seen = inspect(Objects.requireNonNull(id, "id"));
        if (!isKnown(seen)) {
            return Optional.empty();
        }
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
        processes.kill(seen, process.get(), evenAnApplication);
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
