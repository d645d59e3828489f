package io.resque.api.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The queues: named lists of payloads, first in, first out. Thread-safe.
 *
 * <p>The key of a queue may be a sorted set instead of a list: Jesque keeps delayed jobs in one. All methods except
 * {@code push} and {@code heads} handle the jobs of a sorted set, in the order of their scores; a worker takes none of
 * them. A key of any other type counts as empty.
 */
public interface Queues {
    /**
     * Writes the status changes, announces the queue, and appends the payloads in order, in one round trip. If there are
     * status changes, all of this happens atomically or not at all. If there are none, either all payloads are appended or
     * none; if the server fails in between, the queue can be announced without them.
     *
     * <p>If the push is {@link Push#onlyNew}, the check for existing records is part of the same atomic step.
     *
     * @param push the payloads and statuses; the caller limits its size to the size of one request
     * @throws io.resque.api.JobIdTakenException if the push is {@code onlyNew} and one of its statuses has a record;
     *     nothing was written
     * @throws QueueNotAnnouncedException if the payloads were appended and only the announcement was refused; not
     *     thrown for a push with status changes
     * @throws io.resque.api.BackendUnavailableException if no answer came; {@code maybeApplied} says whether the
     *     payloads may have been appended. After any other exception that is not named here, none was appended
     */
    void push(Push push);

    /**
     * The announced queues, empty queues included.
     *
     * @return their names, in no order
     */
    Set<String> names();

    /**
     * The length of one queue.
     *
     * @param queue name of the queue
     * @return 0 for an unknown queue
     */
    long size(String queue);

    /**
     * The lengths of all announced queues.
     *
     * @return the length for each name
     */
    Map<String, Long> sizes();

    /**
     * Reads payloads without removing them.
     *
     * @param queue name of the queue
     * @param start position of the first payload, from 0 at the head
     * @param count the largest number of payloads
     * @return the payloads, from the head on; fewer than {@code count} if the queue ends before
     * @throws IllegalArgumentException if {@code start} or {@code count} is negative
     */
    List<Payload> range(String queue, long start, long count);

    /**
     * Reads payloads without removing them, in bounded memory. This default ignores the bound: it is for a backend that
     * holds no large payloads.
     *
     * @param queue name of the queue
     * @param start position of the first payload, from 0 at the head
     * @param count the largest number of payloads
     * @param maxBytes the largest number of bytes, for all payloads together. If the first payload alone is larger, its
     *     stand-in is returned in its place, see {@link Subscription#maxPayload}
     * @return from the head on, as many payloads as fit into {@code maxBytes}; at least one, if there is one
     * @throws IllegalArgumentException if {@code start} or {@code count} is negative
     */
    default List<Payload> range(String queue, long start, long count, long maxBytes) {
        return range(queue, start, count);
    }

    /**
     * Reads the lengths and first payloads of several queues, in bounded memory, and in few requests if the backend
     * can. This default reads one queue after another.
     *
     * @param queues names of the queues
     * @param maxBytes the largest payload to return; a larger one is replaced by its stand-in, see
     *     {@link Subscription#maxPayload}
     * @return one for each queue, in the same order
     */
    default List<QueueHead> heads(List<String> queues, long maxBytes) {
        return queues.stream()
                .map(queue -> new QueueHead(
                        size(queue),
                        range(queue, 0, 1, maxBytes).stream().findFirst().orElse(null)))
                .toList();
    }

    /**
     * Removes every element whose bytes equal one of the given payloads; the other elements keep their order. The
     * backend can do this in several steps, so that Redis is not blocked. Workers can take jobs in between, and no job is
     * lost. It can miss jobs that are pushed during the call, and jobs next to a place where many jobs are put back during
     * the call.
     *
     * @param queue name of the queue
     * @param payloads the payloads to remove
     * @return for each payload, in order, how many elements were removed
     */
    List<Long> removeAll(String queue, List<Payload> payloads);

    /**
     * Removes one of the elements whose bytes equal a payload, the nearest to the head; the other elements keep their order. Atomic. If no equal
     * element is left, this also frees the locks of the payload, see {@link Locks}.
     *
     * @param queue name of the queue
     * @param payload the payload to remove
     * @return how many equal elements the queue held before, counted up to 2; 0 if nothing was removed
     */
    int removeOne(String queue, Payload payload);

    /**
     * Removes payloads from the head of a queue, atomically, and returns them. No worker holds them afterwards.
     *
     * @param queue name of the queue
     * @param count the largest number of payloads
     * @return the removed payloads, from the head on; empty if the queue is empty
     * @throws IllegalArgumentException if {@code count} is negative
     */
    List<Payload> take(String queue, int count);

    /**
     * Removes payloads from the head of a queue, atomically and in bounded memory, and returns them. This default
     * ignores the bound: it is for a backend that holds no large payloads.
     *
     * @param queue name of the queue
     * @param count the largest number of payloads
     * @param maxBytes the largest number of bytes, for all payloads together; at least one payload is removed. If the
     *     first payload alone is larger, its stand-in is returned in its place, see {@link Subscription#maxPayload}
     * @return the removed payloads, from the head on; empty if the queue is empty
     * @throws IllegalArgumentException if {@code count} is negative
     */
    default List<Payload> take(String queue, int count, long maxBytes) {
        return take(queue, count);
    }

    /**
     * Removes a queue with all its payloads, and its announcement. The backend can do this in several steps from the head on, so that Redis is
     * not blocked; jobs that are pushed meanwhile are removed, too, and the announcement goes with the last step.
     *
     * @param queue name of the queue
     * @return the number of payloads that it held
     */
    long remove(String queue);

    /**
     * Pauses a queue: no worker of this library takes a job from it until it is resumed. The queue need not exist, and {@link #remove}
     * does not end the pause. Workers of other libraries do not look at it.
     *
     * @param queue name of the queue
     * @return false if it was paused already
     * @throws io.resque.api.BackendException if something else stands in the place of the paused queues; nothing is paused
     */
    boolean pause(String queue);

    /**
     * Ends the pause of a queue. A waiting worker notices within about a second.
     *
     * @param queue name of the queue
     * @return false if it was not paused
     */
    boolean resume(String queue);

    /**
     * The paused queues; some of them may not exist.
     *
     * @return their names, in no order
     */
    Set<String> paused();
}
