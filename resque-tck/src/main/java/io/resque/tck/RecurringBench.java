package io.resque.tck;

import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.api.spi.RecurringEntry;
import io.resque.api.spi.RecurringTick;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The base class of the tests of recurring jobs: it writes entries without the call under test, and reads them without the backend. */
abstract class RecurringBench extends BackendRules {
    static final String ENTRIES = "persistent_schedules";
    static final String LAST_RUNS = "delayed:last_enqueued_at";
    static final String CHANGED = "schedules_changed";
    static final String PAUSED = "java:paused_schedules";
    static final String NOTES = "java:made_ticks";

    static final String FIRST = "2026-11-29 02:13:39 +0000";
    static final String SECOND = "2026-11-29 02:13:40 +0000";
    static final String THIRD = "2026-11-29 02:13:41 +0000";
    static final int MUCH = 1 << 20;

    static final Payload ENTRY =
            Payload.ofText("{\"cron\":\"* * * * *\",\"class\":\"A\",\"queue\":\"high\",\"args\":[1,\"x\"]}");
    static final Payload CHANGE = Payload.ofText("{\"every\":\"1h\",\"class\":\"A\",\"queue\":\"high\"}");
    static final Payload ODD = Payload.of(new byte[] {'{', (byte) 0xff, 0, '\n', '"', '\\', '}', (byte) 0xc3});
    static final Payload FAILURE = Payload.ofText("{\"error\":\"no job\"}");

    RecurringBench(QueueBackendTck kit) {
        super(kit);
    }

    RecurringEntries entries() {
        return entries(backend);
    }

    static RecurringEntries entries(QueueBackend backend) {
        return backend.recurring()
                .orElseThrow(() -> new AssertionError(
                        "the adapter declares " + Feature.RECURRING_JOBS + ", so recurring() must not be empty"));
    }

    /** Writes an entry without the call under test. */
    void seed(String name, Payload entry, @Nullable String lastRun) {
        if (hasKeys()) {
            redis.call("HSET", key(ENTRIES), name, entry.toBytes());
            if (lastRun != null) {
                redis.call("HSET", key(LAST_RUNS), name, lastRun);
            }
            return;
        }
        entries().put("high", name, null, entry, false);
        if (lastRun != null) {
            entries().tick("", List.of(new RecurringTick(name, entry, null, lastRun, null, List.of())), null);
        }
    }

    /** What stands there of an entry, read without the backend under test; empty if there is none. */
    Optional<RecurringEntry> stands(String name) {
        if (!hasKeys()) {
            try (QueueBackend other = open(url())) {
                return find(entries(other), name);
            }
        }
        Object entry = redis.call("HGET", key(ENTRIES), name);
        return entry == null
                ? Optional.empty()
                : Optional.of(shown(
                        name,
                        Payload.of((byte[]) entry),
                        redis.text("HGET", key(LAST_RUNS), name),
                        redis.number("SISMEMBER", key(PAUSED), name) == 1));
    }

    static Optional<RecurringEntry> find(RecurringEntries entries, String name) {
        return entries.find("", name).entries().stream().findFirst();
    }

    static RecurringEntry shown(String name, Payload entry, @Nullable String lastRun, boolean paused) {
        return new RecurringEntry(name, entry, entry.size(), lastRun, paused);
    }

    static RecurringTick tick(String name, Payload entry, @Nullable String lastRun, String newLastRun) {
        return new RecurringTick(name, entry, lastRun, newLastRun, new DelayedMove.ToQueue("high", JOB), List.of());
    }

    List<RecurringTick.State> states(RecurringTick... ticks) {
        return states(entries().tick("", List.of(ticks), null));
    }

    static List<RecurringTick.State> states(List<RecurringTick.Outcome> outcomes) {
        return outcomes.stream().map(RecurringTick.Outcome::state).toList();
    }
}
