package io.resque.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A child that has said hello. Used by one thread at a time. */
final class ChildProcess {
    /** How long an end may take that is under way, such as shutdown hooks. */
    private static final long END_SECONDS = 10;

    final Process process;
    final FrameChannel channel;
    final ChildOutput output;
    private int jobs;

    ChildProcess(Process process, FrameChannel channel, ChildOutput output) {
        this.process = process;
        this.channel = channel;
        this.output = output;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it may run one more job after this one. */
    boolean goesOnAfterThis(ChildOptions options) {
        jobs++;
        return jobs < options.jobsPerFork() && (options.memoryLimit() == 0 || residentBytes() <= options.memoryLimit());
    }

    /** 0 where nobody knows. */
    private long residentBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
            return 0;
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }

    /** The status of a child that has closed its channel, as it does when it begins to exit; empty if it goes on. */
    OptionalInt awaitEnd(long until) throws InterruptedException {
        long nanos = TimeUnit.SECONDS.toNanos(END_SECONDS);
        if (until != FrameChannel.FOREVER) {
            nanos = Math.min(nanos, until - System.nanoTime());
        }
        return process.waitFor(nanos, TimeUnit.NANOSECONDS) ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    }

    /**
     * Ends it at once and does not wait. A child that has given its result has nothing left to do, and killing is both
     * quicker and surer than asking.
     */
    void end() {
        try {
            channel.close();
        } catch (IOException e) {
            // The process goes, and the connection with it.
        }
        kill(process);
    }

    /** By its handle: {@link Process#destroyForcibly} also throws away what the process has printed. */
    static void kill(Process process) {
        process.toHandle().destroyForcibly();
    }

    /** Ends it together with what it has started. */
    void endWithDescendants() {
        List<ProcessHandle> descendants = process.descendants().toList();
        end();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
