package io.resque.core;

import io.resque.core.internal.fleet.WorkerRemoval;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Removes, kills and pauses workers of any language by hand, as Ruby's {@code resque remove} and {@code resque kill} do. A worker that
 * is known to be dead need not be removed by hand: {@link Resque#recoverDeadWorkers} does it. Thread-safe. All methods wait for Redis and
 * throw {@link io.resque.api.BackendException} if it does not answer.
 */
public final class RegisteredWorkers {
    private final WorkerRemoval removal;

    RegisteredWorkers(WorkerRemoval removal) {
        this.removal = removal;
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
     * {@code FAILED}; or, if the worker is dead and {@link ResqueBuilder#requeueAfterWorkerDeath} was chosen, goes back to its queue. A
     * worker that lives runs its job to the end; its outcome is not recorded a second time.
     *
     * @param id its id
     * @param evenIfAlive whether a worker of this library is removed although it lives
     * @return what became of it
     * @throws io.resque.api.ConfigurationException if it is a worker of this library that lives, and {@code evenIfAlive} is
     *     false; nothing was written
     */
    public Removal remove(String id, boolean evenIfAlive) {
        return switch (removal.remove(Objects.requireNonNull(id, "id"), evenIfAlive)) {
            case UNKNOWN -> Removal.UNKNOWN;
            case REMOVED -> Removal.REMOVED;
            case COMES_BACK -> Removal.COMES_BACK;
        };
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
     * @throws io.resque.api.ConfigurationException if the process must not be killed, with the reason; nothing was done
     */
    public Optional<List<String>> kill(String id, boolean evenAnApplication) {
        return removal.kill(Objects.requireNonNull(id, "id"), evenAnApplication);
    }

    /**
     * Sends USR2 to the process of a worker on this machine: after the job that runs, it takes no more. {@link #resume} lets it go
     * on. Nothing is written to Redis. Only a process that is nothing but a worker gets the signal: of {@code bin/resque}, Ruby or
     * PHP. An application with a worker in it pauses by {@link Worker#pause}.
     *
     * @param id its id
     * @return the ids of all workers of the process, an empty list if it has ended; {@link Optional#empty} if there is no worker of
     *     this id
     * @throws io.resque.api.ConfigurationException if the process must not get the signal, with the reason; nothing was done
     */
    public Optional<List<String>> pause(String id) {
        return removal.pause(Objects.requireNonNull(id, "id"), true);
    }

    /**
     * Sends CONT to the process of a worker that was paused, so that it takes jobs again.
     *
     * @param id its id
     * @return as {@link #pause}
     * @throws io.resque.api.ConfigurationException as {@link #pause}
     */
    public Optional<List<String>> resume(String id) {
        return removal.pause(Objects.requireNonNull(id, "id"), false);
    }
}
