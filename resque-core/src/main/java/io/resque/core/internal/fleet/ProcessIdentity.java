package io.resque.core.internal.fleet;

import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.wire.WorkerId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of a worker, {@code host:pid:queue,queue}. The workers of one process differ by a last entry among the queues,
 * {@code thread-2} and so on.
 *
 * <p>Another library takes a worker whose id begins with its own host name for dead if it does not find the pid, or finds it
 * under a name that it does not know; PHP then deletes the job of the worker. So the first part is another name,
 * {@code host-jvm}, and only this library decides by the process.
 */
public final class ProcessIdentity {
    private static final Pattern MARKER = Pattern.compile("thread-\\d+");

    private final String host;
    private final long pid;
    private final Map<String, String> attributes;

    /**
     * For workers of a process.
     *
     * @param host the first part of the ids; null for {@code host-jvm}
     * @param pid by which other programs signal the worker
     * @param attributes as {@link LocalProcesses#attributes} gives them for the process that works
     */
    ProcessIdentity(@Nullable String host, long pid, Map<String, String> attributes) {
        this.host = host != null
                ? host
                : attributes.getOrDefault("host", "localhost").replaceAll("[:,\\s]", "-") + "-jvm";
        this.pid = pid;
        this.attributes = attributes;
    }

    /** For ids with the pid of another process, and the attributes of this process. */
    public static ProcessIdentity under(long pid, @Nullable String host) {
        return new ProcessIdentity(host, pid, LocalProcesses.ofThisMachine().attributes());
    }

    /** The ids for the loops of one worker, one after the other. */
    public Supplier<String> ids(QueueList queues) {
        AtomicInteger marker = new AtomicInteger();
        return () -> id(queues, marker.incrementAndGet());
    }

    String id(QueueList queues, int marker) {
        String last = marker > 1 ? ",thread-" + marker : "";
        return new WorkerId(host, Long.toString(pid), queues + last).toString();
    }

    /** The queues in the id of a worker of this library. */
    static List<String> queues(WorkerId id) {
        List<String> entries = id.queueNames();
        int last = entries.size() - 1;
        return last > 0 && MARKER.matcher(entries.get(last)).matches() ? entries.subList(0, last) : entries;
    }

    /**
     * By these another process tells whether a dead worker was of the same machine, start and container, and whether its process
     * lives.
     */
    public Map<String, String> attributes() {
        return attributes;
    }
}
