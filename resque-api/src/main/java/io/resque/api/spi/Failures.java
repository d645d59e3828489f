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
