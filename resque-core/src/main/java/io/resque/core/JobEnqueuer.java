package io.resque.core;

import io.resque.api.JobSpec;

/** Puts a job that another job enqueues on its queue. */
@FunctionalInterface
interface JobEnqueuer {
    /** False if one of the listeners vetoed it. */
    boolean enqueue(String queue, JobSpec job, Events listeners);
}
