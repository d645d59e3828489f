package io.resque.api;

import java.util.function.Supplier;

/**
 * The jobs that a worker can run, by name. A job whose name is not registered fails; no class is ever loaded by a name
 * that a payload holds.
 *
 * <p>Not thread-safe: register all jobs before the worker starts.
 */
public interface JobRegistry {
    /**
     * Registers a job with its own factory.
     *
     * @param jobClass the name in the payload, such as Ruby's {@code Acme::Mail} or PHP's {@code Acme\Mail}
     * @param factory creates a new instance for each run; called on the thread that runs the job
     * @return this registry
     * @throws IllegalArgumentException if the name is empty or registered already
     */
    JobRegistry register(String jobClass, Supplier<? extends Job> factory);

    /**
     * Registers a job by its class. The worker's {@link JobFactory} creates the instances; by default it calls the
     * constructor without parameters.
     *
     * @param jobClass the name in the payload
     * @param type the class to create an instance of for each run
     * @return this registry
     * @throws IllegalArgumentException if the name is empty or registered already
     */
    JobRegistry register(String jobClass, Class<? extends Job> type);

    /**
     * Registers a typed job under the name of its type. One instance runs all jobs, as a lambda can.
     *
     * @param <A> the type of the arguments
     * @param type as its producers have it
     * @param job runs the jobs, on several threads at once
     * @return this registry
     * @throws IllegalArgumentException if the name is registered already
     * @throws ConfigurationException as {@link JobType#check}
     */
    default <A> JobRegistry register(JobType<A> type, TypedJob<A> job) {
        return register(type.jobClass(), () -> TypedJob.bound(type, job));
    }

    /**
     * Registers a typed job by its class. The worker's {@link JobFactory} creates the instances, as for
     * {@link #register(String, Class)}.
     *
     * @param <A> the type of the arguments
     * @param type as its producers have it
     * @param job the class to create an instance of for each run
     * @return this registry
     * @throws IllegalArgumentException if the name is registered already
     * @throws ConfigurationException as {@link JobType#check}
     */
    <A> JobRegistry register(JobType<A> type, Class<? extends TypedJob<A>> job);
}
