package io.resque.api.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The registration of one worker, which holds at most one job. One thread at a time may use it; it need not always be
 * the same thread.
 *
 * <p>Every call is conditional: if this registration has been removed or replaced, the call only reports that it is
 * lost. Other libraries may have removed some of the worker's keys; that alone does not make the registration lost. A
 * request that reaches the server a second time, or after later calls of this session, changes nothing more. So a
 * caller can repeat a call that threw. A held job is also in the worker's record in the backend: at every instant a job
 * is in its queue or in a record.
 */
public interface WorkerSession {
    /**
     * The id of the worker.
     *
     * @return {@code host:pid:queues}
     */
    String id();

    /**
     * Takes the oldest job of the first queue that has one, and writes the worker's record with it, atomically. Does
     * not wait. If this session already holds a job, returns that job, even if the subscription names no queue. A queue
     * whose key has another type, that is paused by {@link Queues#pause}, or whose {@link Subscription.Source#limit} is reached, counts as empty.
     *
     * @param subscription the queues
     * @return the job, or the reason why there is none
     */
    Reservation reserve(Subscription subscription);

    /**
     * Does the same as {@link #reserve}, but blocks until there is a job. May return {@code EMPTY} before the timeout.
     * A waiting call puts almost no load on the server.
     *
     * @param subscription the queues
     * @param timeout the longest time to wait
     * @return the job, or the reason why there is none
     * @throws InterruptedException if the thread was interrupted. If the session has taken a job at that moment, it
     *     holds the job; {@link #reserve} and {@link #unregister} return it
     */
    Reservation await(Subscription subscription, Duration timeout) throws InterruptedException;

    /**
     * Does the same as {@link #await}, for a worker whose subscription depends on the announced queues: also returns
     * {@code EMPTY} soon after the announced queues differ from {@code names}. This default does not read the announced
     * queues; it waits for a second at most.
     *
     * @param subscription the queues
     * @param names the announced queues, as {@link Queues#names} returned them
     * @param timeout the longest time to wait
     * @return the job, or the reason why there is none
     * @throws InterruptedException as for {@link #await}
     */
    default Reservation awaitAmong(Subscription subscription, Set<String> names, Duration timeout)
            throws InterruptedException {
        Duration second = Duration.ofSeconds(1);
        return await(subscription, timeout.compareTo(second) < 0 ? timeout : second);
    }

    /**
     * Takes a slot of each limit for the held job, atomically, before the job runs. If a limit has no free slot, or other jobs wait for
     * one, the job goes to the end of its list, see {@link Limits}; then the session holds no job, and a lock of kind {@code WHILE_QUEUED} counts
     * as that of a delayed job. If a rate is reached, reserves the turn of
     * the job there, and takes no slot. {@link Workers#heartbeat} renews the slots. If the session has these slots already, it keeps them; if
     * the job has a turn already, it gets no second one.
     *
     * @param job the job, as this session returned it
     * @param slots the limits of the job, each by another name
     * @param lasts how long a slot counts without a heartbeat
     * @return the result. If the session no longer holds the job, {@code WAITS}: an earlier call whose answer was lost has put it into a
     *     list
     * @throws UnsupportedOperationException by default, for a backend without {@link QueueBackend#limits}
     */
    default Limits.Answer takeSlots(ReservedJob job, List<Limits.Slot> slots, Duration lasts) {
        throw new UnsupportedOperationException("This backend does not support limits");
    }

    /**
     * Says that the held job begins to run, for a job that has locks. In one atomic step: a lock of kind {@code WHILE_QUEUED} is freed; a lock
     * of each other kind is taken for this run, or turned from the queued job to its run; and all of them are noted with the session, so that
     * a heartbeat renews them. A recovery of this worker and {@link #putBack} free the locks of that note which their effects do not turn.
     * {@link #settle} forgets the note; the caller gives it {@link Effect.ReleaseLocks}. A repeated call gets the same answer. A job without locks needs no such call.
     *
     * <p>If another job that waits has a lock of kind {@code UNTIL_DONE}, since the lock had ended before this run, that job keeps it, and the
     * run begins without it.
     *
     * @param beginning the job and its locks
     * @return whether the job can run
     * @throws UnsupportedOperationException by default, in a backend without {@link QueueBackend#locks}
     */
    default Beginning.Answer begin(Beginning beginning) {
        throw new UnsupportedOperationException("This backend has no locks of jobs");
    }

    /**
     * Ends the held job atomically: applies the effects, and removes the worker's record. If an effect cannot be written,
     * writes nothing and throws; the session then still holds the job. If this session has settled the job before, does
     * nothing and returns true. {@link Settlement#onlyWhileRecorded} has
     * no effect here.
     *
     * @param settlement the end of the job
     * @return true if the job is settled; false if this registration is lost: nothing was written, and somebody else has
     *     recovered or removed the worker
     */
    boolean settle(Settlement settlement);

    /**
     * Does {@link #settle} and {@link #reserve} in one atomic step and one round trip. If the answer is {@code LOST} or
     * {@code RECORD_GONE}, nothing was settled.
     *
     * @param settlement the end of the job
     * @param subscription the queues
     * @return the next job, or the reason why there is none
     */
    Reservation settleAndReserve(Settlement settlement, Subscription subscription);

    /**
     * Does the same as {@link #settleAndReserve}, but the answer may come later and in another thread, so that the
     * calling thread can serve another worker meanwhile. This default blocks until the answer is there; an
     * implementation may do so, too. Do not use the session until the answer has come.
     *
     * @param settlement the end of the job
     * @param subscription the queues
     * @return completes with the next job or the reason why there is none, or with the exception that
     *     {@link #settleAndReserve} would throw. A dependent stage must not block: the thread that runs it delivers the
     *     answers for other workers
     */
    default CompletionStage<Reservation> settleAndReserveAsync(Settlement settlement, Subscription subscription) {
        try {
            return CompletableFuture.completedStage(settleAndReserve(settlement, subscription));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /**
     * Puts the held job back at the head of its queue, announces the queue, and applies the effects, atomically. If
     * something of this cannot be written, writes nothing and throws; the session then still holds the job. If the session
     * no longer holds the job, does nothing and returns true. Also frees the locks with which the job has begun, unless the effects turn them.
     *
     * @param job the job, as this session returned it
     * @param effects what to write, in this order
     * @return false if this registration is lost; nothing was written
     */
    boolean putBack(ReservedJob job, List<Effect> effects);

    /**
     * Gives the held job another payload, atomically: from now on the worker's record has it, and a repeated reserve, {@link #putBack} and a
     * recovery give it in place of the payload that the job had in its queue. The job stays the same for {@link #settle}.
     *
     * @param job the job, as this session returned it
     * @param payload a job in JSON that other libraries can read within a record: an object that nests less than 100 levels deep
     * @return false if the session does not hold the job, or this registration is lost, or another program has removed the worker's record;
     *     nothing was written
     * @throws io.resque.api.BackendException also if the record could not hold the payload that the job had in its queue
     */
    boolean rewrite(ReservedJob job, Payload payload);

    /**
     * Removes the worker and all that belongs to it, unless it holds a job. If another session has taken the id, nothing is
     * removed.
     *
     * @return empty if the session is no longer registered; otherwise the job that it still holds, and nothing was
     *     removed: settle the job or put it back. If the payload is large, the answer may hold its stand-in, see
     *     {@link Subscription#maxPayload}; {@link #putBack} still puts back the whole payload
     */
    Optional<ReservedJob> unregister();
}
