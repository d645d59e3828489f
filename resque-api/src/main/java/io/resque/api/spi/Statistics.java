package io.resque.api.spi;

import java.util.List;

/**
 * The counters, by the names that Ruby gives them: {@code processed}, {@code failed}, {@code processed:<worker id>}.
 * Thread-safe.
 */
public interface Statistics {
    /**
     * Reads a counter.
     *
     * @param name name of the counter
     * @return 0 if it does not exist
     */
    long get(String name);

    /**
     * Reads several counters, in one round trip if the backend can.
     *
     * @param names names of the counters
     * @return the values in the same order, 0 for a counter that does not exist
     */
    default List<Long> getAll(List<String> names) {
        return names.stream().map(this::get).toList();
    }

    /**
     * Adds a number to a counter.
     *
     * @param name name of the counter
     * @param by the number; may be negative
     * @return the new value
     */
    long increment(String name, long by);

    /**
     * Removes a counter; its value is then 0.
     *
     * @param name name of the counter
     */
    void clear(String name);
}
