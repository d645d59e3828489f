package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.assertj.core.api.ListAssert;
import org.assertj.core.api.ObjectAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.presentation.StandardRepresentation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/**
 * The base class of each group of tests: a backend with a namespace of its own, and a judge that reads its data
 * independently.
 */
abstract class BackendRules implements WatchedPorts.Bench {
    /** The status of a running job, as PHP writes it. */
    static final String RUNNING = "{\"status\":2,\"updated\":1795361600,\"started\":1795361599,\"result\":null}";

    static final Duration LIMIT = Duration.ofSeconds(10);
    static final String ID = "kit-host:4711:high,low";
    static final String STARTED = "2026-11-22 15:35:20 +0000";
    static final List<String> TOKENS = List.of("t1", "t2", "t3", "t-1", "t");
    static final Payload JOB = Payload.ofText("{\"class\":\"A\",\"args\":[1,\"x\"]}");
    static final Payload OTHER = Payload.ofText("{\"class\":\"B\",\"args\":[]}");

    private static final StandardRepresentation TEXTS = new StandardRepresentation() {
        @Override
        protected String fallbackToStringOf(Object object) {
            if (!(object instanceof Payload payload)) {
                return super.fallbackToStringOf(object);
            }
            String text = payload.text();
            return text.length() > 300 ? text.substring(0, 300) + "… (" + text.length() + " characters)" : text;
        }
    };

    private final QueueBackendTck kit;
    private final List<QueueBackend> opened = new ArrayList<>();
    private final WatchedPorts ports = new WatchedPorts();
    final String namespace = RedisServer.randomNamespace();

    /** The backend under test. */
    QueueBackend backend;

    /** Reads the data of the backend under test, without using it. */
    BackendJudge judge;

    /** Reads the keys, if the backend declares them. */
    RespClient redis;

    BackendRules(QueueBackendTck kit) {
        this.kit = kit;
        AdapterHome home = new AdapterHome(kit, kit.features(), kit.url());
        home.check(provider().scheme());
        if (hasKeys()) {
            redis = RespClient.connect(url());
            judge = new KeyJudge(redis, namespace);
        } else {
            judge = home.open(this::openForJudge);
        }
        try {
            backend = home.open(() -> open(patientUrl()));
        } catch (RuntimeException | Error e) {
            try {
                judge.close(); // JUnit calls no clean-up of an object whose constructor failed
            } catch (RuntimeException late) {
                e.addSuppressed(late);
            }
            throw e;
        }
    }

    private BackendJudge openForJudge() {
        QueueBackendProvider provider = provider();
        QueueBackend second = ProviderCalls.opened(
                provider, "open(config)", () -> provider.open(new BackendConfig(url(), namespace)));
        return new PortJudge(second, watched(second));
    }

    private QueueBackend watched(QueueBackend backend) {
        return PortAnswers.checked(QueueBackend.class, ports.watch(QueueBackend.class, backend));
    }

    @Override
    public WatchedPorts ports() {
        return ports;
    }

    @BeforeEach
    void begin(TestInfo test) {
        FeatureSkips.unlessDeclared(test, kit.features(), provider().name());
        assertThat(everything()).as("a new namespace must be empty").isEmpty();
    }

    @AfterEach
    void cleanUp() {
        CleanUp cleanUp = new CleanUp();
        opened.forEach(one -> cleanUp.then(() -> WatchedPorts.ifWritten(one::close)));
        cleanUp.then(judge::close).run();
    }

    /** The server for all tests that do not break or reconfigure it. It ends with the JVM. */
    static RedisServer shared() {
        return Shared.server();
    }

    /** If there is no server, each test says so, but only the first one searches. */
    private static final class Shared {
        private static @Nullable RedisServer server;
        private static @Nullable IllegalStateException none;

        static synchronized RedisServer server() {
            if (none != null) {
                throw new IllegalStateException(none.getMessage(), none);
            }
            if (server == null) {
                try {
                    server = RedisServer.forTests();
                } catch (IllegalStateException e) {
                    none = e;
                    throw e;
                }
            }
            return server;
        }
    }

    /** The URL of the backend under test. */
    String url() {
        return kit.url();
    }

    /** The same URL, with a long timeout for each answer. */
    String patientUrl() {
        return kit.patientUrl();
    }

    boolean hasKeys() {
        return kit.features().contains(Feature.REDIS_KEYS);
    }

    /** Runs checks that only keys can show; does nothing if the backend does not declare keys. */
    void onKeys(Runnable looks) {
        if (hasKeys()) {
            looks.run();
        }
    }

    QueueBackendProvider provider() {
        return ProviderCalls.provider(kit, kit::provider);
    }

    QueueBackend open(String url) {
        return open(url, namespace);
    }

    QueueBackend open(String url, @Nullable String prefix) {
        QueueBackendProvider provider = provider();
        QueueBackend backend =
                ProviderCalls.opened(provider, "open(config)", () -> provider.open(new BackendConfig(url, prefix)));
        opened.add(backend);
        return watched(backend);
    }

    String key(String name) {
        return namespace + ":" + name;
    }

    /**
     * All data under the namespace, read by the judge; if there are keys, with their full names. The common counters
     * are left out while they are 0, as the first registration writes them.
     */
    Map<String, Object> everything() {
        Map<String, Object> all = new TreeMap<>(judge.everything());
        for (String counter : List.of(key("stat:processed"), key("stat:failed"))) {
            all.remove(counter, "0");
        }
        return all;
    }

    /** Does the same as {@code assertThat}, but a failure shows the text of payloads, not only their lengths. */
    static ListAssert<Payload> assertThatPayloads(List<Payload> payloads) {
        return assertThat(payloads).withRepresentation(TEXTS);
    }

    static ObjectAssert<Payload> assertThatPayload(@Nullable Payload payload) {
        return assertThat(payload).withRepresentation(TEXTS);
    }

    /** A call with a negative number, which is a mistake of the caller. */
    static void isRefused(String call, ThrowingCallable negative) {
        assertThatThrownBy(negative, "%s must throw an IllegalArgumentException", call)
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** The payloads of a queue, read by the judge. */
    List<Payload> queue(String name) {
        return judge.queue(name);
    }

    /** The records of the common failure list, read by the judge. */
    List<Payload> failed() {
        return judge.failures(FailureList.COMMON);
    }

    /** All data, except the keys that only this library uses, which may count steps. */
    Map<String, Object> everythingButSteps() {
        Map<String, Object> all = new TreeMap<>(everything());
        all.remove(key("java:sessions"));
        all.remove(key("worker:" + ID + ":java"));
        return all;
    }

    /** The value of a text key. */
    @Nullable
    String text(String name) {
        return redis.text("GET", key(name));
    }

    void push(String queue, Payload... payloads) {
        push(backend, queue, payloads);
    }

    static void push(QueueBackend to, String queue, Payload... payloads) {
        to.queues().push(new Push(queue, Arrays.asList(payloads), List.of()));
    }

    static Subscription of(String... queues) {
        return new Subscription(
                Stream.of(queues)
                        .map(queue -> new Subscription.Source(queue, "{\"queue\":\"" + queue + "\",\"run_at\":\""))
                        .toList(),
                "\",\"payload\":",
                "}");
    }

    /** Does the same as {@link #of}, with a limit for each queue. */
    static Subscription limited(int limit, String... queues) {
        Subscription any = of(queues);
        return new Subscription(
                any.sources().stream()
                        .map(source -> new Subscription.Source(source.queue(), source.beforeInstant(), limit))
                        .toList(),
                any.beforePayload(),
                any.afterPayload());
    }

    /** Does the same as {@link #of}, with the smallest limit for payloads. */
    static Subscription small(String... queues) {
        Subscription any = of(queues);
        return new Subscription(any.sources(), any.beforePayload(), any.afterPayload(), Subscription.LEAST_MAX_PAYLOAD);
    }

    /** A job with this number of bytes. */
    static Payload large(int bytes) {
        String around = "{\"class\":\"Large\",\"args\":[\"\"]}";
        return Payload.ofText(around.replace(
                "\"\"",
                "\"" + "\u00e9\\\\".repeat((bytes - around.length()) / 4) + "x".repeat((bytes - around.length()) % 4)
                        + "\""));
    }

    /** The name under which a payload was set aside, read from its stand-in. */
    static String keptAs(Payload standIn, Payload whole) {
        assertThat(StrictJson.read(standIn.text()))
                .as("the stand-in for a payload of %s bytes must be JSON", whole.size())
                .isInstanceOf(Map.class);
        Map<?, ?> tree = (Map<?, ?>) StrictJson.read(standIn.text());
        assertThat(tree.get("class")).isEqualTo("OversizePayload");
        assertThat(tree.get("args")).isEqualTo(List.of());
        assertThat(String.valueOf(tree.get("size"))).isEqualTo(Integer.toString(whole.size()));
        assertThat((String) tree.get("head"))
                .as("its first 1000 bytes, those beyond ASCII as ?")
                .isEqualTo(ascii(whole, 0, 1000));
        assertThat((String) tree.get("tail"))
                .as("its last 200 bytes")
                .isEqualTo(ascii(whole, Math.max(0, whole.size() - 200), whole.size()));
        assertThat(tree.get("kept_in")).isInstanceOf(String.class);
        return (String) tree.get("kept_as");
    }

    private static String ascii(Payload payload, int from, int to) {
        byte[] bytes = payload.toBytes();
        StringBuilder text = new StringBuilder();
        for (int i = from; i < Math.min(to, bytes.length); i++) {
            text.append(bytes[i] < 0 ? '?' : (char) bytes[i]);
        }
        return text.toString();
    }

    WorkerSnapshot inspect(String id) {
        return backend.workers().inspect(List.of(id)).get(0);
    }

    WorkerSession register() {
        return register(backend, ID);
    }

    static WorkerSession register(QueueBackend where, String id) {
        WorkerSnapshot seen = where.workers().inspect(List.of(id)).get(0);
        return where.workers()
                .register(new WorkerRegistration(seen, STARTED, Map.of("boot", "b-1")))
                .orElseThrow(() -> new AssertionError(
                        "register() must return a session: nothing has changed since inspect(), and no job is held"));
    }

    /** Reserves a job that must be there. */
    static ReservedJob take(WorkerSession session, String... queues) {
        return job(session.reserve(of(queues)));
    }

    static ReservedJob job(Reservation reservation) {
        assertThat(reservation.state())
                .as("a job waits and nothing is paused, so reserve must return it")
                .isEqualTo(Reservation.State.JOB);
        return Optional.ofNullable(reservation.job())
                .orElseThrow(() -> new AssertionError("a Reservation with state JOB must hold the job"));
    }

    /** Waits for an answer, and throws what the call threw. */
    static Reservation answer(CompletionStage<Reservation> coming) {
        try {
            return coming.toCompletableFuture().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    static Settlement done(ReservedJob job) {
        return new Settlement(job, List.of(new Effect.Count(true, false)));
    }

    /** The effect that appends a record to the common list. */
    static Effect fails(Payload record) {
        return fails(FailureList.COMMON, record);
    }

    static Effect fails(FailureList list, Payload record) {
        return new Effect.RecordFailure(new FailureEntry(list, record));
    }

    /** The end of a job that failed: one record in the common list, and both counters. */
    static List<Effect> failure(Payload record) {
        return List.of(fails(record), new Effect.Count(true, true));
    }

    /** Writes the status of a running job, by the port if there are no keys. */
    void runs(String token) {
        onKeys(() -> redis.call("SET", key("job:" + token + ":status"), RUNNING));
        if (!hasKeys()) {
            backend.statuses().write(new StatusChange(token, JobState.WAITING, null, null));
            backend.statuses().write(new StatusChange(token, JobState.RUNNING, null, null));
        }
    }

    /** Whether a thread waits: for another thread, or for a server that has a blocked client. */
    boolean waits(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING, TERMINATED -> true;
            default ->
                hasKeys() && !String.valueOf(redis.text("INFO", "clients")).contains("blocked_clients:0");
        };
    }

    /** The time of the backend's clock, to the second. */
    Instant now() {
        return judge.now();
    }

    /** Waits until the backend's clock shows the next second, so that the times it writes differ from those before. */
    void nextSecond() {
        Instant before = now();
        Eventually.until("the backend's clock must go on", LIMIT, () -> now().isAfter(before));
    }
}
