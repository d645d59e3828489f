package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.backend.lettuce.LettuceBackendProvider;
import io.resque.tck.RedisServer;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS by the URL and by Java's properties, and the messages when it fails, for every client. */
@Timeout(120)
@ParameterizedClass
@MethodSource("providers")
class TlsTest {
    private static final String KEYS = "javax.net.ssl.keyStore";
    private static final String TRUST = "javax.net.ssl.trustStore";
    private static final String LONG = "?timeout=20s&connectTimeout=20s";
    private static final String TLS_OR_NOT =
            "check that Redis listens there, and that the URL begins with rediss:// if and only if it wants TLS";

    @TempDir
    static Path dir;

    private static Certificates certificates;
    private static RedisServer open;
    private static RedisServer strict;
    private static RedisServer expired;
    private static int openPort;
    private static int strictPort;
    private static int expiredPort;

    private final QueueBackendProvider provider;

    TlsTest(QueueBackendProvider provider) {
        this.provider = provider;
    }

    static Stream<QueueBackendProvider> providers() {
        return Stream.of(new JedisBackendProvider(), new LettuceBackendProvider());
    }

    @BeforeAll
    static void start() throws Exception {
        certificates = new Certificates(dir);
        certificates.make("redis", "-ext", "san=dns:localhost");
        certificates.make("client");
        certificates.make("stranger");
        certificates.make("old", "-ext", "san=dns:localhost", "-startdate", "-10d", "-validity", "1");
        openPort = freePort();
        strictPort = freePort();
        expiredPort = freePort();
        try {
            open = server(openPort, "redis", "no");
            strict = server(strictPort, "redis", "yes");
            expired = server(expiredPort, "old", "no");
        } catch (IllegalStateException e) {
            boolean withoutTls = String.valueOf(e.getMessage()).contains("Bad directive");
            if (withoutTls) {
                System.err.println("SKIPPED: TlsTest, for this redis-server was built without TLS: " + e);
            }
            Assumptions.assumeFalse(withoutTls, "this redis-server was built without TLS");
            throw e;
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static RedisServer server(int port, String name, String clients) {
        return RedisServer.start(
                "--tls-port", String.valueOf(port),
                "--tls-cert-file", certificates.file(name + ".crt").toString(),
                "--tls-key-file", certificates.file(name + ".key").toString(),
                "--tls-ca-cert-file", certificates.file("client.crt").toString(),
                "--tls-auth-clients", clients);
    }

    @AfterAll
    static void stop() {
        Stream.of(open, strict, expired).filter(server -> server != null).forEach(RedisServer::close);
    }

    @AfterEach
    void forgetStores() {
        for (String store : List.of(KEYS, TRUST)) {
            System.clearProperty(store);
            System.clearProperty(store + "Password");
        }
    }

    private static void name(String property, String store) {
        System.setProperty(property, certificates.file(store).toString());
        System.setProperty(property + "Password", Certificates.PASSWORD);
    }

    private QueueBackend open(String url) {
        return provider.open(new BackendConfig(url.indexOf('?') < 0 ? url + LONG : url, "t"));
    }

    private String failure(String url) {
        try (QueueBackend backend = open(url)) {
            BackendUnavailableException e = catchThrowableOfType(
                    BackendUnavailableException.class, () -> backend.queues().names());
            assertThat(e).as("a connection that must not be made").isNotNull();
            assertThat(e.maybeApplied()).isFalse();
            return String.valueOf(e.getMessage());
        }
    }

    private void works(String url) {
        try (QueueBackend backend = open(url)) {
            assertThat(backend.queues().names()).isEmpty();
        }
    }

    @Test
    void anUntrustedCertificateIsRefused() {
        assertThat(failure("rediss://localhost:" + openPort))
                .isEqualTo("Cannot reach Redis at localhost:" + openPort + "/0 (its certificate is not trusted:"
                        + " unable to find valid certification path to requested target);"
                        + " name a trust store by -Djavax.net.ssl.trustStore,"
                        + " or give a client of your own with it");
    }

    @Test
    void aTrustedCertificateIsTaken() {
        name(TRUST, "redis-trust.p12");
        works("rediss://localhost:" + openPort);
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        name(TRUST, "redis-trust.p12");
        assertThat(failure("rediss://127.0.0.1:" + openPort))
                .contains("(its certificate is for another host: ", "127.0.0.1")
                .endsWith("use the host name that the certificate names");
    }

    @Test
    void aCertificateOfAnotherTimeIsRefused() {
        name(TRUST, "redis-trust.p12");
        assertThat(failure("rediss://localhost:" + expiredPort))
                .contains("(its certificate is not ")
                .doesNotContain("another host");
    }

    @Test
    void aServerThatWantsACertificateIsToldWithTheWayOut() {
        name(TRUST, "redis-trust.p12");
        for (int again = 0; again < 10; again++) {
            assertThat(failure("rediss://localhost:" + strictPort))
                    .isEqualTo("Cannot reach Redis at localhost:" + strictPort
                            + "/0 (it wants a certificate of the client's: certificate_required);"
                            + " name a key store by -Djavax.net.ssl.keyStore and -Djavax.net.ssl.keyStorePassword,"
                            + " or let Redis do without by tls-auth-clients no");
        }
    }

    @Test
    void theCertificateOfTheKeyStoreIsShown() {
        name(TRUST, "redis-trust.p12");
        name(KEYS, "client.p12");
        works("rediss://localhost:" + strictPort + "/3");
    }

    @Test
    void aCertificateThatRedisDoesNotTrustIsTold() {
        name(TRUST, "redis-trust.p12");
        name(KEYS, "stranger.p12");
        // A client that still writes when Redis closes the connection may not get the reason.
        assertThat(failure("rediss://localhost:" + strictPort)).contains("refuses the certificate of the client's");
    }

    @Test
    void aStoreThatCannotBeUsedIsNamed() {
        name(TRUST, "redis-trust.p12");
        String url = "rediss://localhost:" + strictPort;
        name(KEYS, "client.p12");
        System.setProperty(KEYS + "Password", "s3cret");
        assertThat(refused(url))
                .isEqualTo("The key store " + certificates.file("client.p12")
                        + ", which -Djavax.net.ssl.keyStore names, cannot be opened: its password is wrong;"
                        + " give the right one by -Djavax.net.ssl.keyStorePassword");
        name(KEYS, "nowhere.p12");
        assertThat(refused(url)).contains("The key store ", "nowhere.p12", "cannot be read", "NoSuchFileException");
        name(KEYS, "client.crt");
        assertThat(refused(url)).contains("The key store ", "client.crt", "by -Djavax.net.ssl.keyStoreType");
        name(KEYS, "client.p12");
        System.setProperty(TRUST + "Password", "s3cret");
        assertThat(refused(url)).contains("The trust store ", "redis-trust.p12", "its password is wrong");
        System.clearProperty(TRUST + "Password");
        assertThat(refused(url))
                .contains("The trust store ", "redis-trust.p12", "by -Djavax.net.ssl.trustStorePassword");
        name(TRUST, "nowhere.p12");
        assertThat(refused(url)).contains("The trust store ", "nowhere.p12", "cannot be read", "NoSuchFileException");
    }

    private String refused(String url) {
        try (QueueBackend backend = open(url)) {
            ConfigurationException e = catchThrowableOfType(
                    ConfigurationException.class, () -> backend.queues().names());
            assertThat(e).as("a store that must not be used").isNotNull();
            assertThat(e).hasMessageNotContaining("s3cret");
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void aServerWithoutTlsIsTold() {
        assertThat(failure("rediss://localhost:" + open.port() + "?timeout=500ms"))
                .startsWith("Cannot reach Redis at localhost:" + open.port() + "/0 (")
                .endsWith(TLS_OR_NOT);
    }

    @Test
    void aServerWithTlsIsTold() {
        assertThat(failure("redis://localhost:" + openPort))
                .startsWith("Cannot reach Redis at localhost:" + openPort + "/0 (")
                .endsWith(TLS_OR_NOT);
    }
}
