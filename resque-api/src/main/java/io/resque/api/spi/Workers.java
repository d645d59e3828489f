package io.resque.api.spi;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The workers of all languages and machines, and the jobs that they hold. Thread-safe. */
public interface Workers {
    /**
     * Reads the data of several workers; the data of one worker is read at one moment. If a record is large, the
     * snapshot has a small record instead, in which a stand-in replaces the payload, see
     * {@link Subscription#maxPayload}; the held job has the stand-in, too. In Redis, a record is large above 64 KiB, or
     * above 1 MiB if the call has only one id.
     *
     * @param ids the ids, registered or not
     * @return one snapshot for each id, in the same order
     */
    List<WorkerSnapshot> inspect(Collection<String> ids);

    /**
     * The ids of all registered workers, and of workers of which only a heartbeat or a session of this library is left.
     *
     * @return the ids, in no order; another program may have written an id of any form
     */
    Set<String> ids();

    /**
     * Registers a worker, and writes its first heartbeat, atomically. It does so only if the worker has not changed
     * since the snapshot was read, and has no record.
     *
     * @param registration the worker
     * @return its session; empty if nothing was written: inspect the id again
     */
    Optional<WorkerSession> register(WorkerRegistration registration);

    /**
     * Writes a heartbeat for each session, with the backend's time, in one round trip. Also writes again any id,
     * {@code started} record and attributes that other libraries have removed. For a lost session nothing is written:
     * it was recovered or unregistered, or another session has taken its id.
     *
     * @param sessions sessions of this backend
     * @return the lost sessions
     */
    Set<WorkerSession> heartbeat(Collection<WorkerSession> sessions);

    /**
     * Stops other libraries from recovering dead workers for a minute: they do it in several steps, and could record a
     * failure of a job that this library is recovering. Processes of this library do not stop each other.
     *
     * @return false if another library has begun a recovery less than ten seconds ago: try again later. By default
     *     true, for a backend that no other library uses
     */
    default boolean beginRecovery() {
        return true;
    }

    /**
     * Writes a heartbeat with the current time for each session that has none, because another library has removed it.
     * A living worker renews its heartbeat; the heartbeat of a dead worker grows old, so that the worker can be
     * recovered. For an id without a session nothing is written, and an existing heartbeat is not changed.
     *
     * @param ids ids of workers without a heartbeat
     */
    default void watchOver(Collection<String> ids) {}

    /**
     * Reads the jobs that a worker of another library keeps in lists beside its record while it runs them: a worker of
     * Jesque keeps them in {@code inflight:<id>:<queue>}. Returns at most 1 MiB of jobs; but always the first two, if
     * there are two. A job that alone is larger is returned as its stand-in; a recovery of the stand-in moves the whole
     * job.
     *
     * @param id the id of the worker
     * @param queues the queues that the jobs may have come from
     * @return the jobs, in the order of the queues, and for each queue the job that was taken last first; by default
     *     empty, for a backend that no such library uses
     */
    default List<Recovery.InFlight> inFlight(String id, Collection<String> queues) {
        return List.of();
    }

    /**
     * Cleans up after a dead worker, atomically, if the worker has not changed since the snapshot was read: does with
     * the job what the recovery says, and removes the worker and all that belongs to it. If the record was too large to
     * be read whole, the whole payload goes back to its queue, or is set aside when the failure is recorded.
     *
     * @param recovery the dead worker, and what to do with its job
     * @return what was done
     */
    Recovery.Outcome recover(Recovery recovery);

    /**
     * Keeps the retry policies of workers, which their registrations name, for 7 days from this call. By default nothing is kept, for a
     * backend that does not know {@link Effect.Retry}.
     *
     * @param name the name that the attributes of workers give; always the same for the same policies
     * @param policies the policies
     */
    default void keepPolicies(String name, Payload policies) {}

    /**
     * Reads policies that {@link #keepPolicies} keeps.
     *
     * @param name their name
     * @return empty if there are none, or another program has put something else in their place
     */
    default Optional<Payload> policies(String name) {
        return Optional.empty();
    }

    /**
     * Whether all workers are paused.
     *
     * @return true if the text of {@code pause-all-workers}, without blanks around it, is {@code true} in any case, as
     *     in Ruby
     */
    boolean isPaused();

    /**
     * Pauses or resumes all workers, of every language.
     *
     * @param paused true to pause, false to resume
     */
    void pause(boolean paused);
}
