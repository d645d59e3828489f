package io.resque.launcher.internal.pool;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A class path whose folders can be replaced by jars with the same content, since Java makes no archive of the classes in folders.
 * What it is made of is known by path, size and time, so that a change of one file gives another class path.
 */
final class PackedFolders {
    private static final int MOST_FILES = 10_000;
    private static final long MOST_BYTES = 128L << 20;

    /** Two workers that pack the same folder write the same bytes and the same time, by which a JVM knows the jar. */
    private static final FileTime PACKED = FileTime.fromMillis(1_000_000_000_000L);

    private final List<Path> entries;
    private final List<List<Path>> files = new ArrayList<>();
    private final StringBuilder stamp = new StringBuilder();
    private long bytes;

    private PackedFolders(List<Path> entries) {
        this.entries = entries;
    }

    /**
     * Looks at the class path.
     *
     * @throws IOException if a file cannot be read, or the folders are too large to be packed
     */
    static PackedFolders of(List<Path> entries) throws IOException {
        PackedFolders packed = new PackedFolders(entries);
        for (Path entry : entries) {
            packed.stamp.append('\n').append(entry.toAbsolutePath());
            packed.files.add(Files.isDirectory(entry) ? packed.look(entry) : List.of());
            if (Files.isRegularFile(entry)) {
                packed.stamp(Files.readAttributes(entry, BasicFileAttributes.class));
            }
        }
        return packed;
    }

    private List<Path> look(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : (Iterable<Path>) all.sorted()::iterator) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isDirectory() ? !file.equals(folder) : attributes.isRegularFile()) {
                    found.add(file);
                    stamp.append('\n').append(folder.relativize(file));
                    if (attributes.isRegularFile()) {
                        stamp(attributes);
                        bytes += attributes.size();
                    }
                }
                if (found.size() > MOST_FILES || bytes > MOST_BYTES) {
                    throw new IOException(folder + " holds too much to be packed");
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return found;
    }

    private void stamp(BasicFileAttributes attributes) {
        stamp.append(' ').append(attributes.size()).append(' ').append(attributes.lastModifiedTime());
    }

    /** Changes with each file. */
    String stamp() {
        return stamp.toString();
    }

    /**
     * Packs the folders, unless that has been done.
     *
     * @param prefix the beginning of the jars' paths
     * @return the class path with jars
     */
    String classPath(String prefix) throws IOException {
        List<String> packed = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            Path entry = entries.get(i);
            if (Files.isDirectory(entry)) {
                Path jar = Path.of(prefix + "-" + i + ".jar");
                if (!Files.exists(jar)) {
                    pack(entry, files.get(i), jar);
                }
                entry = jar;
            }
            packed.add(entry.toString());
        }
        return String.join(File.pathSeparator, packed);
    }

    private static void pack(Path folder, List<Path> files, Path jar) throws IOException {
        Path made = ArchiveFolder.temporary(jar);
        try {
            try (OutputStream to = Files.newOutputStream(made);
                    ZipOutputStream out = new ZipOutputStream(to)) {
                out.setLevel(Deflater.NO_COMPRESSION);
                for (Path file : files) {
                    String name = folder.relativize(file).toString().replace(File.separatorChar, '/');
                    if (Files.isDirectory(file)) {
                        put(out, name + "/");
                    } else if (!name.equals(JarFile.MANIFEST_NAME)) { // a jar's can change the class path
                        put(out, name);
                        Files.copy(file, out);
                    }
                }
                if (files.isEmpty()) { // a jar cannot be without any entry
                    put(out, "META-INF/");
                }
            }
            Files.setLastModifiedTime(made, PACKED);
            ArchiveFolder.publish(made, jar);
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private static void put(ZipOutputStream out, String name) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setLastModifiedTime(PACKED);
        out.putNextEntry(entry);
    }
}
