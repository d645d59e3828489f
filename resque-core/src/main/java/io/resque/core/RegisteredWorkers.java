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
 * Removes and kills workers of any language by hand, as Ruby's {@code resque remove} and {@code resque kill} do. Dead workers
 * need neither: {@link Resque#recoverDeadWorkers} removes them. Thread-safe. All methods wait for Redis and throw
 * {@link io.resque.api.BackendException} if it does not answer.
 */
public final class RegisteredWorkers {
    /** How often to try again when the worker changes at the same time. */
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
     * worker that lives runs its job to the end; its outcome is not recorded a second time.
     *
     * @param id its id
     * @param evenIfAlive whether a worker of this library is removed although it lives
     * @return what became of it
     * @throws ConfigurationException if it is a worker of this library that lives, and {@code evenIfAlive} is false; nothing was
     *     written
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
     * Sends KILL to the process of a worker and to all processes that it has started, such as the child that runs the job, and waits
     * until they have ended. Nothing is written to Redis: call {@link #remove} for each id that this returns. Only a process of this
     * machine is killed, and only if it certainly is that of the worker.
     *
     * @param id its id
     * @param evenAnApplication whether a process is killed even if it is an application with a worker in it, which ends as a whole
     * @return the ids of all workers of the process that was killed, an empty list if it had ended before; {@link Optional#empty} if
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
