package io.resque.launcher.internal.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A worker process of a crew. Used by one thread. */
final class CrewProcess {
    final Process process;
    final Crew crew;

    /** Whether it has the options that only one JVM can have. */
    final boolean isFirst;

    /** How many processes before it, in the same place, ended soon after their start. */
    final int failures;

    /** From 1 on. A worker that replaces another one takes the lowest free number. */
    final int number;

    /** Whether it was told to leave. */
    boolean leaving;

    private final long startedAt = System.nanoTime();

    CrewProcess(Process process, Crew crew, boolean isFirst, int failures, int number) {
        this.process = process;
        this.crew = crew;
        this.isFirst = isFirst;
        this.failures = failures;
        this.number = number;
    }

    boolean hasLived(long seconds) {
        return System.nanoTime() - startedAt > TimeUnit.SECONDS.toNanos(seconds);
    }

    void leave() {
        leaving = true;
        tell(ProcessEvent.Signal.QUIT);
    }

    void tell(ProcessEvent.Message message) {
        try {
            process.getOutputStream().write((message.line() + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException e) {
            // The process has just ended.
        }
    }
}
