package io.resque.core.internal.fleet;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A process that has ended, and whose parent does not ask how. On Linux. */
record Zombie(Process parent, long pid) implements AutoCloseable {
    /** The shell that has started it becomes a program that waits for no child; then it ends, with its input. */
    static Zombie start() throws IOException {
        Process parent = new ProcessBuilder("sh", "-c", "exec 3<&0; cat <&3 >&2 & echo $!; exec sleep 50").start();
        long pid = Long.parseLong(parent.inputReader().readLine());
        await().until(() -> Files.readString(proc(parent.pid(), "comm")).equals("sleep\n"));
        parent.getOutputStream().close();
        await().until(() -> Files.readString(proc(pid, "stat")).contains(") Z "));
        return new Zombie(parent, pid);
    }

    private static Path proc(long pid, String file) {
        return Path.of("/proc", Long.toString(pid), file);
    }

    @Override
    public void close() {
        parent.destroyForcibly();
    }
}
