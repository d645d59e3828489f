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

/**
 * The base class of the tests of statuses: a store, and its keys or, if it has none, a second store that sees the same
 * data.
 */
abstract class StatusBench implements WatchedPorts.Bench {
    static final String TOKEN = "t-1";

    final String namespace = RedisServer.randomNamespace();
    private final StatusHome home;
    private final List<StatusHome.Opened> opened = new ArrayList<>();
    private final WatchedPorts ports = new WatchedPorts();
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();

    /** The store under test. */
    StatusHome.Opened under;

    StatusStore store;

    /** A second store with the same data, if the store under test does not declare keys. */
    private StatusStore other;

    /** Reads the keys, if the store under test declares them. */
    RespClient redis;

    StatusBench(StatusHome home) {
        this.home = home;
    }

    @BeforeEach
    void begin(TestInfo test) {
        AdapterHome place = new AdapterHome(home.kit(), home.features(), home.url());
        place.check(home.scheme());
        FeatureSkips.unlessDeclared(test, home.features(), home.adapter());
        if (hasKeys()) {
            redis = RespClient.connect(home.url());
        } else {
            other = place.open(() -> open(home.url(), namespace)).store();
        }
        under = place.open(() -> open(home.url(), namespace));
        store = under.store();
    }

    @AfterEach
    void cleanUp() {
        CleanUp cleanUp = new CleanUp();
        if (redis != null) {
            cleanUp.then(() -> redis.deleteKeys(namespace)).then(redis::close); // with namespaces that begin so
        } else if (other != null) {
            new HashSet<>(tokens)
                    .forEach(token -> cleanUp.then(() -> WatchedPorts.ifWritten(() -> other.remove(token))));
        }
        opened.forEach(one -> cleanUp.then(() -> WatchedPorts.ifWritten(one.close())));
        cleanUp.run();
    }

    @Override
    public WatchedPorts ports() {
        return ports;
    }

    boolean hasKeys() {
        return home.features().contains(Feature.REDIS_KEYS);
    }

    String url() {
        return home.url();
    }

    StatusHome.Opened open(String url, String prefix) {
        StatusHome.Opened one = home.open().apply(ports, new BackendConfig(url, prefix));
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

    /** Writes a status, which the store must accept. */
    void writes(JobState state, @Nullable String result, @Nullable Duration expiry) {
        writes(TOKEN, state, result, expiry);
    }

    void writes(String token, JobState state, @Nullable String result, @Nullable Duration expiry) {
        assertThat(write(token, state, result, expiry))
                .as("write must write %s, and return true", state)
                .isTrue();
    }

    String key(String token) {
        return namespace + ":job:" + token + ":status";
    }

    @Nullable
    String record(String token) {
        return redis.text("GET", key(token));
    }

    /** Writes a record as another library would. */
    void stands(String record) {
        redis.call("SET", key(TOKEN), record);
    }

    /** The state of a status, without using the store under test. */
    Optional<JobState> seen(String token) {
        if (!hasKeys()) {
            return other.find(token).map(StatusRecord::state);
        }
        String record = record(token);
        return record == null
                ? Optional.empty()
                : JobState.ofCode(Integer.parseInt(record.replaceFirst("(?s)\\{\"status\":(\\d+),.*", "$1")));
    }

    /** Waits until more than a second has gone by on the store's clock, as the times that it writes show. */
    void moreThanASecond() {
        writes("t-clock", JobState.WAITING, null, null);
        Instant begin = updated("t-clock");
        Eventually.until("the store's clock must go on", BackendRules.LIMIT, () -> {
            writes("t-clock", JobState.WAITING, null, null);
            return updated("t-clock").isAfter(begin.plusSeconds(1));
        });
    }

    private Instant updated(String token) {
        return found(token).updated();
    }

    /** A status that the store under test must find. */
    StatusRecord found(String token) {
        return store.find(token)
                .orElseThrow(() -> new AssertionError(
                        "find(\"" + token + "\") must return the status that was written, but returned nothing"));
    }

    /** Checks that no status exists: of this token, and if the keys can be read, of any token. */
    void assertNothingStands(String because) {
        assertThat(seen(TOKEN)).as(because).isEmpty();
        if (hasKeys()) {
            assertThat(redis.dump(namespace + ":")).as(because).isEmpty();
        }
    }

    /** The time of the server's clock, to the second. */
    Instant now() {
        return Instant.ofEpochSecond(
                Long.parseLong(String.valueOf(redis.texts("TIME").get(0))));
    }
}
