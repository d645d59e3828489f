package io.resque.api.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A registered worker, which holds one job at the most. Used by one thread at a time, not always the same.
 *
 * <p>Every step is conditional: it does nothing but say {@code LOST} unless this very registration still stands, whatever
 * other libraries have removed of the worker's keys; and
 * bytes that reach the server twice, or after their sender gave up, change nothing. So a call that threw may simply be
 * made again. While a job is held, the worker's record in the backend holds it, too: at no instant is a job in neither
 * place.
 */
public interface WorkerSession {
    /**
     * The id it is registered under.
     *
     * @return {@code host:pid:queues}
     */
    String id();

    /**
     * Takes the oldest job of the first queue that has one, and writes the worker's record with it, at once. Does not
     * wait. If this session holds a job already, that is the answer, also where no queue is given. A key of another
     * type in place of a queue counts as empty.
     *
     * @param subscription the queues, in order
     * @return the job, or why there is none
     */
    Reservation reserve(Subscription subscription);

    /**
     * As {@link #reserve}, but waits for a job. May return empty before the timeout. Costs the server next to nothing
     * while it waits.
     *
     * @param subscription the queues, in order
     * @param timeout how long at the most
     * @return the job, or why there is none
     * @throws InterruptedException if the thread was interrupted; a job reserved at that moment is held by this
     *     session, and {@link #reserve} or {@link #unregister} will give it
     */
    Reservation await(Subscription subscription, Duration timeout) throws InterruptedException;

    /**
     * As {@link #await}, for a worker whose queues depend on which are announced: also ends, with {@code EMPTY}, soon after
     * the announced queues are no longer these, and at once if they never were. As this method is, it does not look at
     * them, and ends after a second.
     *
     * @param subscription the queues, in order
     * @param names the announced queues, as {@link Queues#names} gave them
     * @param timeout how long at the most
     * @return the job, or why there is none
     * @throws InterruptedException as {@link #await}
     */
    default Reservation awaitAmong(Subscription subscription, Set<String> names, Duration timeout)
            throws InterruptedException {
        Duration second = Duration.ofSeconds(1);
        return await(subscription, timeout.compareTo(second) < 0 ? timeout : second);
    }

    /**
     * Ends a job at once: counters, failure records, status, and the removal of the worker's record. Settling a job
     * that this session has settled before does nothing and succeeds. Whether the worker's record still stands does not
     * matter here.
     *
     * @param settlement the job and how it ended
     * @return true if the job is settled; false if this registration is lost and nothing was written: somebody else
     *     has dealt with the job
     */
    boolean settle(Settlement settlement);

    /**
     * {@link #settle} and {@link #reserve} in one round trip and at once. If the answer is {@code LOST} or
     * {@code RECORD_GONE}, nothing was settled.
     *
     * @param settlement the job and how it ended
     * @param subscription the queues, in order
     * @return the next job, or why there is none
     */
    Reservation settleAndReserve(Settlement settlement, Subscription subscription);

    /**
     * {@link #settleAndReserve}, whose answer may come later and in another thread, so that the calling one can serve
     * another worker meanwhile. May as well block until it is there, as this method does unless it is overridden. The
     * session must not be used until the answer has come.
     *
     * @param settlement the job and how it ended
     * @param subscription the queues, in order
     * @return the next job, or why there is none; or, exceptionally, what {@link #settleAndReserve} would throw. What
     *     depends on it must not block, since answers for others wait behind it
     */
    default CompletionStage<Reservation> settleAndReserveAsync(Settlement settlement, Subscription subscription) {
        try {
            return CompletableFuture.completedStage(settleAndReserve(settlement, subscription));
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedStage(e);
        }
    }

    /**
     * Puts a held job back at the head of its queue, at once, as if it had never been taken. Doing so again does
     * nothing and succeeds.
     *
     * @param job a job of this session
     * @return false if this registration is lost and nothing was written
     */
    boolean putBack(ReservedJob job);

    /**
     * Removes the worker and all that belongs to it, unless it holds a job. An id that is no longer this session's is
     * left alone.
     *
     * @return empty if it is gone; or the job that is still held, with nothing removed: settle it or put it back. A large
     *     payload may be replaced by what stands in for it, as in {@link Subscription#maxPayload}: putting it back puts
     *     back the whole
     */
    Optional<ReservedJob> unregister();
}
