package io.resque.launcher.internal.support;

/**
 * The names of public classes that stand in logs and in command lines. The rooms cannot see the classes themselves, which use the
 * rooms; and operators may have set levels for these loggers.
 */
public final class PublicNames {
    /** The main class of a worker, and the logger of the room {@code process}. */
    public static final String WORKER_PROCESS = "io.resque.launcher.WorkerProcess";

    /** The logger of the room {@code pool}. */
    public static final String JOB_EXECUTOR = "io.resque.launcher.ProcessJobExecutor";

    private PublicNames() {}
}
