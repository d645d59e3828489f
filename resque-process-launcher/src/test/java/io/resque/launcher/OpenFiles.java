package io.resque.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files that this process holds open. */
final class OpenFiles {
    private static final Path ALL = Path.of("/proc/self/fd");

    private OpenFiles() {}

    static boolean areKnown() {
        return Files.isDirectory(ALL);
    }

    /** Without jars and libraries, which Java opens when it first needs them. */
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
            return file.toString(); // the listing itself, which is closed by now
        }
    }
}
