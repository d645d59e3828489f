package io.resque.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A file with numbers of jobs, one in each line, to which one process appends. A written line survives the death of the
 * process, whatever happens to Redis. Thread-safe.
 */
final class Journal implements AutoCloseable {
    /** The kind of journal with the jobs that were done. */
    static final String DONE = "done";

    /** The kind of journal with the jobs whose enqueueing was acknowledged. */
    static final String ACKNOWLEDGED = "acknowledged";

    /** The kind of journal with the jobs that may be in the queue: the answer was lost. */
    static final String UNKNOWN = "unknown";

    private final OutputStream out;

    Journal(Path folder, String kind, String owner) {
        try {
            out = Files.newOutputStream(
                    folder.resolve(kind + "-" + owner), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(long number) {
        write(number, number + 1);
    }

    /** Appends the numbers from one, inclusive, to another, exclusive, in one write. */
    void write(long from, long to) {
        StringBuilder lines = new StringBuilder();
        for (long number = from; number < to; number++) {
            lines.append(number).append('\n');
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.US_ASCII);
        try {
            synchronized (this) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the journals of all processes. */
    static void read(Path folder, String kind, LongConsumer number) {
        read(folder, kind, (owner, each) -> number.accept(each));
    }

    /** Hears of a number in the journal of a process. */
    interface Reader {
        void read(String owner, long number);
    }

    /** Reads the journals of all processes, with the names of their owners. */
    static void read(Path folder, String kind, Reader reader) {
        for (Path file : files(folder, kind)) {
            String owner = file.getFileName().toString().substring(kind.length() + 1);
            try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII)) {
                lines.forEach(line -> reader.read(owner, Long.parseLong(line)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Whether a process that has written such a journal still runs. The pid is in the name of the journal. A process
     * that was started after the last line is a different one with the same pid.
     */
    static boolean isAnyWriterAlive(Path folder, String kind) {
        return files(folder, kind).stream().anyMatch(file -> {
            String pid = file.getFileName().toString().substring(kind.length() + 1);
            return ProcessHandle.of(Long.parseLong(pid))
                    .flatMap(process -> process.info().startInstant())
                    .filter(started -> started.toEpochMilli() < file.toFile().lastModified())
                    .isPresent();
        });
    }

    private static List<Path> files(Path folder, String kind) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(kind + "-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
