package io.resque.api;

/** Which lists hold the failure records that workers write. {@code FailedJobs} reads all lists, whatever the layout. */
public enum FailureListLayout {
    /** In the list {@code failed}, as every Resque library does by default. */
    COMMON,
    /** In one list for each queue, {@code <queue>_failed}, as Ruby does with {@code FAILURE_BACKEND=redis_multi_queue}. */
    BY_QUEUE,
    /** In both. Each failure has two records; retrying or removing one does not change the other. */
    BOTH
}
