package io.resque.api;

/**
 * A set of jobs, with their listeners. A child process that runs jobs loads modules by their class names, so an
 * implementation needs a public constructor without parameters.
 */
@FunctionalInterface
public interface JobModule {
    /**
     * Registers this module's jobs. Called once for each worker before it starts, and once in each child process.
     *
     * @param jobs the registry to fill
     */
    void register(JobRegistry jobs);

    /**
     * Adds this module's listeners to the worker, or to the child process. Called once after each {@link #register}.
     *
     * @param listeners the list to add to
     */
    default void listen(Listeners listeners) {}
}
