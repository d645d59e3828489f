package io.resque.core;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The id of a worker, {@code host:pid:queue,queue}. The workers of one process differ by a last entry among the queues,
 * {@code thread-2} and so on.
 *
 * <p>Other libraries take a worker whose id begins with the name of their own host for dead where they do not find its pid,
 * or find it under a name that they do not know; PHP deletes the job that it runs. So the first part is another name,
 * {@code host-jvm}, and nobody but us decides by a process.
 */
final class WorkerIds {
    private final String host;
    private final long pid;
    private final Map<String, String> attributes;

    /**
     * For workers of a process.
     *
     * @param host the first part of the ids; null for {@code host-jvm}
     * @param pid that others shall look for
     * @param attributes as {@link Processes#attributes} gives them for the process that works
     */
    WorkerIds(@Nullable String host, long pid, Map<String, String> attributes) {
        this.host = host != null
                ? host
                : attributes.getOrDefault("host", "localhost").replaceAll("[:,\\s]", "-") + "-jvm";
        this.pid = pid;
        this.attributes = attributes;
    }

    static WorkerIds ofThisProcess() {
        return under(ProcessHandle.current().pid(), null);
    }

    /** Under the pid of another process, while the attributes are those of this one. */
    static WorkerIds under(long pid, @Nullable String host) {
        return new WorkerIds(host, pid, Processes.ofThisMachine().attributes());
    }

    String id(QueueList queues, int marker) {
        return host + ":" + pid + ":" + queues + (marker > 1 ? ",thread-" + marker : "");
    }

    /** What tells whether a dead worker was of this machine, start and container, and whether its process is still there. */
    Map<String, String> attributes() {
        return attributes;
    }
}
