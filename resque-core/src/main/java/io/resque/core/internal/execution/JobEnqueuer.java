package io.resque.core.internal.execution;

import io.resque.api.JobSpec;
import io.resque.core.internal.support.ListenerChain;

/** Puts a job that another job enqueues on its queue. */
@FunctionalInterface
public interface JobEnqueuer {
    /** False if one of the listeners vetoed it. */
    boolean enqueue(String queue, JobSpec job, ListenerChain listeners);
}
