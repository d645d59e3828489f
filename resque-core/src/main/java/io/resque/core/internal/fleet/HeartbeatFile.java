package io.resque.core.internal.fleet;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Log;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import org.slf4j.Logger;

/** A file whose time tells probes of the last heartbeat. If it cannot be written, the heartbeat goes on. */
public final class HeartbeatFile {
    private static final Logger LOG = Log.WORKER;

    private final Path file;
    private boolean touched;
    private boolean refused;

    public HeartbeatFile(Path file) {
        this.file = file.toAbsolutePath();
        if (Files.isDirectory(this.file)) {
            throw new ConfigurationException(
                    "The heartbeat file " + JsonRules.forLog(file.toString()) + " is a folder; name a file in it");
        }
        Path folder = this.file.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new ConfigurationException("The folder of the heartbeat file " + JsonRules.forLog(file.toString())
                    + " does not exist; make it, or name another file");
        }
    }

    synchronized void touch() {
        try {
            touchFile();
            touched = true;
            refused = false;
        } catch (IOException | RuntimeException e) {
            if (!refused) {
                LOG.warn("The heartbeat file cannot be touched: {}", JsonRules.forLog(e.toString()));
            }
            refused = true;
        }
    }

    private void touchFile() throws IOException {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
        } catch (NoSuchFileException e) {
            Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                    .close();
        } catch (FileSystemException e) {
            // Only the owner of a file can set its time; a write moves the time, too.
            Files.write(file, new byte[] {'\n'}, StandardOpenOption.WRITE);
        }
    }

    /** For a clean end, which leaves no file. */
    synchronized void remove() {
        if (touched) {
            touched = false;
            try {
                Files.deleteIfExists(file);
            } catch (IOException | RuntimeException e) {
                LOG.warn("The heartbeat file cannot be removed: {}", JsonRules.forLog(e.toString()));
            }
        }
    }
}
