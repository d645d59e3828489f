package io.resque.api;

/**
 * Receives the failures that this process records, for example to report them to another service. The failure's record is
 * in Redis before the sink is called.
 *
 * <p>A thread of the worker calls the sink when Redis has answered that the record is written. Often it is not the thread
 * that ran the job. It runs no job while it calls the sink. If a job in the worker's own JVM called {@link System#exit}, a
 * thread {@code resque-exit} calls the sink, while the JVM ends. If this process recovers a dead worker and records its job
 * as a failure, the recovering thread calls the sink. Several threads may call at once, so an implementation must be
 * thread-safe. The sink is not called if this process dies between the record and the call.
 */
@FunctionalInterface
public interface FailureSink {
    /**
     * Called when a job has failed and its record is in Redis; called once for each failure, even if two lists hold it.
     *
     * @param failure the record, with the index -1, since its position is unknown
     * @throws Exception is logged and has no other effect
     */
    void failed(FailedJob failure) throws Exception;
}
