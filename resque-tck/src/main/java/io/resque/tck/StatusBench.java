package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** What the rules of statuses have at hand: a store, the keys if there are any, and a second opening if not. */
abstract class StatusBench {
    static final String TOKEN = "t-1";

    final String namespace = RedisServer.randomNamespace();
    private final StatusHome home;
    private final List<StatusHome.Opened> opened = new ArrayList<>();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();

    /** Under test. */
    StatusHome.Opened under;

    StatusStore store;

    /** Of a store that does not stand under keys: another opening of it, which sees what the first has written. */
    private StatusStore other;

    /** The keys, of a store that declares to have them. */
    RespClient redis;

    StatusBench(StatusHome home) {
        this.home = home;
    }

    @BeforeEach
    void begin(TestInfo test) {
        Skipping.unlessDeclared(test, home.features(), home.adapter());
        if (hasKeys()) {
            redis = RespClient.connect(home.url());
        } else {
            other = open(home.url(), namespace).store();
        }
        under = open(home.url(), namespace);
        store = under.store();
    }

    @AfterEach
    void cleanUp() {
        if (redis != null) {
            redis.deleteKeys(namespace + ":");
            redis.close();
        } else if (other != null) {
            new HashSet<>(tokens).forEach(other::remove);
        }
        opened.forEach(one -> one.close().run());
    }

    boolean hasKeys() {
        return home.features().contains(Feature.REDIS_KEYS);
    }

    String url() {
        return home.url();
    }

    StatusHome.Opened open(String url, String prefix) {
        StatusHome.Opened one = home.open().apply(new BackendConfig(url, prefix));
        opened.add(one);
        return one;
    }

    static StatusChange change(String token, JobState state, @Nullable String result, @Nullable Duration expiry) {
        return new StatusChange(token, state, result == null ? null : Payload.ofText(result), expiry);
    }

    boolean write(JobState state, @Nullable String result, @Nullable Duration expiry) {
        return write(TOKEN, state, result, expiry);
    }

    boolean write(String token, JobState state, @Nullable String result, @Nullable Duration expiry) {
        tokens.add(token);
        return store.write(change(token, state, result, expiry));
    }

    /** Writes what must be written. */
    void writes(JobState state, @Nullable String result, @Nullable Duration expiry) {
        writes(TOKEN, state, result, expiry);
    }

    void writes(String token, JobState state, @Nullable String result, @Nullable Duration expiry) {
        assertThat(write(token, state, result, expiry))
                .as("write must write %s, and tell that it did", state)
                .isTrue();
    }

    String key(String token) {
        return namespace + ":job:" + token + ":status";
    }

    @Nullable
    String record(String token) {
        return redis.text("GET", key(token));
    }

    /** Puts a record there as another library would have. */
    void stands(String record) {
        redis.call("SET", key(TOKEN), record);
    }

    /** What stands, seen from beside the store under test. */
    Optional<JobState> seen(String token) {
        if (!hasKeys()) {
            return other.find(token).map(StatusRecord::state);
        }
        String record = record(token);
        return record == null
                ? Optional.empty()
                : JobState.ofCode(Integer.parseInt(record.replaceFirst("(?s)\\{\"status\":(\\d+),.*", "$1")));
    }

    /** That nothing is kept, of this token or, where it can be seen, of any other. */
    void assertNothingStands(String because) {
        assertThat(seen(TOKEN)).as(because).isEmpty();
        if (hasKeys()) {
            assertThat(redis.dump(namespace + ":")).as(because).isEmpty();
        }
    }

    /** The server's clock, to the second. */
    Instant now() {
        return Instant.ofEpochSecond(
                Long.parseLong(String.valueOf(redis.texts("TIME").get(0))));
    }
}
