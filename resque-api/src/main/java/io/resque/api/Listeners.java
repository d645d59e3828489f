package io.resque.api;

/** Takes listeners. Thread-safe; a change takes effect with the next event, not within one that is being told. */
public interface Listeners {
    /**
     * Adds a listener behind those that are there. One that is added twice is told twice.
     *
     * @param listener the listener
     */
    void listen(ResqueListener listener);

    /**
     * Removes a listener; of one that was added twice the first.
     *
     * @param listener an equal one
     * @return whether it was there
     */
    boolean stopListening(ResqueListener listener);
}
