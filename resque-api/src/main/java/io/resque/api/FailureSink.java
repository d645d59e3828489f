package io.resque.api;

/**
 * Receives the failures that this process records, for example to report them to another service. The failure's record is
 * in Redis before the sink is called.
 *
 * <p>The worker thread that ran the job calls the sink before it begins its next job. Several threads may call at once,
 * so an implementation must be thread-safe; while a sink runs, its worker thread runs no job. If this process recovers
 * a dead worker and records a failure for it, the recovering thread calls the sink. The sink is not called if this
 * process dies between the record and the call.
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
