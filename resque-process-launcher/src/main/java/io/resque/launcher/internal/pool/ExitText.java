package io.resque.launcher.internal.pool;

import io.resque.api.spi.JobOutcome;
import java.util.Map;
import java.util.Set;

/** Sentences about the end of a process. */
public final class ExitText {
    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError";
    private static final int SIGNALS = 128;
    private static final int SIGKILL = 9;
    private static final int LAST_SIGNAL = 64;

    private static final Set<Integer> CRASHES = Set.of(4, 6, 7, 11);

    /** Of a JVM with -XX:+ExitOnOutOfMemoryError. */
    private static final int OUT_OF_MEMORY_STATUS = 3;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(10, "SIGUSR1"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(12, "SIGUSR2"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"));

    private ExitText() {}

    /** What is known about a child that has ended with this status. */
    static String byStatus(ChildProcess child, int status) {
        if (status == OUT_OF_MEMORY_STATUS) {
            String last = child.output.last();
            int at = last.indexOf(OUT_OF_MEMORY);
            if (at >= 0) {
                return who(child) + " ran out of memory and ended with status 3: "
                        + last.substring(at).lines().findFirst().orElse("");
            }
        }
        return who(child) + " " + ended(status);
    }

    static String killed(ChildProcess child, String reason) {
        return who(child) + " " + ended(SIGNALS + SIGKILL) + ": " + reason;
    }

    /** Java, like a shell, gives the same number for a signal and for the status 128 plus that signal. */
    public static String ended(int status) {
        int signal = status - SIGNALS;
        return isSignal(status)
                ? "was killed by signal " + signal + (NAMES.containsKey(signal) ? " (" + NAMES.get(signal) + ")" : "")
                : "ended with status " + status;
    }

    private static boolean isSignal(int status) {
        return status > SIGNALS && status <= SIGNALS + LAST_SIGNAL;
    }

    /** Whether the process ended by a fault of its own: SIGILL, SIGABRT, SIGBUS or SIGSEGV. Others send it the other signals. */
    static boolean isCrash(int status) {
        return CRASHES.contains(status - SIGNALS);
    }

    static String who(ChildProcess child) {
        return "The child process " + child.process.pid();
    }

    /** The outcome of a job that was interrupted by TERM: Ruby's exception for it, if the interrupt ended the job. */
    public static JobOutcome byTerm(JobOutcome outcome) {
        return outcome instanceof JobOutcome.Failed failed
                        && failed.exception().equals(InterruptedException.class.getName())
                ? new JobOutcome.Failed("Resque::TermException", "SIGTERM", failed.frames(), failed.superclasses())
                : outcome;
    }
}
