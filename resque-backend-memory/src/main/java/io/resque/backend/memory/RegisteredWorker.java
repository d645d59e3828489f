package io.resque.backend.memory;

import io.resque.api.spi.Beginning;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A registered worker and the job it holds. A session stands as long as it finds this same object under its id. */
final class RegisteredWorker {
    private static final DateTimeFormatter RUBY =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    final String id;
    private final String started;
    private final Map<String, String> attributes;
    private String heartbeat;
    private @Nullable ReservedJob held;
    private @Nullable Payload record;
    private @Nullable Beginning begun;

    /** The queue of the held job, if it was taken by a source with a limit. */
    private @Nullable String limited;

    /** When the rates of the held job let it begin, once they have reserved that. */
    private @Nullable Instant turn;

    private @Nullable Function<ReservedJob, Payload> shape;

    RegisteredWorker(WorkerRegistration registration, Instant now) {
        id = registration.expected().id();
        started = registration.started();
        attributes = registration.attributes();
        heartbeat = "";
        beat(now);
    }

    void beat(Instant now) {
        heartbeat = RUBY.format(now) + "+00:00";
    }

    void hold(ReservedJob job, Function<ReservedJob, Payload> itsRecord) {
        held = job;
        shape = itsRecord;
        record = itsRecord.apply(job);
    }

    /** Holds another payload in the place of the one it holds. */
    ReservedJob change(Payload payload) {
        ReservedJob changed = Objects.requireNonNull(held).with(payload);
        hold(changed, Objects.requireNonNull(shape));
        return changed;
    }

    void limited(String queue) {
        limited = queue;
    }

    boolean holdsLimited(String queue) {
        return queue.equals(limited);
    }

    boolean holdsLimited() {
        return limited != null;
    }

    void letGo() {
        held = null;
        begun = null;
        record = null;
        limited = null;
        turn = null;
    }

    void turn(Instant reserved) {
        turn = reserved;
    }

    @Nullable
    Instant turn() {
        return turn;
    }

    /** Notes that it runs its job, which has locks. */
    void begin(Beginning beginning) {
        begun = beginning;
    }

    /** The beginning of its run, if its job has locks. */
    @Nullable
    Beginning begun() {
        return begun;
    }

    @Nullable
    ReservedJob held() {
        return held;
    }

    boolean holds(ReservedJob job) {
        return held != null && held.number() == job.number();
    }

    WorkerSnapshot snapshot(Instant now) {
        return new WorkerSnapshot(id, true, record, held, started, heartbeat, attributes, now, true, held != null);
    }

    static WorkerSnapshot nobody(String id, Instant now) {
        return new WorkerSnapshot(id, false, null, null, null, null, Map.of(), now);
    }
}
