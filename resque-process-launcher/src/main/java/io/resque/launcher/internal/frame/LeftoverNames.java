package io.resque.launcher.internal.frame;

import java.util.List;

/** The names of the kinds of things that a job can leave behind. Constants and not an enum, which a child would have to load. */
public final class LeftoverNames {
    public static final String THREADS = "threads";
    public static final String PROCESSES = "processes";
    public static final String OPEN_FILES = "open-files";
    public static final String SHUTDOWN_HOOKS = "shutdown-hooks";
    public static final String SYSTEM_PROPERTIES = "system-properties";
    public static final String LOCALE = "locale";
    public static final String TIME_ZONE = "time-zone";
    public static final String STREAMS = "streams";
    public static final String EXCEPTION_HANDLER = "exception-handler";

    /** Only the worker knows of it. */
    public static final String INTERRUPT = "interrupt";

    /** Cannot be allowed: the limit can be raised. */
    public static final String MEMORY = "memory";

    private LeftoverNames() {}

    /** All that can be allowed. */
    public static List<String> allowable() {
        return List.of(
                THREADS,
                PROCESSES,
                OPEN_FILES,
                SHUTDOWN_HOOKS,
                SYSTEM_PROPERTIES,
                LOCALE,
                TIME_ZONE,
                STREAMS,
                EXCEPTION_HANDLER,
                INTERRUPT);
    }
}
