package io.resque.api.spi;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the backend holds about a worker id at one moment.
 *
 * @param id the id
 * @param registered whether it is among the registered workers
 * @param record the record of the job it holds; null if it holds none
 * @param held that job exactly as it stood in its queue, if one of this library's sessions holds it; null otherwise
 * @param started the {@code started} record as it stands, in the writer's format; null if absent
 * @param heartbeat the heartbeat as it stands, in the writer's format; null if absent
 * @param attributes what this library keeps of its own workers; empty for workers of others
 * @param readAt the backend's time when this was read
 * @param ours whether a session of this library stands under the id, whatever others have removed of it
 * @param busy whether such a session holds a job, also where others have removed the record, so that nobody can tell which
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
     * @param registered whether it is among the registered workers
     * @param record the record of the job it holds
     * @param held that job, if one of this library's sessions holds it
     * @param started the {@code started} record
     * @param heartbeat the heartbeat
     * @param attributes what this library keeps of its own workers
     * @param readAt the backend's time when this was read
     * @param ours whether a session of this library stands under the id
     * @param busy whether such a session holds a job
     */
    public WorkerSnapshot {
        Objects.requireNonNull(id, "id");
        attributes = Map.copyOf(attributes);
    }

    /**
     * Of a backend from which nobody else can remove a part of a worker: it is ours if it has attributes or holds a job
     * of ours.
     *
     * @param id the id
     * @param registered whether it is among the registered workers
     * @param record the record of the job it holds
     * @param held that job, if one of this library's sessions holds it
     * @param started the {@code started} record
     * @param heartbeat the heartbeat
     * @param attributes what this library keeps of its own workers
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
     * @return empty if there is none, or none that can be read
     */
    public Optional<Instant> heartbeatAt() {
        return heartbeat == null ? Optional.empty() : WireTimes.parse(heartbeat);
    }
}
