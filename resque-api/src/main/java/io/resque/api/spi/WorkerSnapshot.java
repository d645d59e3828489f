package io.resque.api.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the backend held about a worker id when it was read.
 *
 * @param id the id
 * @param registered whether the worker is registered
 * @param record the worker's record; null if there is none. A worker of this library has one while it holds a job
 * @param held the job in that record, with the bytes that it had in its queue, if a session of this library holds it;
 *     null otherwise
 * @param started the {@code started} record, as the worker's library writes it; null if absent
 * @param heartbeat the heartbeat, as the worker's library writes it; null if absent
 * @param attributes what this library stores about its own workers; empty for any other worker
 * @param readAt the backend's time when this was read
 * @param ours whether the id has a session of this library, even if other programs have removed other parts of the worker
 * @param busy whether that session holds a job. If another program has removed the record, nobody can tell which job
 */
public record WorkerSnapshot(
        String id,
        boolean registered,
        @Nullable Payload record,
        @Nullable ReservedJob held,
        @Nullable String started,
        @Nullable String heartbeat,
        Map<String, String> attributes,
        Instant readAt,
        boolean ours,
        boolean busy) {
    /**
     * Copies the map.
     *
     * @param id the id
     * @param registered whether the worker is registered
     * @param record the worker's record
     * @param held the job in that record, if a session of this library holds it
     * @param started the {@code started} record
     * @param heartbeat the heartbeat
     * @param attributes what this library stores about its own workers
     * @param readAt the backend's time when this was read
     * @param ours whether the id has a session of this library
     * @param busy whether that session holds a job
     */
    public WorkerSnapshot {
        Objects.requireNonNull(id, "id");
        attributes = Map.copyOf(attributes);
    }

    /**
     * A snapshot from a backend in which no other program can remove parts of a worker. {@code ours} is true if the
     * worker has attributes or holds a job of this library, {@code busy} if it holds one.
     *
     * @param id the id
     * @param registered whether the worker is registered
     * @param record the worker's record
     * @param held the job in that record, if a session of this library holds it
     * @param started the {@code started} record
     * @param heartbeat the heartbeat
     * @param attributes what this library stores about its own workers
     * @param readAt the backend's time when this was read
     */
    public WorkerSnapshot(
            String id,
            boolean registered,
            @Nullable Payload record,
            @Nullable ReservedJob held,
            @Nullable String started,
            @Nullable String heartbeat,
            Map<String, String> attributes,
            Instant readAt) {
        this(
                id,
                registered,
                record,
                held,
                started,
                heartbeat,
                attributes,
                readAt,
                held != null || !attributes.isEmpty(),
                held != null);
    }

    /**
     * The heartbeat as an instant.
     *
     * @return the instant; empty if there is no heartbeat, or it cannot be read
     */
    public Optional<Instant> heartbeatAt() {
        return heartbeat == null ? Optional.empty() : WireTimes.parse(heartbeat);
    }
}
