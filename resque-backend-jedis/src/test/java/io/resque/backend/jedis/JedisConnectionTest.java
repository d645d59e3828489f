package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.RedisClient;

/** Logins, and what is said when there is no connection. */
@Timeout(60)
class JedisConnectionTest {
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

    private static QueueBackend open(String url) {
        return new JedisBackendProvider().open(new BackendConfig(url, "t"));
    }

    private static BackendException failure(String url) {
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
            assertThat(client.text("GET", "t:stat:failed")).isEqualTo("7");
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

    /** As an empty queue it would be peeked at, found, and looked at in vain, over and over. */
    @Test
    void aQueueThatMayNotBeTakenFromIsNotAnEmptyOne() {
        try (QueueBackend backend = open("redis://nopop:p%25w@" + address)) {
            Payload job = Payload.ofText("{}");
            backend.queues().push(new Push("q", List.of(job), List.of()));
            WorkerSession session = backend.workers()
                    .register(new WorkerRegistration(
                            backend.workers().inspect(List.of("id")).get(0), "now", Map.of()))
                    .orElseThrow();
            Subscription queue = new Subscription(List.of(new Subscription.Source("q", "{")), "", "}");
            assertThatThrownBy(() -> session.reserve(queue))
                    .isInstanceOf(BackendException.class)
                    .hasMessageEndingWith(" — grant the ACL user this command and the keys of the namespace");
            assertThat(backend.queues().range("q", 0, 9)).containsExactly(job);
        }
    }

    @Test
    void aDatabaseThatDoesNotExist() {
        assertThat(failure("redis://:s3cr%3At%40%2F@" + address + "/99"))
                .hasMessage("Redis at " + address + "/99 answered: ERR DB index is out of range"
                        + " — the number after the slash in the URL is the database");
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

    @Test
    void aPoolThatIsTooSmall() {
        try (RedisServer open = RedisServer.start()) {
            ConnectionPoolConfig pool = new ConnectionPoolConfig();
            pool.setMaxTotal(1);
            pool.setMaxWait(java.time.Duration.ofMillis(50));
            try (RedisClient client = RedisClient.builder()
                            .hostAndPort(open.host(), open.port())
                            .poolConfig(pool)
                            .build();
                    QueueBackend backend = JedisBackend.using(client, "t")) {
                assertThat(backend.endpoint()).isEqualTo("the address of the given client");
                assertThat(backend.statistics().get("failed")).isZero();
                String there = open.host() + ":" + open.port();
                assertThat(backend.endpoint()).isEqualTo(there);
                try (var taken = client.getPool().getResource()) {
                    assertThat(taken.isConnected()).isTrue();
                    assertThat(catchThrowableOfType(
                                    BackendUnavailableException.class,
                                    () -> backend.statistics().get("failed")))
                            .hasMessage("No connection to Redis at " + there + " became free in time;"
                                    + " let fewer threads call at once, or give a client with a larger pool");
                }
            }
        }
    }
}
