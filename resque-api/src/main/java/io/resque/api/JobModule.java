package io.resque.api;

/**
 * A named set of jobs. Modules are what another process can be told to load, so an implementation needs a public
 * constructor without parameters.
 */
@FunctionalInterface
public interface JobModule {
    /**
     * Registers this module's jobs. Called once for each worker, before it starts.
     *
     * @param jobs takes the names
     */
    void register(JobRegistry jobs);

    /**
     * Adds this module's listeners to those of the worker, or of the process that runs one job. Called once after
     * {@link #register}.
     *
     * @param listeners takes them
     */
    default void listen(Listeners listeners) {}
}
