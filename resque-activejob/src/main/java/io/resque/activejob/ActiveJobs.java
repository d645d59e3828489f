package io.resque.activejob;

/** Enqueues jobs of Rails' ActiveJob. Immutable and thread-safe. */
public final class ActiveJobs {
    /** The class that each job of ActiveJob has in Redis, whatever its own class is. */
    public static final String WRAPPER = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    private ActiveJobs() {}

    /**
     * Begins the jobs of ActiveJob that a worker runs.
     *
     * @return without a handler
     */
    public static ActiveJobHandlers handlers() {
        return new ActiveJobHandlers();
    }
}
