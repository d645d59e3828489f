package io.resque.web;

/** What a visitor of the pages may do. Each allows what the one before allows, and more. */
public enum Access {
    /** Sees nothing. */
    NONE,
    /** Sees everything, arguments of jobs included, and changes nothing. */
    READ,
    /** Retries failures as well, which enqueues their jobs anew. */
    RETRY,
    /** Presses every button: removes jobs, queues, workers and failures, and pauses. */
    ALL
}
