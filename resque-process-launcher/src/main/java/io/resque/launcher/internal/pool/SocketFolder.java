package io.resque.launcher.internal.pool;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A temporary folder with the socket to which one new child connects. Only its owner can enter it. */
final class SocketFolder implements AutoCloseable {
    private static final String SOCKET = "s";
    private static final Duration FORGOTTEN = Duration.ofHours(1);

    /** The longest path of a socket, in bytes: 107 on Linux, 103 elsewhere. */
    private static final int LONGEST = 103;

    private final Path folder;
    private final @Nullable FileChannel opened;

    /** A path of the socket that is short enough. */
    final Path socket;

    private SocketFolder(Path folder, @Nullable FileChannel opened, Path socket) {
        this.folder = folder;
        this.opened = opened;
        this.socket = socket;
    }

    /** Creates a folder where Java puts temporary files. */
    static SocketFolder create() throws ChildStartException {
        Path place = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            return create(place);
        } catch (IOException e) {
            throw new ChildStartException(
                    "No child process can be started: nothing can be written to " + place + " (" + e
                            + "); set TMPDIR, or without bin/resque -Djava.io.tmpdir, to a folder where this user can write",
                    e);
        }
    }

    static SocketFolder create(Path place) throws IOException {
        Path folder = Files.createTempDirectory(
                place.toAbsolutePath(), "resque-" + ProcessHandle.current().pid() + "-");
        Path socket = folder.resolve(SOCKET);
        if (socket.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST) {
            return new SocketFolder(folder, null, socket);
        }
        FileChannel opened = null;
        try {
            opened = FileChannel.open(folder, StandardOpenOption.READ);
            return new SocketFolder(folder, opened, byDescriptor(folder).resolve(SOCKET));
        } catch (IOException e) {
            if (opened != null) {
                opened.close();
            }
            Files.deleteIfExists(folder);
            throw new IOException("its path is too long for a socket", e);
        }
    }

    /** On Linux every file that a process holds open has a short name under /proc, which its children can use too. */
    private static Path byDescriptor(Path folder) throws IOException {
        Path real = folder.toRealPath();
        Path own = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd");
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(own)) {
            for (Path descriptor : descriptors) {
                if (isLinkTo(real, descriptor)) {
                    return descriptor;
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        throw new IOException("no descriptor of it is in " + own);
    }

    private static boolean isLinkTo(Path real, Path descriptor) throws IOException {
        try {
            return Files.isSymbolicLink(descriptor)
                    && Files.readSymbolicLink(descriptor).equals(real);
        } catch (NoSuchFileException e) { // another thread has closed it meanwhile
            return false;
        }
    }

    @Override
    public void close() {
        remove(folder);
        try {
            if (opened != null) {
                opened.close();
            }
        } catch (IOException e) {
            // Nothing was written by it.
        }
    }

    private static void remove(Path folder) {
        try {
            Files.deleteIfExists(folder.resolve(SOCKET));
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            // Another process has removed it.
        }
    }

    /** Removes folders that workers left behind when they were killed during a start. No start takes as long as {@link #FORGOTTEN}. */
    static void removeForgotten() {
        Instant limit = Instant.now().minus(FORGOTTEN);
        try (DirectoryStream<Path> folders =
                Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "resque-[0-9]*-[0-9]*")) {
            for (Path folder : folders) {
                if (Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
                    remove(folder);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // A folder that stays does no harm.
        }
    }
}
