package io.resque.api.spi;

import java.util.List;

/** The failure lists, oldest record first. Safe for concurrent use. */
public interface Failures {
    /**
     * The lists there are: the common one, and those that were announced for single queues.
     *
     * @return the common list first
     */
    List<FailureList> lists();

    /**
     * The number of records in a list.
     *
     * @param list which
     * @return 0 for an absent list
     */
    long count(FailureList list);

    /**
     * Records of a list.
     *
     * @param list which
     * @param start position of the first, from 0 at the oldest
     * @param count how many at the most
     * @return the records there are, from the oldest on
     */
    List<Payload> range(FailureList list, long start, long count);

    /**
     * Records of a list, read in bounded memory. By default not bounded, for a backend that keeps none that are large.
     *
     * @param list which
     * @param start position of the first, from 0 at the oldest
     * @param count how many at the most
     * @param maxBytes how many bytes at the most, all together. If the first record alone is larger, a small record
     *     is given instead of it: {@code {"payload":…}} with the stand-in that {@link Subscription#maxPayload} describes.
     *     {@link #edit} accepts this small record as the expected one
     * @return from the oldest on; as many as fit into {@code maxBytes}, but at least one if there is one
     */
    default List<Payload> range(FailureList list, long start, long count, long maxBytes) {
        return range(list, start, count);
    }

    /**
     * The payloads that were set aside for their size.
     *
     * @return how many
     */
    default long aside() {
        return 0;
    }

    /**
     * Whether a payload is still set aside.
     *
     * @param name the {@code kept_as} of what stands in for it
     * @return false once it went back to a queue or was removed
     */
    default boolean isAside(String name) {
        return false;
    }

    /**
     * Appends records, and announces the lists of single queues.
     *
     * @param entries the records, in order
     */
    void add(List<FailureEntry> entries);

    /**
     * Makes several changes to one list at once; each is made only if its record still stands at its index. Indexes
     * are those before the call.
     *
     * @param list which
     * @param edits the changes
     * @return for each, in their order, whether it was made
     */
    List<Boolean> edit(FailureList list, List<FailureEdit> edits);

    /**
     * Removes the oldest records until no more than this many are left.
     *
     * @param list which
     * @param keep how many may stay
     * @return the number removed
     */
    long trim(FailureList list, long keep);

    /**
     * Removes a list with all its records.
     *
     * @param list which
     * @return the number of records it held
     */
    long clear(FailureList list);
}
