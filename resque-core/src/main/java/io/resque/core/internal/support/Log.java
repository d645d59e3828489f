package io.resque.core.internal.support;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loggers of this library. Each is named after a public class, since operators filter by these names: a class that moves or
 * is renamed keeps its logger.
 */
public final class Log {
    /** How workers start, work, meet trouble and stop, and what becomes of dead ones. */
    public static final Logger WORKER = LoggerFactory.getLogger("io.resque.core.Worker");

    /** How jobs are enqueued, and which adapters are found. */
    public static final Logger RESQUE = LoggerFactory.getLogger("io.resque.core.Resque");

    /** How failures are retried. */
    public static final Logger FAILED_JOBS = LoggerFactory.getLogger("io.resque.core.FailedJobs");

    /** How the port for probes and metrics answers. */
    public static final Logger HTTP = LoggerFactory.getLogger("io.resque.core.ResqueHttp");

    private Log() {}
}
