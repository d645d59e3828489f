package io.resque.api.spi;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The queues: named lists of payloads, first in, first out. Safe for concurrent use.
 *
 * <p>In place of a list there may be a sorted set, in which Jesque keeps delayed jobs. Sizes, looks, removals and {@code take} know
 * these jobs, by their score; a worker takes none of them. A key of any other type counts as empty.
 */
public interface Queues {
    /**
     * Writes the status changes, then announces the queue and appends the payloads in their order, in one round trip.
     * With status changes all of it happens at once or not at all. Without, the queue may be announced and stay empty
     * if the server fails in between; the payloads are appended all or none. Whether they were is never left open but
     * by {@code maybeApplied}: any exception not named here means that none was.
     *
     * <p>If it is {@link Push#onlyNew}, whether there is a record of one of its statuses is looked at in the same step.
     *
     * @param push what to write; the caller keeps it to a size that one request may have
     * @throws io.resque.api.JobIdTakenException if there is a record of one of the statuses of a push that is
     *     {@code onlyNew}; nothing was written
     * @throws QueueNotAnnouncedException if the payloads were appended and only the announcement was refused; never
     *     with status changes
     * @throws io.resque.api.BackendUnavailableException if no answer came; its {@code maybeApplied} says what is known
     */
    void push(Push push);

    /**
     * The announced queues, also those that are empty now.
     *
     * @return their names, in no order
     */
    Set<String> names();

    /**
     * The length of one queue.
     *
     * @param queue its name
     * @return 0 for an unknown queue
     */
    long size(String queue);

    /**
     * The lengths of all announced queues.
     *
     * @return name to length
     */
    Map<String, Long> sizes();

    /**
     * Looks at payloads without taking them.
     *
     * @param queue its name
     * @param start position of the first, from 0 at the head
     * @param count how many at the most
     * @return the payloads there are, from the head on
     */
    List<Payload> range(String queue, long start, long count);

    /**
     * Looks at payloads without taking them, in bounded memory. By default not bounded, for a backend that keeps none that
     * are large.
     *
     * @param queue its name
     * @param start position of the first, from 0 at the head
     * @param count how many at the most
     * @param maxBytes how many bytes at the most, all together. If the first payload alone is larger, its stand-in is
     *     given instead of it, see {@link Subscription#maxPayload}
     * @return from the head on; as many as fit into {@code maxBytes}, but at least one if there is one
     */
    default List<Payload> range(String queue, long start, long count, long maxBytes) {
        return range(queue, start, count);
    }

    /**
     * Looks at the first payload of many queues and at their lengths, in bounded memory and in few requests where the backend
     * can. By default one by one.
     *
     * @param queues their names
     * @param maxBytes a first payload that is larger is not given, but its stand-in, see {@link Subscription#maxPayload}
     * @return one for each queue, in their order
     */
    default List<QueueHead> heads(List<String> queues, long maxBytes) {
        return queues.stream()
                .map(queue -> new QueueHead(
                        size(queue),
                        range(queue, 0, 1, maxBytes).stream().findFirst().orElse(null)))
                .toList();
    }

    /**
     * Removes every element that is byte-equal to one of the given payloads; the order of the others stays. May be
     * done in several steps, so that Redis is not blocked: workers may take jobs in between, none is lost. What is
     * pushed meanwhile may be missed, as may what is next to many that are put back meanwhile.
     *
     * @param queue its name
     * @param payloads what to remove
     * @return for each payload, in their order, how many elements were removed
     */
    List<Long> removeAll(String queue, List<Payload> payloads);

    /**
     * Takes payloads off the head at once, without a worker holding them.
     *
     * @param queue its name
     * @param count how many at the most
     * @return what was taken, from the head on; empty if the queue is empty
     */
    List<Payload> take(String queue, int count);

    /**
     * Takes payloads off the head at once, in bounded memory. By default not bounded, for a backend that keeps none that are
     * large.
     *
     * @param queue its name
     * @param count how many at the most
     * @param maxBytes no more is taken than has so many bytes, but at least one. If that one alone is larger, its stand-in is
     *     given instead of it, see {@link Subscription#maxPayload}
     * @return what was taken, from the head on; empty if the queue is empty
     */
    default List<Payload> take(String queue, int count, long maxBytes) {
        return take(queue, count);
    }

    /**
     * Removes a queue with all that it holds, and its announcement, at once.
     *
     * @param queue its name
     * @return the number of payloads it held
     */
    long remove(String queue);
}
