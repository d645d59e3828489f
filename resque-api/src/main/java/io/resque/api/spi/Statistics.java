package io.resque.api.spi;

import java.util.List;

/** The counters, by Ruby's names: {@code processed}, {@code failed}, {@code processed:<worker id>}. Thread-safe. */
public interface Statistics {
    /**
     * A counter.
     *
     * @param name its name
     * @return 0 if it does not exist
     */
    long get(String name);

    /**
     * Several counters, in one round trip where the backend can.
     *
     * @param names their names
     * @return their values in the same order, 0 for those that do not exist
     */
    default List<Long> getAll(List<String> names) {
        return names.stream().map(this::get).toList();
    }

    /**
     * Adds to a counter.
     *
     * @param name its name
     * @param by how much; may be negative
     * @return the new value
     */
    long increment(String name, long by);

    /**
     * Removes a counter, which so becomes 0.
     *
     * @param name its name
     */
    void clear(String name);
}
