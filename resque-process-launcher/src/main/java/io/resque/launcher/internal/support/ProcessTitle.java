package io.resque.launcher.internal.support;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;

/**
 * The text that {@code ps} shows for this process. Linux reads it from the memory that holds the command line, and the process
 * may write there. On other systems, or where writing is forbidden, the command line stays as it is.
 */
public final class ProcessTitle {
    /** Field numbers of {@code /proc/self/stat}, see proc(5), counted from the first field behind the name of the command. */
    private static final int ARG_START = 45;

    private static final int ARG_END = 46;

    /** Ruby's workers look for this text in {@code ps} to find other workers. Text before it does no harm. */
    public static final String PREFIX = prefix();

    private final String prefix;
    private final long start;
    private final int room;

    private ProcessTitle(String prefix, long start, int room) {
        this.prefix = prefix;
        this.start = start;
        this.room = room;
    }

    private static String prefix() {
        return prefix("", "");
    }

    /**
     * The prefix of another program, with the version: {@code resque-scheduler-1.0[shop]: }.
     *
     * @param program what stands before the version, such as {@code scheduler-}
     * @param names what stands behind it; may be empty
     */
    public static String prefix(String program, String names) {
        String version = ProcessTitle.class.getPackage().getImplementationVersion();
        String before = System.getenv("RESQUE_PROCLINE_PREFIX");
        return (before == null ? "" : before) + "resque-" + program + (version == null ? "0" : version) + names + ": ";
    }

    /** The title of this process; each text that it shows stands behind the prefix, such as {@code resque-1.0: }. */
    public static ProcessTitle startingWith(String prefix) {
        try {
            String stat = stat();
            // The name may hold anything, so the fields are counted from the last bracket.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            long start = Long.parseLong(fields[ARG_START]);
            return new ProcessTitle(prefix, start, (int) (Long.parseLong(fields[ARG_END]) - start));
        } catch (IOException | RuntimeException e) {
            return new ProcessTitle(prefix, 0, 0);
        }
    }

    /** A stream, since a child would load more classes for java.nio. */
    private static String stat() throws IOException {
        try (FileInputStream in = new FileInputStream("/proc/self/stat")) {
            byte[] bytes = new byte[1024];
            int read = in.read(bytes);
            return new String(bytes, 0, Math.max(0, read), StandardCharsets.ISO_8859_1);
        }
    }

    /** Shows a text behind the prefix, cut to the length of the command line. */
    public void show(String text) {
        if (room <= 1) {
            return;
        }
        byte[] line = line(prefix + text, room);
        try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
            memory.seek(start);
            memory.write(line);
        } catch (IOException | RuntimeException e) {
            // Only a reader of ps misses the title.
        }
    }

    /** The bytes of a title, cut between two characters; characters that move a terminal's cursor become a question mark. */
    static byte[] line(String text, int room) {
        StringBuilder shown = new StringBuilder(text);
        for (int i = 0; i < shown.length(); i++) {
            if (Character.isISOControl(shown.charAt(i))) {
                shown.setCharAt(i, '?');
            }
        }
        byte[] title = shown.toString().getBytes(StandardCharsets.UTF_8);
        // The last byte must stay 0: otherwise ps also shows the memory behind it, which is the environment.
        int end = Math.min(title.length, room - 1);
        while (end > 0 && end < title.length && (title[end] & 0xC0) == 0x80) {
            end--;
        }
        byte[] line = new byte[room];
        System.arraycopy(title, 0, line, 0, end);
        return line;
    }
}
