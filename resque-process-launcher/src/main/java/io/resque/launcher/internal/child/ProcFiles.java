package io.resque.launcher.internal.child;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What Linux tells about this process in {@code /proc}. Elsewhere each method returns null or 0. For one thread at a time. */
final class ProcFiles {
    private final String root;
    private final File descriptors;
    private final @Nullable RandomAccessFile childrenOfFirstThread;
    private final byte[] buffer = new byte[4096];

    /** With another folder than {@code /proc} in tests. */
    ProcFiles(String root) {
        this.root = root;
        this.descriptors = new File(root, "self/fd");
        this.childrenOfFirstThread = open(root + "/self/task/" + pid() + "/children");
    }

    private static @Nullable RandomAccessFile open(String file) {
        try {
            return new RandomAccessFile(file, "r");
        } catch (IOException e) {
            return null;
        }
    }

    /** ProcessHandle would load twenty classes for it. */
    private String pid() {
        try {
            return new File(root, "self").getCanonicalFile().getName();
        } catch (IOException e) {
            return "";
        }
    }

    /** How many descriptors are open. -1 if unknown. Since Linux 6.2 this is the length of the folder, and costs a tenth of a list of them. */
    long countDescriptors() {
        long length = descriptors.length();
        if (length > 0) {
            return length;
        }
        String[] all = descriptors.list();
        return all == null ? -1 : all.length;
    }

    /** The numbers of the open descriptors, one of them that of this look. Null if unknown. */
    String @Nullable [] descriptors() {
        return descriptors.list();
    }

    /** The file behind a descriptor, or a text such as {@code socket:[4711]}. Null if it is closed. */
    @Nullable
    String target(String descriptor) {
        try {
            return Files.readSymbolicLink(Path.of(root, "self/fd", descriptor)).toString();
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /**
     * The pids, with blanks between, of the processes that the calling thread has started, and of those whose thread has ended: Linux gives
     * these to the first thread. Null if unknown. To ask all threads would take ten times as long.
     */
    @Nullable
    String children() {
        String own = read(root + "/thread-self/children");
        if (own == null || childrenOfFirstThread == null) {
            return null;
        }
        try {
            childrenOfFirstThread.seek(0);
            return own + text(childrenOfFirstThread.read(buffer));
        } catch (IOException e) {
            return null;
        }
    }

    /** The name of a process; empty if it has ended. */
    String name(String pid) {
        String name = read(root + "/" + pid + "/comm");
        return name == null ? "" : name.strip();
    }

    /** The memory that the process holds, in bytes. 0 if unknown. */
    long residentBytes() {
        String status = read(root + "/self/status");
        int line = status == null ? -1 : status.indexOf("VmRSS:");
        if (status == null || line < 0) {
            return 0;
        }
        return Long.parseLong(
                        status.substring(line + 6, status.indexOf(" kB", line)).strip())
                << 10;
    }

    private String text(int length) {
        return length <= 0 ? "" : new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
    }

    private @Nullable String read(String file) {
        try (FileInputStream in = new FileInputStream(file)) {
            return text(in.read(buffer));
        } catch (IOException e) {
            return null;
        }
    }
}
