package io.resque.core;

/** What a stop of a worker does with a job that it interrupts; see {@link WorkerBuilder#onStop}. */
public enum OnStop {
    /** The job becomes a failure, or is retried if it has a retry policy. The default. */
    FAIL,

    /** The job goes back to the head of its queue. */
    PUT_BACK
}
