package io.resque.core.internal.schedule;

import io.resque.api.FailureListLayout;
import io.resque.api.RetryKeys;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.internal.failure.FailureLog;
import io.resque.core.internal.failure.FailureSettings;
import io.resque.core.internal.failure.RubyRetries;
import io.resque.core.internal.status.LateStatuses;
import io.resque.core.internal.status.StatusUpdates;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.PayloadReader;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A scheduler without threads, on a namespace of its own. */
final class DueFixture implements AutoCloseable {
    static final String SCHEDULER = "host:1:scheduler";

    /** The largest item that is read. */
    static final long LARGEST = 100_000;

    final CoreRedis redis = new CoreRedis();
    final QueueBackend backend = open(CoreRedis.SERVER.url());
    final DelayedItems items = backend.delayed().orElseThrow();
    private final FailureLog failures = new FailureLog(
            backend.failures(),
            CoreRedis.GSON,
            Clock.systemUTC(),
            new FailureSettings(FailureListLayout.COMMON, null, null, 10, List.of()),
            1 << 20);
    private final LateStatuses late = new LateStatuses(backend.statuses());
    private final PayloadReader reader = new PayloadReader(CoreRedis.GSON);
    private final StatusUpdates statuses =
            new StatusUpdates(backend.statuses(), true, Duration.ofDays(1), null, late, CoreRedis.GSON);
    private final RubyRetries ruby = new RubyRetries(CoreRedis.GSON, RetryKeys.RUBY_3_3, (name, now) -> 0);
    final ListenerChain listeners = ListenerChain.ofResque();
    final MoveCounts counts = new MoveCounts();
    final DueMoves moves = new DueMoves(SCHEDULER, reader, failures, statuses, ruby, () -> listeners, LARGEST);

    private QueueBackend open(String url) {
        return new JedisBackendProvider().open(new BackendConfig(url + "?timeout=10s", redis.namespace));
    }

    /** A pass of a user with all rights, changed by these. */
    PassResult passOf(String... rights) {
        try (QueueBackend other = openFor(rights)) {
            return pass(other.delayed().orElseThrow());
        } finally {
            CoreRedis.CLIENT.call("ACL", "DELUSER", redis.namespace);
        }
    }

    /** The backend of a user with all rights, changed by these. */
    QueueBackend openFor(String... rights) {
        List<Object> user = new ArrayList<>(List.of("ACL", "SETUSER", redis.namespace, "on", ">pw", "~*", "+@all"));
        user.addAll(List.of(rights));
        CoreRedis.CLIENT.call(user.toArray());
        return open(CoreRedis.SERVER.url().replace("://", "://" + redis.namespace + ":pw@"));
    }

    DelayedBook book() {
        return new DelayedBook(
                items, "", reader, new ArgumentRules(Map.of(), Map.of()), statuses, ruby, listeners, LARGEST);
    }

    PassResult pass() {
        return pass(items);
    }

    PassResult pass(DelayedItems seen) {
        return DuePass.run(seen, moves, null, () -> true, counts);
    }

    /** Puts items at a second, as Ruby writes them. */
    void seed(long second, String... some) {
        for (String item : some) {
            CoreRedis.CLIENT.call("RPUSH", redis.key("delayed:" + second), item);
            CoreRedis.CLIENT.call("SADD", redis.key("timestamps:" + item), "delayed:" + second);
            CoreRedis.CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), second, second);
        }
    }

    List<String> failed() {
        return CoreRedis.CLIENT.texts("LRANGE", redis.key("failed"), 0, -1);
    }

    @Override
    public void close() {
        redis.clear();
        failures.close();
        backend.close();
    }
}
