package io.resque.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What this process has open. */
final class OpenFiles {
    private static final Path ALL = Path.of("/proc/self/fd");

    private OpenFiles() {}

    static boolean areKnown() {
        return Files.isDirectory(ALL);
    }

    /** Without those that classes and libraries come from, which are opened when the first of them is needed. */
    static List<String> now() {
        try (Stream<Path> files = Files.list(ALL)) {
            return files.map(OpenFiles::target)
                    .filter(file -> !file.endsWith(".jar") && !file.startsWith(System.getProperty("java.home")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (IOException e) {
            return file.toString(); // that of the listing itself, which is closed by now
        }
    }
}
