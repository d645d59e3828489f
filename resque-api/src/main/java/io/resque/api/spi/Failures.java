package io.resque.api.spi;

import java.util.List;

/** The failure lists. In each list the oldest record comes first. Thread-safe. */
public interface Failures {
    /**
     * All lists: the common list, and the announced lists of single queues.
     *
     * @return the common list first
     */
    List<FailureList> lists();

    /**
     * The number of records in a list.
     *
     * @param list the list
     * @return 0 for an absent list
     */
    long count(FailureList list);

    /**
     * Reads records of a list.
     *
     * @param list the list
     * @param start position of the first record, from 0 at the oldest
     * @param count the largest number of records
     * @return the records, from the oldest on; fewer than {@code count} if the list ends before
     * @throws IllegalArgumentException if {@code start} or {@code count} is negative
     */
    List<Payload> range(FailureList list, long start, long count);

    /**
     * Reads records of a list in bounded memory. This default ignores the bound: it is for a backend that holds no
     * large records.
     *
     * @param list the list
     * @param start position of the first record, from 0 at the oldest
     * @param count the largest number of records
     * @param maxBytes the largest number of bytes, for all records together. If the first record alone is larger, a
     *     small record is returned in its place: {@code {"payload":…}} with the stand-in that
     *     {@link Subscription#maxPayload} describes. {@link #edit} accepts this small record as the expected one
     * @return from the oldest on, as many records as fit into {@code maxBytes}; at least one, if there is one
     * @throws IllegalArgumentException if {@code start} or {@code count} is negative
     */
    default List<Payload> range(FailureList list, long start, long count, long maxBytes) {
        return range(list, start, count);
    }

    /**
     * The number of payloads that are set aside, see {@link Subscription#maxPayload}.
     *
     * @return by default 0, for a backend that sets none aside
     */
    default long aside() {
        return 0;
    }

    /**
     * Whether a payload is still set aside.
     *
     * @param name the {@code kept_as} of its stand-in
     * @return false if it has gone back to a queue or was removed; by default always false
     */
    default boolean isAside(String name) {
        return false;
    }

    /**
     * Appends records to their lists, and announces those lists that belong to single queues.
     *
     * @param entries the records, in order
     */
    void add(List<FailureEntry> entries);

    /**
     * Makes several changes to one list, atomically. Each change is made only if its record is still at its index; all
     * indexes are those before the call.
     *
     * @param list the list
     * @param edits the changes
     * @return for each change, in order, whether it was made
     */
    List<Boolean> edit(FailureList list, List<FailureEdit> edits);

    /**
     * Removes the oldest records until no more than {@code keep} are left.
     *
     * @param list the list
     * @param keep the number of records that may stay
     * @return the number of records that were removed
     * @throws IllegalArgumentException if {@code keep} is negative
     */
    long trim(FailureList list, long keep);

    /**
     * Removes a list with all its records.
     *
     * @param list the list
     * @return the number of records it held
     */
    long clear(FailureList list);
}
