package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.StatusStore;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.FaultProxy;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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
        return Resque.builder().url(server.url()).serializer("gson").statusStore(store());
    }

    private static StatusStore store() {
        return new JedisBackendProvider().open(new BackendConfig(there, null)).statuses();
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
