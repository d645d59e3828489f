package io.resque.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The folder of the socket to which a child that starts connects: a temporary one, for its owner only. */
final class SocketFolder {
    static final String SOCKET = "s";

    private static final Duration FORGOTTEN = Duration.ofHours(1);

    /** Of a socket's path in bytes. Linux takes 107, others 103. */
    private static final int LONGEST = 103;

    /** What is added to a folder: a dash, a process, a dash, a random number, the socket. */
    private static final int ADDED = "/resque-4194304--9223372036854775808/s".length();

    private SocketFolder() {}

    /** A new one: where Java puts temporary files, or, where a socket's path would be too long, in /tmp. */
    static Path create() throws StartException {
        Path place = place(System.getProperty("java.io.tmpdir"));
        try {
            return Files.createTempDirectory(
                    place, "resque-" + ProcessHandle.current().pid() + "-");
        } catch (IOException e) {
            throw new StartException(
                    "No child process can be started: nothing can be written to " + place + " (" + e
                            + "); set TMPDIR, or without bin/resque -Djava.io.tmpdir, to a folder where this user can write",
                    e);
        }
    }

    static Path place(String temporary) {
        Path place = Path.of(temporary);
        boolean fits = place.toAbsolutePath().toString().getBytes(StandardCharsets.UTF_8).length + ADDED <= LONGEST;
        return fits ? place : Path.of("/tmp");
    }

    static void remove(@Nullable Path folder) {
        try {
            if (folder != null) {
                Files.deleteIfExists(folder.resolve(SOCKET));
                Files.deleteIfExists(folder);
            }
        } catch (IOException e) {
            // Somebody has tidied up before us.
        }
    }

    /** Removes what parents left that were killed while they started a child. No start takes so long. */
    static void removeForgotten() {
        Instant limit = Instant.now().minus(FORGOTTEN);
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(place(System.getProperty("java.io.tmpdir")), "resque-[0-9]*-[0-9]*")) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
                    remove(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // They stay, and do no harm.
        }
    }
}
