package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.lettuce.LettuceBackendProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client logs in, and reports a failed connection, in the same way. */
@Timeout(60)
@ParameterizedClass
@MethodSource("providers")
class ConnectionTest {
    private static final String WAY_OUT =
            " — give the right password in the URL, redis://:password@host or redis://user:password@host";

    private static RedisServer server;
    private static String address;

    @BeforeAll
    static void start() {
        server = RedisServer.start("--requirepass", "s3cr:t@/");
        address = server.host() + ":" + server.port();
        try (RespClient client = server.client()) {
            client.call("ACL", "SETUSER", "jo", "on", ">p%w", "~t:*", "+@all");
            client.call("ACL", "SETUSER", "nopop", "on", ">p%w", "~t:*", "+@all", "-lpop");
            client.call("ACL", "SETUSER", "reader", "on", ">p%w", "~t:*", "+@read");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private final QueueBackendProvider provider;

    ConnectionTest(QueueBackendProvider provider) {
        this.provider = provider;
    }

    static Stream<QueueBackendProvider> providers() {
        return Stream.of(new JedisBackendProvider(), new LettuceBackendProvider());
    }

    private QueueBackend open(String url) {
        return provider.open(new BackendConfig(url, "t"));
    }

    private BackendException failure(String url) {
        try (QueueBackend backend = open(url)) {
            BackendException e = catchThrowableOfType(
                    BackendException.class, () -> backend.statistics().increment("failed", 1));
            assertThat(e).as("%s must fail", backend.endpoint()).isNotNull();
            return e;
        }
    }

    @Test
    void passwordUserAndDatabaseComeFromTheUrl() {
        try (QueueBackend backend = open("redis://jo:p%25w@" + address + "/3");
                RespClient client = server.client()) {
            assertThat(backend.endpoint()).isEqualTo(address + "/3");
            assertThat(backend.statistics().increment("failed", 7)).isEqualTo(7);
            client.call("SELECT", 3);
            assertThat(client.text("GETDEL", "t:stat:failed")).isEqualTo("7");
        }
        try (QueueBackend backend = open("redis://:s3cr%3At%40%2F@" + address)) {
            assertThat(backend.statistics().get("failed")).isZero();
        }
    }

    @Test
    void aWrongPassword() {
        for (String login : new String[] {":wr0ng@", "jo:wr0ng@", "nobody:wr0ng@"}) {
            assertThat(failure("redis://" + login + address))
                    .isNotInstanceOf(BackendUnavailableException.class)
                    .hasMessage("Redis at " + address
                            + "/0 answered: WRONGPASS invalid username-password pair or user is disabled" + WAY_OUT);
        }
    }

    @Test
    void noPassword() {
        assertThat(failure("redis://" + address))
                .hasMessage("Redis at " + address + "/0 answered: NOAUTH Authentication required" + WAY_OUT);
    }

    @Test
    void missingPermission() {
        assertThat(failure("redis://reader:p%25w@" + address))
                .hasMessageStartingWith("Redis at " + address + "/0 answered: NOPERM ")
                .hasMessageEndingWith(" — grant the ACL user this command and the keys of the namespace");
    }

    /** If it counted as an empty queue, the worker would see a job in it again and again, and never get it. */
    @Test
    void aQueueThatMayNotBeTakenFromIsNotAnEmptyOne() {
        try (QueueBackend backend = open("redis://nopop:p%25w@" + address)) {
            String name = "of-" + provider.name();
            Payload job = Payload.ofText("{}");
            backend.queues().push(new Push(name, List.of(job), List.of()));
            WorkerSession session = backend.workers()
                    .register(new WorkerRegistration(
                            backend.workers().inspect(List.of("id")).get(0), "now", Map.of()))
                    .orElseThrow();
            Subscription queue = new Subscription(List.of(new Subscription.Source(name, "{")), "", "}");
            assertThatThrownBy(() -> session.reserve(queue))
                    .isInstanceOf(BackendException.class)
                    .hasMessageEndingWith(" — grant the ACL user this command and the keys of the namespace");
            assertThat(backend.queues().range(name, 0, 9)).containsExactly(job);
        }
    }

    @Test
    void aDatabaseThatDoesNotExist() {
        assertThat(failure("redis://:s3cr%3At%40%2F@" + address + "/99"))
                .hasMessage("Redis at " + address + "/99 answered: ERR DB index is out of range"
                        + " — the number after the slash in the URL is the database");
    }

    @Test
    void aServerThatTakesNoMoreConnections() {
        try (RedisServer full = RedisServer.start();
                RespClient client = full.client()) {
            client.call("CONFIG", "SET", "maxclients", 1);
            assertThat(failure(full.url()))
                    .isNotInstanceOf(BackendUnavailableException.class)
                    .hasMessage("Redis at " + full.host() + ":" + full.port()
                            + "/0 answered: ERR max number of clients reached"
                            + " — it has as many connections as it takes: raise maxclients,"
                            + " or let fewer processes connect");
        }
    }

    @Test
    void anUnknownHost() {
        assertThat(failure("redis://no-such-host.invalid:6379/0"))
                .isInstanceOfSatisfying(
                        BackendUnavailableException.class,
                        e -> assertThat(e.maybeApplied()).isFalse())
                .hasMessage("Cannot reach Redis at no-such-host.invalid:6379/0 (the host name is not known);"
                        + " check its spelling, or give the address");
    }

    @Test
    void aPortWhereNobodyListens() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        assertThat(failure("127.0.0.1:" + port))
                .isInstanceOfSatisfying(
                        BackendUnavailableException.class,
                        e -> assertThat(e.maybeApplied()).isFalse())
                .hasMessage("Cannot reach Redis at 127.0.0.1:" + port + "/0 (Connection refused);"
                        + " start it there, or give the URL of yours, redis://host:port/db");
    }
}
