package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.support.PublicNames;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of the classes that children load (AppCDS). A JVM maps it into memory as code, so the archive must be in a folder that
 * only its owner can write to. Without it children start more slowly, so no failure here reaches the caller.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    /** An archive that no worker has used for so long is deleted. */
    private static final Duration UNUSED = Duration.ofDays(14);

    private final @Nullable Path file;
    private volatile boolean usable;

    private ClassArchive(@Nullable Path file) {
        this.file = file;
        this.usable = file != null && Files.isRegularFile(file);
    }

    /** Runs a child that writes an archive when it exits, and waits for its end. */
    interface Rehearsal {
        void run(List<String> javaOptions) throws ChildStartException, InterruptedException, IOException;
    }

    /** The archive for children with these options. */
    static ClassArchive of(ChildOptions options) {
        Path folder = options.archives();
        if (folder == null
                || options.javaOptions().stream().anyMatch(ClassArchive::concernsArchives)
                || JavaOptions.of(System.getenv()).stream().anyMatch(ClassArchive::concernsArchives)) {
            return new ClassArchive(null);
        }
        try {
            String key = Files.exists(folder) && !isOurs(folder) ? null : key(options);
            return new ClassArchive(key == null ? null : folder.resolve(key + ".jsa"));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("There is no archive of classes", e);
            return new ClassArchive(null);
        }
    }

    private static boolean isOurs(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        return Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
                && !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
    }

    private static boolean concernsArchives(String option) {
        return option.startsWith("-Xshare")
                || option.startsWith("-XX:SharedArchiveFile")
                || option.startsWith("-XX:ArchiveClassesAtExit")
                || option.startsWith("-XX:AOT");
    }

    /** The name of the archive, made from all that its content depends on; null if the class path has folders, which Java does not archive. */
    private static @Nullable String key(ChildOptions options) throws IOException {
        StringBuilder key = new StringBuilder();
        Path java = options.java().toRealPath();
        key.append(java)
                .append(' ')
                .append(Files.getLastModifiedTime(java))
                .append(options.javaOptions())
                .append(JavaOptions.of(System.getenv()));
        key.append(System.getProperty("java.vm.version"));
        for (String entry : options.classPath().split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                return null;
            }
            key.append('\n').append(path.toAbsolutePath());
            if (Files.exists(path)) {
                key.append(' ').append(Files.size(path)).append(' ').append(Files.getLastModifiedTime(path));
            }
        }
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(key.toString().getBytes(StandardCharsets.UTF_8)), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    /** The options by which a child uses the archive; none if there is no archive yet. */
    List<String> options() {
        return usable ? List.of("-XX:SharedArchiveFile=" + file) : List.of();
    }

    /** Makes the archive unless it exists. Takes a second or two. */
    void make(Rehearsal rehearsal) throws InterruptedException {
        Path target = file;
        if (target == null) {
            return;
        }
        Path made = null;
        try {
            if (usable) {
                Files.setLastModifiedTime(target, FileTime.from(Instant.now()));
                return;
            }
            Path folder = privateFolder(target);
            removeUnused(folder);
            made = folder.resolve(
                    target.getFileName() + "." + ProcessHandle.current().pid() + "-" + System.nanoTime());
            rehearsal.run(List.of("-XX:ArchiveClassesAtExit=" + made, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"));
            Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
            usable = true;
        } catch (IOException | ChildStartException | RuntimeException e) {
            LOG.debug("There is no archive of classes", e);
        } finally {
            delete(made);
        }
    }

    private static Path privateFolder(Path target) throws IOException {
        Path folder = target.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder.getParent());
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return folder;
    }

    private static void removeUnused(Path folder) throws IOException {
        Instant limit = Instant.now().minus(UNUSED);
        try (Stream<Path> files = Files.list(folder)) {
            for (Path old :
                    files.filter(each -> each.toString().contains(".jsa")).toList()) {
                if (Files.getLastModifiedTime(old).toInstant().isBefore(limit)) {
                    Files.deleteIfExists(old);
                }
            }
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.debug("{} cannot be deleted", file, e);
        }
    }
}
