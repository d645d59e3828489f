package io.resque.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code ps} shows for this process. On Linux that is the memory which holds its command line, and a process may
 * write there; elsewhere, or where that is forbidden, the command line stays as it is.
 */
final class ProcessTitle {
    /** Of proc(5), counted from the first field behind the name of the command. */
    private static final int ARG_START = 45;

    private static final int ARG_END = 46;

    /** Ruby goes by this when it looks for workers, which may have something in front of it. */
    static final String PREFIX = prefix();

    private final String prefix;
    private final long start;
    private final int room;

    private ProcessTitle(String prefix, long start, int room) {
        this.prefix = prefix;
        this.start = start;
        this.room = room;
    }

    private static String prefix() {
        String version = ProcessTitle.class.getPackage().getImplementationVersion();
        String before = System.getenv("RESQUE_PROCLINE_PREFIX");
        return (before == null ? "" : before) + "resque-" + (version == null ? "0" : version) + ": ";
    }

    /** Titles that begin with the same text, such as {@code resque-1.0: }. */
    static ProcessTitle startingWith(String prefix) {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"), StandardCharsets.ISO_8859_1);
            // The name may hold anything, so the fields begin behind its last bracket.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long start = Long.parseLong(fields[ARG_START]);
            return new ProcessTitle(prefix, start, (int) (Long.parseLong(fields[ARG_END]) - start));
        } catch (IOException | RuntimeException e) {
            return new ProcessTitle(prefix, 0, 0);
        }
    }

    /** Shows a text behind the prefix, cut to the length of the command line. */
    void show(String text) {
        if (room <= 1) {
            return;
        }
        byte[] line = line(prefix + text, room);
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
            memory.seek(start);
            memory.write(line);
        } catch (IOException | RuntimeException e) {
            // Nobody but a reader of ps misses it.
        }
    }

    /** Cut between two characters, and without those that move a terminal's cursor. */
    static byte[] line(String text, int room) {
        StringBuilder shown = new StringBuilder(text);
        for (int i = 0; i < shown.length(); i++) {
            if (Character.isISOControl(shown.charAt(i))) {
                shown.setCharAt(i, '?');
            }
        }
        byte[] title = shown.toString().getBytes(StandardCharsets.UTF_8);
        // The last byte must stay 0: otherwise what lies behind is shown, which is the environment.
        int end = Math.min(title.length, room - 1);
        while (end > 0 && end < title.length && (title[end] & 0xC0) == 0x80) {
            end--;
        }
        byte[] line = new byte[room];
        System.arraycopy(title, 0, line, 0, end);
        return line;
    }
}
