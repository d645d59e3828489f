package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.frame.FrameChannel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A child that has connected. Used by one thread at a time. */
final class ChildProcess {
    /** How long a child that exits may take, for its shutdown hooks for example. */
    private static final long END_SECONDS = 10;

    final Process process;
    final FrameChannel channel;
    final ChildOutput output;
    /** Where the child writes the classes that it loads, which it has done when it has halted; null if it writes none. */
    final @Nullable Path list;

    private int jobs;

    ChildProcess(Process process, FrameChannel channel, ChildOutput output, @Nullable Path list) {
        this.process = process;
        this.channel = channel;
        this.output = output;
        this.list = list;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Counts a job. Whether the child may run another job after it. */
    boolean goesOnAfterThis(ChildOptions options) {
        jobs++;
        return jobs < options.jobsPerFork();
    }

    /** Waits for the end of a child that has closed its channel, which it does when it begins to exit. Empty if it does not end in time. */
    OptionalInt awaitEnd(long until) throws InterruptedException {
        long nanos = TimeUnit.SECONDS.toNanos(END_SECONDS);
        if (until != FrameChannel.FOREVER) {
            nanos = Math.min(nanos, until - System.nanoTime());
        }
        return process.waitFor(nanos, TimeUnit.NANOSECONDS) ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    }

    /** Kills the child and does not wait. A child that has sent its outcome has nothing left to do. */
    void end() {
        kill(process);
        try {
            channel.close();
            if (list != null) {
                Files.deleteIfExists(list);
            }
        } catch (IOException e) {
            // The connection ends with the process; a list that stays is deleted as an unused archive is.
        }
    }

    /** Has the child halt, and waits for it. False if it has ended otherwise, or has not halted. */
    boolean halt() throws InterruptedException {
        if (!isAlive()) {
            return false;
        }
        try {
            channel.close();
        } catch (IOException e) {
            return false; // it has ended meanwhile
        }
        return process.waitFor(END_SECONDS, TimeUnit.SECONDS);
    }

    /** Kills by the handle: {@link Process#destroyForcibly} would also discard the output that nobody has read yet. */
    static void kill(Process process) {
        process.toHandle().destroyForcibly();
    }

    /** Kills the child and all processes that it has started. */
    void endWithDescendants() {
        List<ProcessHandle> descendants = process.descendants().toList();
        end();
        descendants.forEach(ProcessHandle::destroyForcibly);
    }
}
