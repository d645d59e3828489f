package io.resque.core;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a worker, {@code host:pid:queue,queue}. The workers of one process differ by a last entry among the queues,
 * {@code thread-2} and so on.
 *
 * <p>Ruby and PHP remove a worker of their own host whose pid they do not find in {@code ps} under a title of Resque's.
 * A process whose command line has none therefore stands under {@code host-jvm}, where only its heartbeat counts.
 */
final class WorkerIds {
    /** What Ruby looks for in a command line, and what it takes for its web page instead of a worker. */
    private static final Pattern TITLE = Pattern.compile("resque-[0-9]");

    private static final String WEB = "resque-web";

    private final String host;
    private final long pid;
    private final Map<String, String> attributes = new LinkedHashMap<>();

    WorkerIds(String hostName, String commandLine) {
        this(hostName, commandLine, ProcessHandle.current().pid());
    }

    /** With the pid and the command line of the process that others shall look for. */
    private WorkerIds(String hostName, String commandLine, long pid) {
        this.pid = pid;
        String name = hostName.replaceAll("[:,\\s]", "-");
        boolean known = TITLE.matcher(commandLine).find() && !commandLine.contains(WEB);
        host = known ? name : name + "-jvm";
        attributes.put("host", hostName);
        attributes.put("pid", Long.toString(ProcessHandle.current().pid()));
        putIfReadable("boot", "/proc/sys/kernel/random/boot_id");
        try {
            attributes.put(
                    "pidns",
                    Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString());
        } catch (IOException | UnsupportedOperationException e) {
            // only Linux has it
        }
    }

    static WorkerIds ofThisProcess() {
        return under(ProcessHandle.current().pid());
    }

    /** Under the pid of another process, while the attributes stay those of this one. */
    static WorkerIds under(long pid) {
        String cmdline = read("/proc/" + pid + "/cmdline");
        return new WorkerIds(
                hostName(),
                cmdline != null
                        ? cmdline.replace('\0', ' ')
                        : ProcessHandle.of(pid)
                                .flatMap(process -> process.info().commandLine())
                                .orElse(""),
                pid);
    }

    String id(QueueList queues, int marker) {
        return host + ":" + pid + ":" + queues + (marker > 1 ? ",thread-" + marker : "");
    }

    /** What tells whether a dead worker was of this machine, start and container. */
    Map<String, String> attributes() {
        return attributes;
    }

    private void putIfReadable(String name, String file) {
        String text = read(file);
        if (text != null) {
            attributes.put(name, text.strip());
        }
    }

    /** As {@code gethostname} gives it, which Java only does by way of DNS. */
    private static String hostName() {
        String name = read("/proc/sys/kernel/hostname");
        if (name != null && !name.isBlank()) {
            return name.strip();
        }
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private static @Nullable String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            return null;
        }
    }
}
