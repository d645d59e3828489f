package io.resque.launcher;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What a job can leave behind in a child that runs several jobs, so that the child ends and the next job has another one. What the
 * application has made before does not count: in the constructor or the methods of its {@link io.resque.api.JobModule}, or when {@code
 * afterFork} of its listeners runs for the first time in this child.
 */
public enum Leftover {
    /** Threads that go on. Java's own do not count, unless its common pool has work. Virtual threads are not seen. */
    THREADS,
    /** Processes that go on, started by the thread of the job or by a thread that has ended. Only on Linux. */
    PROCESSES,
    /** Open files, sockets and pipes. Jars do not count, nor connections that Java's HTTP clients keep. Only on Linux. */
    OPEN_FILES,
    /** Shutdown hooks. Java's own do not count. */
    SHUTDOWN_HOOKS,
    /** System properties that were set, changed or removed. */
    SYSTEM_PROPERTIES,
    /** Another default locale. */
    LOCALE,
    /** Another default time zone. */
    TIME_ZONE,
    /** Another {@code System.in}, {@code out} or {@code err}. */
    STREAMS,
    /** Another default handler of uncaught exceptions. */
    EXCEPTION_HANDLER,
    /** A job that was interrupted, at its time limit or because its worker leaves: it may have left its work half done. */
    INTERRUPT;

    private String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> names(Leftover... kinds) {
        return Arrays.stream(kinds)
                .map(kind -> Objects.requireNonNull(kind, "kind").text())
                .toList();
    }
}
