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
     * @throws ConfigurationException if there is no {@code JobFactory}, and the class is an interface, abstract or an inner class. If it
     *     only lacks a constructor without parameters, the start of the worker throws this, unless a {@code JobFactory} is set by then
     */
    JobRegistry register(String jobClass, Class<? extends Job> type);

    /**
     * Registers a job by its class under the simple name of the class: {@code register(WelcomeMail.class)} is {@code
     * register("WelcomeMail", WelcomeMail.class)}, also if the class is in a package or in another class.
     *
     * @param type the class to create an instance of for each run
     * @return this registry
     * @throws IllegalArgumentException if the name is registered already, or the class has no name
     * @throws ConfigurationException as {@link #register(String, Class)}
     */
    default JobRegistry register(Class<? extends Job> type) {
        return register(type.getSimpleName(), type);
    }

    /**
     * Registers a typed job under the name of its type. One instance runs all jobs, as a lambda can.
     *
     * @param <A> the type of the arguments
     * @param type as its producers have it
     * @param job runs the jobs, on several threads at once
     * @return this registry
     * @throws IllegalArgumentException if the name is registered already
     * @throws ConfigurationException if a component has a class that JSON does not have, and no converter both ways
     */
    default <A> JobRegistry register(JobType<A> type, TypedJob<A> job) {
        register(type.jobClass(), () -> TypedJob.bound(type, job));
        type.retry().ifPresent(policy -> retry(type.jobClass(), policy));
        type.unique().ifPresent(option -> unique(type.jobClass(), option));
        type.limits().forEach(limit -> limit(type.jobClass(), limit));
        return this;
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
     * @throws ConfigurationException if a component has a class that JSON does not have, and no converter both ways; or if the job
     *     cannot be created, as for {@link #register(String, Class)}
     */
    <A> JobRegistry register(JobType<A> type, Class<? extends TypedJob<A>> job);

    /**
     * Registers one job that runs the jobs of Rails' ActiveJob. The module {@code resque-activejob} calls this.
     *
     * @param jobs which of them it can run, and what holds for them
     * @param factory creates a new instance for each run
     * @return this registry; by default the job is registered and nothing else is done, as in a child process
     * @throws IllegalArgumentException if the wrapper of ActiveJob is registered already
     */
    default JobRegistry registerWrapped(WrappedJobs jobs, Supplier<? extends Job> factory) {
        register(JobMatch.WRAPPER, factory);
        return register("::" + JobMatch.WRAPPER, factory);
    }

    /**
     * Gives a registered job a policy for its failed runs. A policy of a {@link JobType} is given by its registration; this replaces it.
     *
     * @param jobClass the name under which the job is registered
     * @param retry the policy
     * @return this registry; by default nothing else is done, as in a child process, whose worker applies the policies
     * @throws IllegalArgumentException if no job is registered under the name
     */
    default JobRegistry retry(String jobClass, Retry retry) {
        return this;
    }

    /**
     * Adds a limit to a registered job, in addition to those of its {@link JobType}.
     *
     * @param jobClass the name under which the job is registered
     * @param limit how many of its jobs may run at a time, or may begin in a period
     * @return this registry; by default nothing else is done, as in a child process, whose worker applies the limits
     * @throws IllegalArgumentException if no job is registered under the name
     */
    default JobRegistry limit(String jobClass, Limit limit) {
        return this;
    }

    /**
     * Gives a registered job the option of {@link Unique#whileRunning} or {@link Unique#as}, for payloads that do not name such a lock, as of other programs.
     * The other kinds of locks are taken where a job is enqueued: this ignores them.
     *
     * @param jobClass the name under which the job is registered
     * @param option the option
     * @return this registry; by default nothing else is done, as in a child process, whose worker takes the locks
     * @throws IllegalArgumentException if no job is registered under the name
     */
    default JobRegistry unique(String jobClass, Unique option) {
        return this;
    }
}
