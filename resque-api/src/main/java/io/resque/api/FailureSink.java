package io.resque.api;

/**
 * Is told of failures, such as to report them elsewhere. The record in Redis is written in any case, and first.
 *
 * <p>Called on the thread of the worker that ran the job, before its next job begins: by several threads at once, so an
 * implementation must be thread-safe, and one that takes long keeps its worker from working. Not called for a failure
 * whose process died between the record and this call, nor for those of other processes.
 */
@FunctionalInterface
public interface FailureSink {
    /**
     * A job has failed, and its record is in Redis.
     *
     * @param failure the record, once for each failure even if it is in two lists; its index is -1, not known
     * @throws Exception is logged and harms nothing
     */
    void failed(FailedJob failure) throws Exception;
}
