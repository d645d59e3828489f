package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mockito;

/** Statuses in another Redis than the queues: two databases of one server. */
class StatusApartTest {
    private static RedisServer server;
    private static String there;

    private final RespClient queues = server.client();
    private final RespClient statuses = RespClient.connect(there);

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        there = server.url().replaceFirst("/0$", "/1");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void clear() {
        queues.call("FLUSHALL");
        queues.close();
        statuses.close();
    }

    private static ResqueBuilder builder() {
        return Resque.builder().url(server.url()).serializer("gson").statusStore("jedis", there);
    }

    @Test
    void aJobIsTrackedThereAndNothingOfItIsHere() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (Resque resque = builder().namespace("shop").build()) {
            String token = resque.enqueueTracked("q", "My_Job").orElseThrow();
            assertThat(status(token)).startsWith("{\"status\":1,");
            Worker worker = resque.workerBuilder("q")
                    .register("My_Job", () -> context -> {
                        begun.countDown();
                        goOn.await(10, TimeUnit.SECONDS);
                        context.result("done");
                    })
                    .start();
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(status(token)).startsWith("{\"status\":2,");
            goOn.countDown();
            await().until(() -> status(token).startsWith("{\"status\":4,"));
            assertThat(statuses.number("TTL", "shop:job:" + token + ":status")).isBetween(86_390L, 86_400L);
            assertThat(resque.status(token).orElseThrow().result()).isEqualTo("done");
            worker.close();
            assertThat(queues.keys("*")).as("where the queues are").noneMatch(key -> key.contains("job:"));
            assertThat(statuses.keys("*"))
                    .as("where the statuses are")
                    .containsExactly("shop:job:" + token + ":status");
        }
    }

    private String status(String token) {
        return String.valueOf(statuses.text("GET", "shop:job:" + token + ":status"));
    }

    @Test
    void aFailureIsTrackedThereToo() {
        try (Resque resque = builder().namespace("shop").build()) {
            String token = resque.enqueueTracked("q", "Unknown").orElseThrow();
            try (Worker worker = resque.workerBuilder("q")
                    .register("My_Job", () -> context -> {})
                    .start()) {
                await().until(() -> status(token).startsWith("{\"status\":3,"));
                assertThat(worker.isRunning()).isTrue();
            }
        }
        assertThat(queues.keys("*")).noneMatch(key -> key.contains("job:"));
    }

    @Test
    void theStoreIsClosedWithTheResque() {
        long before = connections();
        try (Resque resque = builder().build()) {
            assertThat(resque.status("any")).isEmpty();
            assertThat(connections()).isGreaterThan(before);
        }
        await().untilAsserted(() -> assertThat(connections()).isEqualTo(before));
    }

    private long connections() {
        return String.valueOf(statuses.text("CLIENT", "LIST"))
                .lines()
                .filter(client -> client.contains(" db=1 "))
                .count();
    }

    @Test
    void theNamespaceMayComeFromItsOwnUrl() {
        try (Resque resque = builder()
                .url(server.url() + "?namespace=here")
                .statusStore("jedis", there + "?namespace=there")
                .build()) {
            resque.enqueueTracked("q", "My_Job");
        }
        assertThat(queues.keys("*")).containsExactly("here:queue:q", "here:queues");
        assertThat(statuses.keys("*")).singleElement().asString().startsWith("there:job:");
    }

    @Test
    void aStoreThatCannotBeOpenedLeavesNothingOpen(@TempDir Path folder) throws IOException {
        assertNothingStaysOpen(
                folder,
                builder().statusStore("jedis", "htp://x"),
                ConfigurationException.class,
                "\"htp://x\" is not a Redis URL");
    }

    @Test
    void aModuleOfInlineThatThrowsLeavesNothingOpen(@TempDir Path folder) throws IOException {
        assertNothingStaysOpen(
                folder,
                builder().inline(jobs -> {
                    throw new IllegalStateException("no jobs today");
                }),
                IllegalStateException.class,
                "no jobs today");
    }

    private <E extends Throwable> void assertNothingStaysOpen(
            Path folder, ResqueBuilder builder, Class<E> error, String message) throws IOException {
        Mockito.clearInvocations(Watched.OPENED);
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.writeString(services.resolve(QueueBackendProvider.class.getName()), Watched.class.getName());
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            ResqueBuilder watched = builder.classLoader(loader).backend("watched");
            assertThat(catchThrowableOfType(error, watched::build)).hasMessageStartingWith(message);
        }
        Mockito.verify(Watched.OPENED).close();
    }

    /** Opens a backend that knows whether it was closed. */
    public static final class Watched implements QueueBackendProvider {
        static final QueueBackend OPENED = Mockito.mock(QueueBackend.class);

        static {
            Mockito.when(OPENED.effects()).thenCallRealMethod();
        }

        @Override
        public String name() {
            return "watched";
        }

        @Override
        public int portsVersion() {
            return PORTS_VERSION;
        }

        @Override
        public QueueBackend open(BackendConfig config) {
            return OPENED;
        }
    }

    @Test
    void aStoreThatCannotBeOpenedLeavesAGivenBackendAlone() {
        QueueBackend given = Mockito.mock(QueueBackend.class);
        ResqueBuilder builder = builder().statusStore("jedis", "htp://x");
        assertThat(catchThrowableOfType(ConfigurationException.class, builder::build))
                .hasMessageStartingWith("\"htp://x\" is not a Redis URL");
        assertThat(catchThrowableOfType(
                        ConfigurationException.class,
                        () -> builder.backend(given).build()))
                .isNotNull();
        Mockito.verify(given, Mockito.never()).close();
    }

    @Test
    void aStoreThatIsNotThereIsTold() {
        assertThat(catchThrowableOfType(
                        ConfigurationException.class,
                        () -> builder().statusStore("jdbc", there).build()))
                .hasMessageMatching("No status store named \"jdbc\" is on the class path; there is jedis "
                        + "\\(resque-backend-jedis[^ )]*\\)\\. Name one of these, or add the artifact that brings it");
    }

    private static StatusStore store() {
        return new JedisBackendProvider().openStatuses(new BackendConfig(there, null));
    }

    @Test
    void aPushThatWasRefusedLeavesNoStatus() {
        queues.call("SET", "resque:queue:q", "not a list");
        try (Resque resque = builder().build()) {
            assertThat(catchThrowableOfType(BackendException.class, () -> resque.enqueueTracked("q", "My_Job")))
                    .hasMessageContaining("WRONGTYPE");
        }
        assertThat(statuses.dump("resque:")).as("nobody will ever run it").isEmpty();
    }

    @Test
    void aPushThatWasNotSentLeavesNoStatus() throws IOException {
        try (Resque resque =
                builder().url("redis://127.0.0.1:" + EnqueueTest.closedPort()).build()) {
            assertThat(catchThrowableOfType(
                                    BackendUnavailableException.class, () -> resque.enqueueTracked("q", "My_Job"))
                            .maybeApplied())
                    .isFalse();
        }
        assertThat(statuses.dump("resque:")).isEmpty();
    }

    @Test
    void aPushThatMayHaveBeenMadeKeepsItsStatus() {
        try (FaultProxy proxy = FaultProxy.to(server.url());
                Resque resque = builder().url(proxy.url()).build()) {
            proxy.cutAfter(request ->
                    request.stream().anyMatch(part -> new String(part, StandardCharsets.UTF_8).contains("My_Job")));
            assertThat(catchThrowableOfType(
                                    BackendUnavailableException.class, () -> resque.enqueueTracked("q", "My_Job"))
                            .maybeApplied())
                    .isTrue();
        }
        assertThat(queues.number("LLEN", "resque:queue:q")).isOne();
        assertThat(statuses.keys("resque:job:*:status")).hasSize(1);
    }

    @Test
    void aStatusThatCannotBeTakenBackDoesNotHideWhyThePushFailed() {
        queues.call("SET", "resque:queue:q", "not a list");
        StatusStore sticky = Mockito.spy(store());
        Mockito.doThrow(new BackendException("The store is away")).when(sticky).remove(Mockito.any());
        try (Resque resque = builder().statusStore(sticky).build()) {
            BackendException e =
                    catchThrowableOfType(BackendException.class, () -> resque.enqueueTracked("q", "My_Job"));
            assertThat(e).hasMessageContaining("WRONGTYPE");
            assertThat(e.getSuppressed())
                    .singleElement()
                    .hasToString("io.resque.api.BackendException: The store is away");
        }
    }
}
