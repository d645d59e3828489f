package io.resque.core.internal.wire;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a worker of any library, {@code host:process:queue,queue}. An id that has fewer parts, as goworker2 writes it, is read
 * as far as it goes.
 *
 * @param host the name of a machine, or a name in its place
 * @param process a pid; some libraries put the number of a thread behind it; null if the id names none
 * @param queues the queues as they stand in the id, where they may hold colons; null if the id names none
 */
public record WorkerId(
        String host, @Nullable String process, @Nullable String queues) {
    /** As goworker and Jesque write it, the number of a thread stands behind the pid. */
    private static final Pattern PID = Pattern.compile("([1-9][0-9]{0,17})(-.*)?", Pattern.DOTALL);

    public static WorkerId parse(String id) {
        String[] parts = id.split(":", 3);
        return new WorkerId(parts[0], parts.length > 1 ? parts[1] : null, parts.length > 2 ? parts[2] : null);
    }

    /** Whether it has all three parts. */
    public boolean isWhole() {
        return queues != null;
    }

    /** The pid; 0 if the id names none. */
    public long pid() {
        return process == null ? 0 : pid(process);
    }

    /** The pid that a text begins with, as in ids; 0 if there is none. */
    public static long pid(String text) {
        Matcher pid = PID.matcher(text);
        return pid.matches() ? Long.parseLong(pid.group(1)) : 0;
    }

    public List<String> queueNames() {
        return queues == null || queues.isEmpty() ? List.of() : List.of(queues.split(","));
    }

    public boolean isOfSameProcess(WorkerId other) {
        return process != null && host.equals(other.host) && process.equals(other.process);
    }

    @Override
    public String toString() {
        return host + (process == null ? "" : ":" + process) + (queues == null ? "" : ":" + queues);
    }
}
