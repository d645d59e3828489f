package io.resque.api;

/**
 * A list of listeners. Thread-safe. A change takes effect with the next event, not during an event that is being
 * delivered.
 */
public interface Listeners {
    /**
     * Adds a listener at the end. A listener that is added twice is called twice.
     *
     * @param listener the listener
     */
    void listen(ResqueListener listener);

    /**
     * Removes the first listener that is equal to this one.
     *
     * @param listener the listener
     * @return whether one was removed
     */
    boolean stopListening(ResqueListener listener);
}
