package io.resque.api;

/** Where workers record failures. */
public enum FailureLists {
    /** In the one list {@code failed}, as every Resque does by default. */
    COMMON,
    /** In a list for each queue, {@code <queue>_failed}, as Ruby with {@code FAILURE_BACKEND=redis_multi_queue}. */
    BY_QUEUE,
    /** In both: two records for each failure, which are retried and removed each for itself. */
    BOTH
}
