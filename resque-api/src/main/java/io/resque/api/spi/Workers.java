package io.resque.api.spi;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The registered workers of all languages and machines, and the jobs they hold. Safe for concurrent use. */
public interface Workers {
    /**
     * Reads what is known of some workers, each at one moment. A record that is large is not read: in its place, and in that
     * of the job that is held, is what {@link #recover} would leave of it, where the payload is stood in for as
     * {@link Subscription#maxPayload} has it. Large is, for Redis, more than 1 MiB, and where several are asked for more
     * than 64 KiB.
     *
     * @param ids their ids, registered or not
     * @return one for each id, in their order
     */
    List<WorkerSnapshot> inspect(Collection<String> ids);

    /**
     * The ids of all registered workers, and of those that only a heartbeat or a session of this library is left of.
     *
     * @return in no order; what others wrote may not be a proper id
     */
    Set<String> ids();

    /**
     * Registers a worker with a first heartbeat, at once, if nothing has changed since the snapshot was taken and no
     * job is held under that id.
     *
     * @param registration who registers
     * @return its session; or empty, with nothing written, if the snapshot no longer holds: look again
     */
    Optional<WorkerSession> register(WorkerRegistration registration);

    /**
     * Renews the heartbeat of sessions, in one round trip, at the backend's own time, and writes again what other libraries
     * have removed of their workers: the id, the {@code started} record, the attributes. A session that was recovered or
     * unregistered, or whose id another session has taken, gets nothing.
     *
     * @param sessions of this backend
     * @return the sessions among them that are lost
     */
    Set<WorkerSession> heartbeat(Collection<WorkerSession> sessions);

    /**
     * Keeps other libraries from cleaning up after dead workers for a minute, where they do it in several steps and would
     * record a job that is being recovered here. Among the callers of {@link #recover} nobody is kept from anything.
     *
     * @return false if such a library has just begun; to be asked again after ten seconds. True where there is none
     */
    default boolean beginRecovery() {
        return true;
    }

    /**
     * Gives a heartbeat of this moment to sessions that have none, since another library has removed it. A worker that lives
     * renews its heartbeat; that of a dead one grows old, so that it can be recovered. An id without a session gets none.
     *
     * @param ids of workers that have no heartbeat; a heartbeat that is there is not changed
     */
    default void watchOver(Collection<String> ids) {}

    /**
     * The jobs that a worker of another library keeps beside its record while it runs them: Jesque's does so in
     * {@code inflight:<id>:<queue>}. Those that together have more than 1 MiB are left out, but of several never the first
     * two. One that alone has more is seen as its stand-in, and a recovery that names that moves its own bytes.
     *
     * @param id the worker
     * @param queues where they may have come from
     * @return by queue, in the order of these, the last taken first; empty where no such library can be
     */
    default List<Recovery.InFlight> inFlight(String id, Collection<String> queues) {
        return List.of();
    }

    /**
     * Cleans up after a worker that has died, at once, if nothing has changed since the snapshot was taken: writes what
     * the recovery says about its job, removes its registration and all that belongs to it. Of a record that was too large
     * to be read alone, the payload goes back to its queue whole, or is set aside along with the failure records.
     *
     * @param recovery the dead worker and what becomes of its job
     * @return what was done
     */
    Recovery.Outcome recover(Recovery recovery);

    /**
     * Whether all workers are told to pause.
     *
     * @return true if {@code pause-all-workers} says so as Ruby reads it
     */
    boolean isPaused();

    /**
     * Tells all workers, of every language, to pause or to go on.
     *
     * @param paused true to pause
     */
    void pause(boolean paused);
}
