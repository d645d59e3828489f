package io.resque.core.internal.schedule;

import io.resque.api.FailureListLayout;
import io.resque.api.ResqueListener;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.RecurringEntries;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.internal.enqueue.DelayLimits;
import io.resque.core.internal.enqueue.Destination;
import io.resque.core.internal.enqueue.Producer;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FailureSettings;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.MaxPayload;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.mockito.Mockito;

/** Schedulers without threads, on a namespace of their own. */
final class RecurringFixture implements AutoCloseable {
    static final String SCHEDULER = "host:1:scheduler";

    private static final String ENTRIES = "persistent_schedules";
    private static final String LAST_RUNS = "delayed:last_enqueued_at";

    final CoreRedis redis = new CoreRedis();
    final ListenerChain events = ListenerChain.ofResque();
    private final List<Runnable> closes = new ArrayList<>();
    final RecurringEntries entries = open(CoreRedis.SERVER.url());
    final RecurringBook book = book(FiredEntries.ONLY_OURS);
    private final RecurringPass own = scheduler(entries, FiredEntries.ONLY_OURS);

    private RecurringEntries open(String url) {
        return backend(url).recurring().orElseThrow();
    }

    private QueueBackend backend(String url) {
        QueueBackend backend =
                new JedisBackendProvider().open(new BackendConfig(url + "?timeout=10s", redis.namespace));
        closes.add(backend::close);
        return backend;
    }

    RecurringBook book(FiredEntries fires) {
        return book(entries, fires);
    }

    static RecurringBook book(RecurringEntries entries, FiredEntries fires) {
        return new RecurringBook(
                entries, CoreRedis.GSON, new ArgumentRules(Map.of(), Map.of()), () -> fires, ZoneOffset.UTC);
    }

    /** A scheduler with connections of its own. */
    RecurringPass scheduler(String url, FiredEntries fires) {
        return scheduler(open(url), fires);
    }

    private RecurringPass scheduler(RecurringEntries theirs, FiredEntries fires) {
        QueueBackend backend = backend(CoreRedis.SERVER.url());
        FailureLog failures = new FailureLog(
                backend.failures(),
                CoreRedis.GSON,
                Clock.systemUTC(),
                new FailureSettings(FailureListLayout.COMMON, null, null, 10, List.of()),
                1 << 20);
        closes.add(failures::close);
        Producer producer = new Producer(
                new ArgumentRules(Map.of(), Map.of()),
                CoreRedis.GSON,
                MaxPayload.of(null),
                Mockito.mock(StatusUpdates.class),
                Clock.systemUTC(),
                new DelayLimits(DelayLimits.LONGEST, DelayLimits.LARGEST),
                null,
                enqueuer -> Mockito.mock(Destination.class));
        TickJobs jobs = new TickJobs(SCHEDULER, producer, CoreRedis.GSON, () -> events, failures);
        return new RecurringPass(theirs, CoreRedis.GSON, jobs, () -> fires, ZoneOffset.UTC, new MoveCounts());
    }

    RecurringResult pass() {
        return run(own);
    }

    static RecurringResult run(RecurringPass pass) {
        return pass.run(() -> true);
    }

    void listen(ResqueListener listener) {
        events.listen(listener);
    }

    /** The time of Redis. */
    static Instant now() {
        return Instant.ofEpochSecond(
                Long.parseLong(String.valueOf(CoreRedis.CLIENT.texts("TIME").get(0))));
    }

    static String ago(Duration time) {
        return LastRun.text(now().minus(time));
    }

    void seed(String name, String entry, @Nullable String lastRun) {
        CoreRedis.CLIENT.call("HSET", redis.key(ENTRIES), name, entry);
        if (lastRun != null) {
            lastRun(name, lastRun);
        }
    }

    void lastRun(String name, String text) {
        CoreRedis.CLIENT.call("HSET", redis.key(LAST_RUNS), name, text);
    }

    /** An entry of ours for the queue {@code high}, which was created long ago. */
    static String entry(String timing, String more) {
        return "{" + timing + ",\"class\":\"A\",\"queue\":\"high\",\"args\":[1,\"x\"]" + more
                + ",\"rails_env\":\"java\",\"created_at\":\"2020-01-01 00:00:00 +0000\"}";
    }

    @Nullable
    String lastRun(String name) {
        return CoreRedis.CLIENT.text("HGET", redis.key(LAST_RUNS), name);
    }

    @Nullable
    String entry(String name) {
        return CoreRedis.CLIENT.text("HGET", redis.key(ENTRIES), name);
    }

    /** All entries, by their names. */
    Map<String, String> entryFields() {
        List<String> flat = CoreRedis.CLIENT.texts("HGETALL", redis.key(ENTRIES));
        Map<String, String> fields = new TreeMap<>();
        for (int i = 0; i < flat.size(); i += 2) {
            fields.put(flat.get(i), flat.get(i + 1));
        }
        return fields;
    }

    List<String> members(String set) {
        return CoreRedis.CLIENT.texts("SMEMBERS", redis.key(set));
    }

    List<String> failed() {
        return CoreRedis.CLIENT.texts("LRANGE", redis.key("failed"), 0, -1);
    }

    @Override
    public void close() {
        redis.clear();
        closes.forEach(Runnable::run);
    }
}
