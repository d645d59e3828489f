package io.resque.launcher;

import io.resque.api.spi.JobOutcome;
import java.util.Map;

/** Words for the end of a child. */
final class Death {
    private static final String OUT_OF_MEMORY = "Terminating due to java.lang.OutOfMemoryError";
    private static final int SIGNALS = 128;
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

    private Death() {}

    /** Java tells a signal and a status of 128 and the signal by one number; so does a shell. */
    static String byStatus(ChildProcess child, int status) {
        if (status == 3) {
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
        return who(child) + " " + ended(SIGNALS + 9) + ": " + reason;
    }

    static String ended(int status) {
        int signal = status - SIGNALS;
        return signal > 0 && signal < 65
                ? "was killed by signal " + signal + (NAMES.containsKey(signal) ? " (" + NAMES.get(signal) + ")" : "")
                : "ended with status " + status;
    }

    static String who(ChildProcess child) {
        return "The child process " + child.process.pid();
    }

    /** Under the name by which Ruby's pages know a job that was told to end, if that ended it. */
    static JobOutcome byTerm(JobOutcome outcome) {
        return outcome instanceof JobOutcome.Failed failed
                        && failed.exception().equals(InterruptedException.class.getName())
                ? new JobOutcome.Failed("Resque::TermException", "SIGTERM", failed.frames())
                : outcome;
    }
}
