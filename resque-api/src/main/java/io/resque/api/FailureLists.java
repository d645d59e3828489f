package io.resque.api;

/** In which lists workers record failures. */
public enum FailureLists {
    /** In the list {@code failed}, as every Resque library does by default. */
    COMMON,
    /** In one list for each queue, {@code <queue>_failed}, as Ruby does with {@code FAILURE_BACKEND=redis_multi_queue}. */
    BY_QUEUE,
    /** In both. Each failure has two records; retrying or removing one does not change the other. */
    BOTH
}
