package io.resque.core.internal.fleet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A folder like {@code /proc}, with the first process and one that looks. */
final class FakeProc {
    /** Pid of the process that looks; more than Linux gives. */
    static final long SELF = 4_000_000_000L;

    private final Path proc;

    FakeProc(Path proc) throws IOException {
        this.proc = proc;
        Files.createSymbolicLink(proc.resolve("self"), Path.of(Long.toString(SELF)));
        process(1, "S", 1, 7);
        process(SELF, "R", 40, 123);
        mounts("rw,nosuid,nodev,noexec,relatime");
        Files.createDirectories(proc.resolve("self/ns"));
        namespace("pid:[4026531836]");
        Files.createDirectories(proc.resolve("sys/kernel/random"));
        Files.writeString(proc.resolve("sys/kernel/random/boot_id"), "b1\n");
        Files.writeString(proc.resolve("sys/kernel/hostname"), "vm\n");
    }

    LocalProcesses processes() {
        return new LocalProcesses(proc, SELF);
    }

    Path path(String file) {
        return proc.resolve(file);
    }

    void process(long pid, String state, int threads, long start) throws IOException {
        Path folder = Files.createDirectories(proc.resolve(Long.toString(pid)));
        Path written = Files.writeString(
                folder.resolve("written"),
                pid + " (a (b) c) " + state + " 1 2 3 0 -1 4194560 9 0 0 0 1 2 0 0 20 0 " + threads + " 0 " + start
                        + " 1 2 3\n");
        Files.move(written, folder.resolve("stat"), StandardCopyOption.ATOMIC_MOVE); // a reader sees the whole
        pids(pid, Long.toString(pid));
    }

    /** The pids of a process, here first and then in each container around it, from the outermost on. */
    void pids(long pid, String pids) throws IOException {
        Files.writeString(proc.resolve(pid + "/status"), "Name:\tx\nNSpid:\t" + pids + "\nNSpgid:\t7\t77\n");
    }

    void mounts(String options) throws IOException {
        Files.writeString(proc.resolve("self/mounts"), "proc /proc proc " + options + " 0 0\n");
    }

    void namespace(String link) throws IOException {
        Files.deleteIfExists(proc.resolve("self/ns/pid"));
        Files.createSymbolicLink(proc.resolve("self/ns/pid"), Path.of(link));
    }
}
