package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import io.resque.launcher.internal.support.OwnVariables;
import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
            Files.writeString(file, pid);
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

    /** Removes the file, unless another process has written its own pid meanwhile. */
    void remove() {
        try {
            if (Files.readString(file).equals(pid)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // The file has been removed already.
        }
    }
}
