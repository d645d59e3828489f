package io.resque.wrong.memory;

import io.resque.tck.KitRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Collectors;

/** The kit's messages about each wrong adapter, for people to read: {@code target/wrong-adapters.txt}. */
final class Verdicts {
    private static final Path FILE = Path.of("target/wrong-adapters.txt");

    private Verdicts() {}

    static synchronized void add(String wrong, List<KitRun.Broken> broken) {
        String text = broken.stream()
                .map(failed -> "    " + failed.test() + ": "
                        + failed.message().lines().limit(5).map(String::strip).collect(Collectors.joining(" ~ ")))
                .collect(Collectors.joining("\n", wrong + "\n", "\n"));
        try {
            Files.writeString(FILE, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
