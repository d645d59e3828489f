package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folder of class archives and packed folders, which all workers of a user share. The files of an archive begin with its name. */
final class ArchiveFolder {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    /** The length of the part of a file's name that names the archive. */
    static final int NAME = 32;

    /** An archive that no worker has used for so long is deleted. */
    private static final Duration UNUSED = Duration.ofDays(14);

    /** What a worker that was killed has left half made is deleted after so long. */
    private static final Duration HALF_MADE = Duration.ofHours(1);

    private static final Pattern TEMPORARY = Pattern.compile(".*\\.\\d+-\\d+");

    private ArchiveFolder() {}

    /** Makes the folder, unless it is there. Others must not write to it: a JVM maps what stands there as code. */
    static void prepare(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            try {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            } catch (FileAlreadyExistsException e) {
                // Another worker has made it meanwhile.
            }
        }
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        if (!Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
                || permissions.contains(PosixFilePermission.GROUP_WRITE)
                || permissions.contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new IOException("Others can write to " + folder);
        }
    }

    /** A name that no other worker writes to, in the same folder. */
    static Path temporary(Path target) {
        return target.resolveSibling(
                target.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    /** Gives the whole file its name. Written to the disk before: a machine that loses its power could keep the name alone. */
    static void publish(Path made, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(made, StandardOpenOption.READ)) { // an archive is read-only
            channel.force(true);
        }
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Deletes the files of archives of which none was used lately. */
    static void removeUnused(Path target) throws IOException {
        Instant limit = Instant.now().minus(UNUSED);
        Map<String, Instant> used = new HashMap<>();
        try (Stream<Path> files = Files.list(target.getParent())) {
            List<Path> ours = files.filter(
                            each -> each.getFileName().toString().matches("[0-9a-f]{" + NAME + "}[.-].*"))
                    .toList();
            for (Path each : ours) {
                used.merge(nameOf(each), changed(each), (one, other) -> one.isAfter(other) ? one : other);
            }
            for (Path each : ours) {
                boolean forgotten = TEMPORARY.matcher(each.toString()).matches()
                        && changed(each).isBefore(Instant.now().minus(HALF_MADE));
                if (forgotten
                        || used.get(nameOf(each)).isBefore(limit)
                                && !nameOf(each).equals(nameOf(target))) {
                    delete(each);
                }
            }
        }
    }

    /** Not the time of the content, which is the same in each copy of a packed folder. */
    private static Instant changed(Path file) throws IOException {
        try {
            return ((FileTime) Files.getAttribute(file, "unix:ctime")).toInstant();
        } catch (NoSuchFileException e) { // another worker has deleted it meanwhile
            return Instant.now();
        }
    }

    private static String nameOf(Path file) {
        return file.getFileName().toString().substring(0, NAME);
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("{} cannot be deleted", file, e);
        }
    }
}
