package io.resque.launcher;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file that {@code JVM_PIDFILE} names, with the pid of this worker's JVM: the file of {@code PIDFILE} names the shell in
 * front of it, whose memory says nothing.
 */
final class PidFile {
    static final String VARIABLE = "JVM_PIDFILE";

    private static final Logger LOG = LoggerFactory.getLogger(WorkerProcess.class);

    private final Path file;
    private final String pid = Long.toString(ProcessHandle.current().pid());

    private PidFile(Path file) {
        this.file = file;
    }

    /** Refuses a file that could not be written, as far as that can be known before. */
    static PidFile at(String name) {
        Path file;
        try {
            file = Path.of(name).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw new ConfigurationException(VARIABLE + " is \"" + name + "\", which is no name of a file", e);
        }
        Path written = Files.exists(file) ? file : file.getParent();
        if (written == null || Files.isDirectory(file) || !Files.isWritable(written)) {
            throw new ConfigurationException(VARIABLE + " is \"" + name
                    + "\", which cannot be written; name a file in a folder where this user can write");
        }
        return new PidFile(file);
    }

    /** The name of the file of one of several workers. */
    static String ofWorker(String name, int number) {
        return name + "." + number;
    }

    /** To be called once the worker is registered; from then on its end removes the file. */
    void write() {
        try {
            Files.writeString(file, pid);
        } catch (IOException e) {
            LOG.error("The pid could not be written to {}: {}", file, e.toString());
            return;
        }
        try {
            Runtime.getRuntime().addShutdownHook(new Thread(this::remove, "resque-pidfile"));
        } catch (IllegalStateException e) { // it ends already
            remove();
        }
    }

    /** Unless another process has written it anew. */
    void remove() {
        try {
            if (Files.readString(file).equals(pid)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            // Somebody else has removed it.
        }
    }
}
