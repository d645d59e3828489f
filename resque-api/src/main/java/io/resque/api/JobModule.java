package io.resque.api;

/**
 * A set of jobs, with their listeners. A child process that runs jobs loads modules by their class names, so an
 * implementation needs a public constructor without parameters.
 */
@FunctionalInterface
public interface JobModule {
    /**
     * Registers this module's jobs. Called once for each worker before it starts, once in each child process, and once for
     * a {@code Resque} that runs jobs inline.
     *
     * @param jobs the registry to fill
     */
    void register(JobRegistry jobs);

    /**
     * Adds this module's listeners, the only ones that a child process has, to the worker, the child process or the {@code Resque} that
     * runs jobs inline. Called once after each {@link #register}.
     *
     * @param listeners the list to add to
     */
    default void listen(Listeners listeners) {}
}
