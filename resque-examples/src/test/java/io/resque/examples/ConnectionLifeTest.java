package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.lettuce.LettuceBackendProvider;
import io.resque.backend.redis.RedisSettings;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client opens, keeps and closes connections in the same way. */
@Timeout(120)
@ParameterizedClass
@MethodSource("providers")
class ConnectionLifeTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String SHORT = "?timeout=150ms&connectTimeout=150ms";
    private static final String LONG = "?timeout=20s&connectTimeout=20s";

    /** Faults that can strike a connection before it can be used. */
    private static final Map<String, Consumer<FaultProxy>> MOMENTS = Map.of(
            "cut as soon as it is made", proxy -> proxy.refuse(true),
            "silent at the login", proxy -> proxy.holdSilently(FaultProxy.command("AUTH")),
            "cut at the login", proxy -> proxy.cutBefore(FaultProxy.command("AUTH")),
            "cut instead of the login's answer", proxy -> proxy.cutAfter(FaultProxy.command("AUTH")),
            "silent at the choice of the database", proxy -> proxy.holdSilently(FaultProxy.command("SELECT")),
            "cut at the choice of the database", proxy -> proxy.cutBefore(FaultProxy.command("SELECT")));

    private static RedisServer server;

    private final QueueBackendProvider provider;
    private final FaultProxy proxy = FaultProxy.to("redis://:pw@127.0.0.1:" + server.port() + "/3");

    ConnectionLifeTest(QueueBackendProvider provider) {
        this.provider = provider;
    }

    static Stream<QueueBackendProvider> providers() {
        return Stream.of(new JedisBackendProvider(), new LettuceBackendProvider());
    }

    @BeforeAll
    static void start() {
        server = RedisServer.start("--requirepass", "pw");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void closeProxy() {
        proxy.close();
    }

    private QueueBackend open(String url) {
        return provider.open(new BackendConfig(url, "t"));
    }

    private static void use(QueueBackend backend) {
        assertThat(backend.statistics().get("failed")).isZero();
    }

    /** Repeats a call until it succeeds: on a busy machine the short timeouts may not be enough. */
    private static void useInTheEnd(QueueBackend backend) {
        await().atMost(SOON).ignoreExceptionsInstanceOf(BackendException.class).untilAsserted(() -> use(backend));
    }

    /**
     * Makes a call in a thread that is interrupted before the call, some time after it begins, or not at all. The
     * interrupt flag must stay set.
     */
    private static void tryInterrupted(QueueBackend backend, Duration after) throws InterruptedException {
        AtomicBoolean flag = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            if (after.isZero()) {
                Thread.currentThread().interrupt();
            }
            try {
                backend.statistics().get("failed");
            } catch (BackendException e) {
                // the call may fail
            }
            flag.set(Thread.currentThread().isInterrupted());
        });
        caller.start();
        if (!after.isZero()) {
            caller.join(after.toMillis());
            caller.interrupt();
        }
        caller.join();
        assertThat(flag.get() || !after.isZero())
                .as("the thread is still told to stop")
                .isTrue();
    }

    @Test
    void nothingIsLeftOfAConnectionThatIsCutOrInterruptedWhileItIsMade() throws Exception {
        for (Map.Entry<String, Consumer<FaultProxy>> moment : MOMENTS.entrySet()) {
            try (QueueBackend backend = open(proxy.url() + SHORT)) {
                useInTheEnd(backend);
                for (int after : new int[] {0, 1, 20, 400}) {
                    proxy.cutAll();
                    moment.getValue().accept(proxy);
                    tryInterrupted(backend, Duration.ofMillis(after));
                    proxy.clearFaults();
                    proxy.refuse(false);
                    tryInterrupted(backend, Duration.ZERO);
                }
                useInTheEnd(backend);
                connectionsTo(proxy.port(), 1, moment.getKey());
            }
            connectionsTo(proxy.port(), 0, moment.getKey() + ", closed");
        }
    }

    @Test
    void nothingIsLeftOfAHandshakeThatIsNotAnswered() throws Exception {
        try (QueueBackend backend = open("rediss://127.0.0.1:" + proxy.port() + SHORT)) {
            for (int after : new int[] {0, 1, 20, 400}) {
                tryInterrupted(backend, Duration.ofMillis(after));
            }
            connectionsTo(proxy.port(), 0, "no TLS");
        }
    }

    private static void connectionsTo(int port, int atMost, String what) {
        if (!Files.exists(Path.of("/proc/net/tcp"))) {
            System.err.println("NOT COUNTED: connections, for this system has no /proc/net/tcp");
            return;
        }
        await().atMost(SOON).untilAsserted(() -> assertThat(open(port)).as(what).hasSizeLessThanOrEqualTo(atMost));
    }

    /** The connections that the client has not closed: established, opening, or closed only by the other side. */
    private static List<String> open(int port) throws IOException {
        String end = String.format(Locale.ROOT, ":%04X", port);
        return Stream.concat(lines("/proc/net/tcp"), lines("/proc/net/tcp6"))
                .map(line -> line.strip().split("\\s+"))
                .filter(words ->
                        words[2].endsWith(end) && List.of("01", "02", "08").contains(words[3]))
                .map(words -> String.join(" ", words))
                .toList();
    }

    private static Stream<String> lines(String file) throws IOException {
        return Files.exists(Path.of(file)) ? Files.readAllLines(Path.of(file)).stream() : Stream.of();
    }

    @Test
    void aThreadThatIsInterruptedCloses() throws IOException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        URLClassLoader application = new URLClassLoader(new URL[0], before);
        Thread.currentThread().setContextClassLoader(application);
        QueueBackend backend = open(proxy.url() + LONG);
        use(backend);
        Thread.currentThread().setContextClassLoader(before);
        Thread.currentThread().interrupt();
        assertThatCode(backend::close).doesNotThrowAnyException();
        assertThat(Thread.interrupted()).as("the thread is still told to stop").isTrue();
        connectionsTo(proxy.port(), 0, "closed");
        await().atMost(SOON)
                .until(() -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("lettuce-")));
        assertThatThrownBy(() -> use(backend)).hasMessageContaining("has been closed");
    }

    @Test
    void threadsThatWaitTakeNothingFromWhoeverComesFirst() throws Exception {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader application = new URLClassLoader(new URL[0], before);
                QueueBackend backend = open(proxy.url() + LONG)) {
            use(backend);
            WorkerSession session = backend.workers()
                    .register(new WorkerRegistration(
                            backend.workers().inspect(List.of("id")).get(0), "now", Map.of()))
                    .orElseThrow();
            Thread.currentThread().setContextClassLoader(application);
            session.await(
                    new Subscription(List.of(new Subscription.Source("q", "{")), "", "}"), Duration.ofMillis(100));
            Thread.currentThread().setContextClassLoader(before);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> thread.getName().startsWith("resque-watch"))
                    .isNotEmpty()
                    .noneMatch(thread -> thread.getContextClassLoader() == application);
            session.unregister();
        }
    }

    private static void beIdle() {
        long end = System.nanoTime() + RedisSettings.TESTED_AFTER.toNanos();
        await().atMost(SOON).until(() -> System.nanoTime() - end > 0);
    }

    @Test
    void aConnectionThatWasClosedWhileItWasIdleIsReplaced() {
        try (QueueBackend backend = open(proxy.url() + LONG)) {
            for (int round = 0; round < 2; round++) {
                use(backend);
                beIdle();
                proxy.cutAll();
                use(backend);
            }
        }
    }

    /**
     * A firewall may have forgotten an idle connection. The client must notice it before it sends any byte of a
     * command.
     */
    @Test
    void aConnectionThatBecameSilentWhileItWasIdleHasRunNothing() {
        try (QueueBackend backend = open(proxy.url() + "?timeout=1s&connectTimeout=1s")) {
            useInTheEnd(backend);
            beIdle();
            proxy.pause();
            int before = proxy.requests();
            BackendUnavailableException e = catchThrowableOfType(
                    BackendUnavailableException.class,
                    () -> backend.statistics().get("failed"));
            assertThat(e.maybeApplied()).as(e.getMessage()).isFalse();
            assertThat(proxy.requests()).as("nothing but tests").isLessThanOrEqualTo(before + 2);
            proxy.resume();
            useInTheEnd(backend);
        }
    }

    @Test
    void aBusyConnectionIsNotTested() {
        try (QueueBackend backend = open(proxy.url() + LONG)) {
            use(backend);
            int before = proxy.requests();
            for (int i = 0; i < 100; i++) {
                use(backend);
            }
            assertThat(proxy.requests() - before)
                    .as("one request for each call")
                    .isBetween(100, 105);
        }
    }

    @Test
    void aServerWithoutHelloIsServed() {
        try (RedisServer old = RedisServer.start("--rename-command", "HELLO", "", "--requirepass", "pw");
                QueueBackend backend = open(old.url() + "2")) {
            use(backend);
        }
    }

    @Test
    void aServerThatIsTooOldIsNamed() throws IOException {
        try (OldRedis old = new OldRedis("2.8.19");
                QueueBackend backend = open("redis://127.0.0.1:" + old.port())) {
            for (int again = 0; again < 2; again++) {
                assertThatThrownBy(() -> use(backend))
                        .isInstanceOf(ConfigurationException.class)
                        .hasMessage(
                                "Redis at 127.0.0.1:" + old.port()
                                        + "/0 is version 2.8.19, and 5.0 or later is needed; give the URL of one that is newer");
            }
        }
    }
}
