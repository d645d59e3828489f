package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.child.ChildMain;
import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The archive of the classes that children load (AppCDS), and the class path for which it was made. A JVM maps it into memory as code,
 * so the archive must be in a folder that only its owner can write to. Without it children start more slowly, so no failure here
 * reaches the caller. Thread-safe.
 */
final class ClassArchive {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    /** A change of the class path, or an archive that another worker has made, is seen after so long. */
    private static final long LOOK = TimeUnit.SECONDS.toNanos(1);

    private static final long TOUCH = TimeUnit.HOURS.toNanos(1);

    private static final String ENDING = ".jsa";

    private static final List<String> ABOUT_ARCHIVES = List.of(
            "-Xshare",
            "-XX:SharedArchiveFile",
            "-XX:ArchiveClassesAtExit",
            "-XX:AOT",
            "-javaagent:",
            "-agentlib:",
            "-agentpath:",
            "-Xrun");

    private final ChildOptions options;
    private final @Nullable Path folder;
    private final String stamp;
    private long looked;
    private long touched;
    private @Nullable Path file;
    private String classPath;
    private boolean usable;
    private int learned;
    private final Set<String> classes = new LinkedHashSet<>();

    /** This archive cannot be made, or a JVM crashed by it. */
    private @Nullable Path givenUp;

    private ClassArchive(ChildOptions options, @Nullable Path folder, String stamp) {
        this.options = options;
        this.folder = folder;
        this.stamp = stamp;
        this.classPath = options.classPath();
        this.looked = System.nanoTime() - LOOK;
        this.touched = looked - TOUCH;
    }

    /**
     * What a child starts with.
     *
     * @param list where its JVM writes the classes that it loads; null if it writes none
     */
    record Use(
            String classPath,
            List<String> options,
            @Nullable Path list) {
        private static Use listing(String classPath, Path list) {
            return new Use(classPath, List.of("-XX:DumpLoadedClassList=" + list), list);
        }
    }

    /** Runs the JVMs that an archive is made by, and waits for their end. */
    interface Maker {
        /** A child that does what most jobs do, and exits. */
        void rehearse(Use use) throws ChildStartException, InterruptedException, IOException;

        /**
         * A JVM that has the options of a child and no worker.
         *
         * @throws IOException if it ends with another status
         */
        void alone(Use use, int status) throws InterruptedException, IOException;
    }

    /**
     * The archive for children with these options.
     *
     * @param plain whether Java itself loads the children's classes from the class path
     */
    static ClassArchive of(ChildOptions options, boolean plain) {
        Path folder = options.archives();
        List<String> given = new ArrayList<>(JavaOptions.forMany(JavaOptions.of(System.getenv())));
        given.addAll(options.javaOptions());
        if (folder == null
                || given.stream().anyMatch(ClassArchive::concernsArchives)
                || !plain
                        && ChildClassPath.entries(options.classPath()).stream().anyMatch(Files::isDirectory)) {
            return new ClassArchive(options, null, "");
        }
        try {
            ArchiveFolder.prepare(folder);
            Path java = options.java().toRealPath();
            return new ClassArchive(
                    options,
                    folder.toAbsolutePath(),
                    java + " " + Files.getLastModifiedTime(java) + System.getProperty("java.vm.version")
                            + JavaOptions.ofChildren(options, System.getenv()) + given
                            + (options.trainedBy() > 0 ? " trained" : ""));
        } catch (IOException | UnsupportedOperationException e) {
            LOG.debug("There is no archive of classes", e);
            return new ClassArchive(options, null, "");
        }
    }

    /** Java makes no archive under an agent. */
    private static boolean concernsArchives(String option) {
        return ABOUT_ARCHIVES.stream().anyMatch(option::startsWith);
    }

    /** Looks for changes, and says what the next child starts with. */
    synchronized Use use() {
        if (folder != null && System.nanoTime() - looked >= LOOK) {
            looked = System.nanoTime();
            look(folder);
        }
        if (usable) {
            return new Use(classPath, List.of("-XX:SharedArchiveFile=" + file, "-Xlog:cds=off"), null);
        }
        return file == null || learned >= options.trainedBy()
                ? new Use(classPath, List.of(), null)
                : Use.listing(classPath, ArchiveFolder.temporary(Path.of(prefix(file) + ".list")));
    }

    /** Learns which classes a child has loaded that has ended. The child was started by {@link #use}. */
    void learn(Path list) {
        try {
            Set<String> read = classes(list);
            synchronized (this) {
                learned++;
                classes.addAll(read);
            }
        } catch (IOException e) {
            LOG.debug("A child has written no list of its classes", e);
        } finally {
            ArchiveFolder.delete(list);
        }
    }

    /** The lines without the numbers, which differ in each JVM, and without the classes of other loaders, which refer to them. */
    private static Set<String> classes(Path list) throws IOException {
        Set<String> lines = new LinkedHashSet<>();
        for (String line : Files.readAllLines(list)) {
            if (!line.startsWith("#") && !line.contains(" source:")) {
                lines.add(line.replaceFirst(" id: \\d+$", ""));
            }
        }
        return lines;
    }

    private void look(Path folder) {
        try {
            PackedFolders now = PackedFolders.of(ChildClassPath.entries(options.classPath()));
            Path found = folder.resolve(name(stamp + now.stamp()) + ENDING);
            classPath = now.classPath(prefix(found)); // packed again if another program has deleted the jars
            file = found;
            usable = !found.equals(givenUp) && Files.isRegularFile(found);
            if (usable && looked - touched >= TOUCH) {
                Files.setLastModifiedTime(found, FileTime.from(Instant.now()));
                touched = looked;
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("There is no archive of classes", e);
            classPath = options.classPath();
            file = null;
            usable = false;
        }
    }

    private static String prefix(Path archive) {
        String text = archive.toString();
        return text.substring(0, text.length() - ENDING.length());
    }

    private static String name(String content) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest(content.getBytes(StandardCharsets.UTF_8)), 0, ArchiveFolder.NAME / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    /** Whether {@link #make} has something to do. */
    synchronized boolean isMissing() {
        return file != null && !usable && !file.equals(givenUp) && learned >= options.trainedBy();
    }

    /**
     * Does not use the archive any more, since the JVM crashed that got it.
     *
     * @return false if it got none
     */
    synchronized boolean refuse(Use use) {
        Path refused = file;
        if (use.options.isEmpty() || refused == null) {
            return false;
        }
        LOG.warn("The archive of classes {} is deleted: a JVM crashed that used it", refused);
        ArchiveFolder.delete(refused);
        givenUp = refused;
        usable = false;
        return true;
    }

    /** Makes the archive unless there is one. Takes some seconds, while children start without. */
    void make(Maker maker) throws InterruptedException {
        Path target;
        Use use;
        synchronized (this) {
            target = file;
            if (target == null || !usable && !isMissing()) {
                return;
            }
            use = Use.listing(classPath, ArchiveFolder.temporary(Path.of(prefix(target) + ".list")));
        }
        // Another worker that makes one holds the lock. This one looks again when it starts its next child.
        try (FileChannel channel = FileChannel.open(
                        target.resolveSibling("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (!isGood(target, use, maker) && lock != null) {
                ArchiveFolder.removeUnused(target);
                make(target, use, maker);
            }
            synchronized (this) {
                looked = System.nanoTime() - LOOK;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("Another worker of this JVM makes one");
        } catch (IOException | ChildStartException | RuntimeException e) {
            LOG.debug("There is no archive of classes", e);
            synchronized (this) {
                givenUp = target;
            }
        }
    }

    /** Whether a JVM takes the file. Children start without a file that their JVM does not take, and say nothing. */
    private static boolean isGood(Path file, Use use, Maker maker) throws InterruptedException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try {
            maker.alone(
                    new Use(use.classPath, List.of("-Xshare:on", "-XX:SharedArchiveFile=" + file), null),
                    ChildMain.NO_WORKER);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void make(Path target, Use use, Maker maker) throws IOException, ChildStartException, InterruptedException {
        Path list = Objects.requireNonNull(use.list);
        Path made = ArchiveFolder.temporary(target);
        try {
            maker.rehearse(new Use(use.classPath, use.options, null)); // this list is not the child's to delete
            Set<String> all = classes(list);
            synchronized (this) {
                all.addAll(classes);
            }
            Files.write(list, all);
            List<String> dump =
                    List.of("-Xshare:dump", "-XX:SharedClassListFile=" + list, "-XX:SharedArchiveFile=" + made);
            maker.alone(new Use(use.classPath, dump, null), 0);
            if (!isGood(made, use, maker)) {
                throw new IOException("A JVM does not take the archive that it has made");
            }
            ArchiveFolder.publish(made, target);
        } finally {
            ArchiveFolder.delete(list);
            ArchiveFolder.delete(made);
        }
    }
}
