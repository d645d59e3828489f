package io.resque.launcher.internal.support;

import java.util.Map;

/**
 * The variables of the environment that are for one process only: its port, its files, and the process that started it. No child
 * and no program that a job starts must find them.
 */
public final class OwnVariables {
    /** The address where a worker process answers probes. */
    public static final String HTTP = "RESQUE_HTTP";

    /** The file that a worker process touches at each heartbeat. */
    public static final String HEARTBEAT_FILE = "HEARTBEAT_FILE";

    /** The file with the pid of a worker's JVM. */
    public static final String JVM_PIDFILE = "JVM_PIDFILE";

    /** Holds the pid of the shell that has started this JVM and passes signals on. */
    public static final String LAUNCHER = "RESQUE_LAUNCHER";

    /** Holds the pid of the process that has started this worker as one of several. */
    public static final String SUPERVISOR = "RESQUE_SUPERVISOR";

    /** The file with the pid of the shell, which the shell writes. */
    private static final String PIDFILE = "PIDFILE";

    /** Set by {@code bin/resque}, so that the JVM does not suspend threads by USR2. */
    private static final String SUSPEND_SIGNAL = "_JAVA_SR_SIGNUM";

    private OwnVariables() {}

    /**
     * Prepares the environment of a process that this one starts.
     *
     * @param environment of the new process, a copy of this one's; changed here
     */
    public static void removeFrom(Map<String, String> environment) {
        environment.remove(HTTP);
        environment.remove(HEARTBEAT_FILE);
        environment.remove(PIDFILE);
        environment.remove(JVM_PIDFILE);
        String launcher = environment.remove(LAUNCHER);
        String supervisor = environment.remove(SUPERVISOR);
        if (launcher != null || supervisor != null) {
            environment.remove(SUSPEND_SIGNAL);
        }
    }
}
