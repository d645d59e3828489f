package io.resque.api.spi;

import io.resque.api.Enqueuer;
import io.resque.api.Job;
import io.resque.api.JobModule;
import io.resque.api.ResqueListener;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives a {@link JobExecutor} the jobs that are registered with its worker, and the calls that jobs may make.
 * Thread-safe.
 */
public interface JobExecutorHost {
    /**
     * The worker's modules. Another process can load them by their class names.
     *
     * @return the modules, in the order in which they were added
     */
    List<JobModule> modules();

    /**
     * The names of jobs that only this process can create: jobs that no module has registered, and jobs that are
     * registered by class while the worker has its own {@link io.resque.api.JobFactory}.
     *
     * @return the names
     */
    Set<String> localJobs();

    /**
     * The listeners to call where jobs run, for {@code afterFork}, {@code beforePerform} and the events after it.
     *
     * @return the listeners at this moment, in the order to call them; another process calls the listeners of its
     *     {@link #modules} instead
     */
    List<ResqueListener> listeners();

    /**
     * Creates the job that is registered under a name.
     *
     * @param jobClass a name from a payload
     * @return a new instance, or empty if the name is not registered
     * @throws Exception the exception of the job's factory
     */
    Optional<Job> create(String jobClass) throws Exception;

    /**
     * The serializer, which converts arguments to classes that have no conversion of ours.
     *
     * @return the worker's serializer
     */
    JobSerializer serializer();

    /**
     * The converters of the worker that make a value of a class of its JSON value.
     *
     * @return a function for each class; empty in another process, which does not have them
     */
    default Map<Class<?>, Function<Object, ?>> readers() {
        return Map.of();
    }

    /**
     * The classes for which the worker has a converter to JSON. Another process does not have these converters, so it must refuse
     * values of the classes, and jobs whose types hold them.
     *
     * @return the classes, also those without a way back
     */
    default Set<Class<?>> converted() {
        return Set.of();
    }

    /**
     * Checks that a value has a JSON form, and copies it.
     *
     * @param value a job's result
     * @return the value as a JSON tree
     * @throws io.resque.api.InvalidJobException if it has no JSON form
     */
    @Nullable
    Object toTree(@Nullable Object value);

    /**
     * Keeps a checkpoint of a running job, as {@link io.resque.api.JobContext#checkpoint} says.
     *
     * @param request the job, as {@link JobExecutor#run} got it
     * @param cursor the checkpoint; null for none
     * @throws io.resque.api.InvalidJobException if it has no JSON form, or is too large
     * @throws io.resque.api.BackendException if it could not be kept
     * @throws IllegalStateException if the job has ended
     */
    default void checkpoint(JobRequest request, @Nullable Object cursor) {
        throw new UnsupportedOperationException("This worker keeps no checkpoints");
    }

    /**
     * Takes how far a running job is, as {@link io.resque.api.JobContext#progress} says. Does not wait. This default drops it.
     *
     * @param request the job, as {@link JobExecutor#run} got it
     * @param done how much of the work is done
     * @param total how much there is to do
     * @param text what the job does
     */
    default void progress(JobRequest request, long done, long total, String text) {}

    /**
     * Takes a line that a running job logs, as {@link io.resque.api.JobContext#log} says. Does not wait. This default drops it.
     *
     * @param request the job, as {@link JobExecutor#run} got it
     * @param line the line
     */
    default void log(JobRequest request, String line) {}

    /**
     * Enqueues jobs on behalf of a running job. The jobs have their arguments and metadata as the running job gave them: JSON values,
     * records, enums, {@link Optional}s, and in the worker's process also values of classes that have a converter. Listeners of the
     * worker hear of the jobs.
     *
     * @return the same object each time; thread-safe
     */
    Enqueuer enqueuer();
}
