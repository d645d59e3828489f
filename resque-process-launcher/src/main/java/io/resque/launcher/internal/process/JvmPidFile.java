package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that {@code JVM_PIDFILE} names. It holds the pid of this worker's JVM, for tools that measure the process. The file of
 * {@code PIDFILE} holds the pid of the shell in front of the JVM, which does not say how much memory the worker takes.
 */
final class JvmPidFile {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.WORKER_PROCESS);

    private final Path file;
    private final String pid = Long.toString(ProcessHandle.current().pid());

    private JvmPidFile(Path file) {
        this.file = file;
    }

    /**
     * Nothing is written yet.
     *
     * @throws ConfigurationException if it is clear now that the file cannot be written
     */
    static JvmPidFile at(String name) {
        Path file;
        try {
            file = Path.of(name).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new ConfigurationException(
                    OwnVariables.JVM_PIDFILE + " is \"" + name + "\", which is no name of a file", e);
        }
        Path written = Files.exists(file) ? file : file.getParent();
        if (written == null || Files.isDirectory(file) || !Files.isWritable(written)) {
            throw new ConfigurationException(OwnVariables.JVM_PIDFILE + " is \"" + name
                    + "\", which cannot be written; name a file in a folder where this user can write");
        }
        return new JvmPidFile(file);
    }

    /** The name of the file of one of several workers. */
    static String ofWorker(String name, int number) {
        return name + "." + number;
    }

    /** Writes the file, once the worker is registered. The end of this JVM removes it. */
    void write() {
        try {
            if (!replace()) {
                Files.writeString(file, pid);
            }
        } catch (IOException e) {
            LOG.error("The pid could not be written to {}: {}", file, e.toString());
            return;
        }
        try {
            Runtime.getRuntime().addShutdownHook(ProcessThreads.make(this::remove, "resque-pidfile"));
        } catch (IllegalStateException e) { // the JVM ends already
            remove();
        }
    }

    /**
     * Writes beside the file and moves it there, so that no reader sees an empty file. Returns false if that cannot be: the file is a
     * link or a device such as {@code /dev/stdout}, or only the file itself can be written.
     */
    private boolean replace() {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        Path fresh = file.resolveSibling(file.getFileName() + "." + pid + ".new");
        try {
            // Another user can know this name, and have put a link there.
            Files.deleteIfExists(fresh);
            Files.writeString(fresh, pid, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            fresh.toFile().delete(); // it may not be there
            return false;
        }
    }

    /** Removes the file, unless another process has written its own pid meanwhile. A link to it stays. */
    void remove() {
        if (!Files.isRegularFile(file)) {
            return; // a pipe or a terminal could make this JVM wait for its end for ever
        }
        try {
            if (beginning().equals(pid)) {
                Files.delete(file.toRealPath());
            }
        } catch (IOException e) {
            // The file has been removed already.
        }
    }

    /** More than any pid; behind a link there can be a log of any length. */
    private String beginning() throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(20), StandardCharsets.ISO_8859_1);
        }
    }
}
