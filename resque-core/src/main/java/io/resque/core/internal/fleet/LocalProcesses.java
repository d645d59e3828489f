package io.resque.core.internal.fleet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The processes of this machine, as {@code /proc} tells of them, or elsewhere Java. Thread-safe; nothing is remembered. */
final class LocalProcesses {
    /** Linux's first PID namespace, from which all processes of a machine are seen. */
    private static final String OUTERMOST = "pid:[4026531836]";

    /** Stands for the PID namespace on systems that have none. */
    private static final String NONE = "none";

    /** Options with which the processes of other users are no entries of {@code /proc}. */
    private static final Pattern HIDDEN = Pattern.compile("(^|.*,)hidepid=(2|invisible|4|ptraceable)(,.*|$)");

    private final Path proc;
    private final long self;

    /**
     * For tests with a folder in place of {@code /proc}.
     *
     * @param proc the folder
     * @param self pid of the process that looks
     */
    LocalProcesses(Path proc, long self) {
        this.proc = proc;
        this.self = self;
    }

    static LocalProcesses ofThisMachine() {
        return new LocalProcesses(Path.of("/proc"), ProcessHandle.current().pid());
    }

    /** Tells on which machine, since which start of the machine and in which container this process runs. */
    Map<String, String> attributes() {
        Map<String, String> attributes = new LinkedHashMap<>();
        attributes.put("host", hostName());
        attributes.put("pid", Long.toString(self));
        if (isElsewhere()) {
            attributes.put("pidns", NONE);
            startOf(1).ifPresent(boot -> attributes.put("boot", boot)); // the first process begins with the machine
            startOf(self).ifPresent(start -> attributes.put("start", start));
            return attributes;
        }
        String boot = read("sys/kernel/random/boot_id");
        if (boot != null) {
            attributes.put("boot", boot.strip());
        }
        String namespace = namespace();
        if (namespace != null) {
            attributes.put("pidns", namespace);
        }
        Stat stat = isOfOwnNamespace() ? stat(self) : null;
        if (stat != null && stat.start != null) {
            attributes.put("start", stat.start);
        }
        return attributes;
    }

    /** Whether a pid means one process of this machine only, since it has no containers. */
    boolean hasNoContainers() {
        return isElsewhere();
    }

    boolean isOutermost() {
        return OUTERMOST.equals(namespace());
    }

    /**
     * Whether a process has certainly ended: there is none of this pid, or it is a zombie that its parent has not waited for, or
     * a later process has its pid.
     *
     * @param start as {@link #attributes} gave it for the process; null if that is not known
     */
    boolean isGone(long pid, @Nullable String start) {
        if (isElsewhere()) {
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty()
                    || start != null && !start.equals(startOf(pid).orElse(start));
        }
        if (!seesAll()) {
            return false;
        }
        Stat stat = stat(pid);
        return stat == null
                || stat.ended && !stat.others
                || start != null && stat.start != null && !start.equals(stat.start);
    }

    /**
     * Whether the first thread of a process has ended, and others have not yet. If the process was killed, they end within
     * moments.
     */
    boolean isEnding(long pid) {
        Stat stat = isElsewhere() ? null : stat(pid);
        return stat != null && stat.ended && stat.others;
    }

    private boolean isElsewhere() {
        return !exists(proc.resolve("self"));
    }

    private static Optional<String> startOf(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().startInstant())
                .map(start -> Long.toString(start.toEpochMilli()));
    }

    /**
     * Whether a process of a container within this PID namespace has this pid there, or may have it: such a process has
     * another pid here.
     */
    boolean isNested(long pid) {
        return nested().test(pid);
    }

    /** The same for any pid, by one look at all processes. */
    LongPredicate nested() {
        Set<String> nested = new HashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(proc, "[0-9]*")) {
            for (Path process : all) {
                if (!addNested(process, nested)) {
                    return pid -> true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            return pid -> true;
        }
        return pid -> nested.contains(Long.toString(pid));
    }

    /** Returns false if it cannot be told. */
    private static boolean addNested(Path process, Set<String> nested) {
        String status;
        try {
            status = Files.readString(process.resolve("status"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return !exists(process); // it may have just ended
        }
        for (String line : status.split("\n")) {
            if (line.startsWith("NSpid:")) {
                String[] pids = line.strip().split("\\s+");
                if (pids.length > 2) {
                    nested.add(pids[pids.length - 1]);
                }
                return true;
            }
        }
        return false; // a kernel before 4.1 does not tell
    }

    /** Not where other users' processes are hidden, nor where {@code /proc} is that of another namespace. */
    private boolean seesAll() {
        return isOfOwnNamespace() && exists(proc.resolve("1")) && !hides();
    }

    private boolean hides() {
        String mounts = read("self/mounts");
        return mounts == null
                || mounts.lines()
                        .map(line -> line.split(" "))
                        .anyMatch(mount -> mount.length > 3
                                && mount[1].equals("/proc")
                                && HIDDEN.matcher(mount[3]).matches());
    }

    private boolean isOfOwnNamespace() {
        return Long.toString(self).equals(link("self"));
    }

    private @Nullable String namespace() {
        return link("self/ns/pid");
    }

    /**
     * What {@code /proc/<pid>/stat} says of a process.
     *
     * @param ended whether its first thread has ended, though its parent has not asked how
     * @param others whether it has other threads
     * @param start when it was started, in ticks since the machine was; null if that cannot be read
     */
    private record Stat(
            boolean ended, boolean others, @Nullable String start) {}

    /** Null if there is no such process. */
    private @Nullable Stat stat(long pid) {
        Path process = proc.resolve(Long.toString(pid));
        try {
            String text = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
            // The name of the program stands in brackets, and may hold brackets and blanks.
            String[] fields = text.substring(text.lastIndexOf(')') + 1).strip().split("\\s+");
            boolean ended = fields[0].matches("[ZXx]");
            // The first thread of a process may end before the others, and looks like a zombie then.
            boolean others = fields.length > 17 && !fields[17].matches("[01]");
            return new Stat(ended, others, fields.length > 19 ? fields[19] : null);
        } catch (IOException e) {
            return exists(process) ? new Stat(false, false, null) : null;
        }
    }

    private static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** As {@code gethostname} gives it, which Java only does by way of DNS. */
    private String hostName() {
        String name = read("sys/kernel/hostname");
        if (name != null && !name.isBlank()) {
            return name.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private @Nullable String read(String file) {
        try {
            return Files.readString(proc.resolve(file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return null;
        }
    }

    private @Nullable String link(String file) {
        try {
            return Files.readSymbolicLink(proc.resolve(file)).toString();
        } catch (IOException | UnsupportedOperationException e) {
            return null; // only Linux has it
        }
    }
}
