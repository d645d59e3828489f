package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.tck.RedisServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.SslOptions;

/** Against a Redis whose certificate, made here, is for localhost and nobody trusts. */
@Timeout(120)
class JedisTlsTest {
    private static final String PASSWORD = "changeit";
    private static final String TLS_OR_NOT =
            "check that Redis listens there, and that the URL begins with rediss:// if and only if it wants TLS";

    @TempDir
    static Path dir;

    private static RedisServer server;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        makeCertificate();
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        try {
            server = RedisServer.start(
                    "--tls-port", String.valueOf(port),
                    "--tls-cert-file", file("cert.pem").toString(),
                    "--tls-key-file", file("key.pem").toString(),
                    "--tls-ca-cert-file", file("cert.pem").toString(),
                    "--tls-auth-clients", "no");
        } catch (IllegalStateException e) {
            boolean withoutTls = String.valueOf(e.getMessage()).contains("Bad directive");
            if (withoutTls) {
                System.err.println("SKIPPED: JedisTlsTest, for this redis-server was built without TLS: " + e);
            }
            Assumptions.assumeFalse(withoutTls, "this redis-server was built without TLS");
            throw e;
        }
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Path file(String name) {
        return dir.resolve(name);
    }

    private static void makeCertificate() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = file("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "RSA",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).as("keytool's exit status").isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        pem("cert.pem", "CERTIFICATE", keys.getCertificate("redis").getEncoded());
        pem(
                "key.pem",
                "PRIVATE KEY",
                keys.getKey("redis", PASSWORD.toCharArray()).getEncoded());
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("redis", keys.getCertificate("redis"));
        try (var out = Files.newOutputStream(file("trust.p12"))) {
            trust.store(out, PASSWORD.toCharArray());
        }
    }

    private static void pem(String name, String what, byte[] der) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(file(name), "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n");
    }

    private static BackendUnavailableException failure(QueueBackend backend) {
        BackendUnavailableException e = catchThrowableOfType(
                BackendUnavailableException.class, () -> backend.queues().names());
        assertThat(e).as("a connection that must not be made").isNotNull();
        assertThat(e.maybeApplied()).isFalse();
        return e;
    }

    private static RedisClient trusting(String host) {
        return RedisClient.builder()
                .hostAndPort(host, port)
                .clientConfig(DefaultJedisClientConfig.builder()
                        .sslOptions(SslOptions.builder()
                                .truststore(file("trust.p12").toFile(), PASSWORD.toCharArray())
                                .trustStoreType("PKCS12")
                                .build())
                        .build())
                .build();
    }

    @Test
    void anUntrustedCertificateIsRefused() {
        try (QueueBackend backend =
                new JedisBackendProvider().open(new BackendConfig("rediss://localhost:" + port, "t"))) {
            assertThat(failure(backend))
                    .hasMessage("Cannot reach Redis at localhost:" + port + "/0 (its certificate is not trusted:"
                            + " unable to find valid certification path to requested target);"
                            + " name a trust store by -Djavax.net.ssl.trustStore,"
                            + " or give a client of your own with it");
        }
    }

    @Test
    void aTrustedCertificateIsTaken() {
        try (RedisClient client = trusting("localhost");
                QueueBackend backend = JedisBackend.using(client.getPool(), "t")) {
            assertThat(backend.statistics().increment("processed", 1)).isOne();
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefused() {
        try (RedisClient client = trusting("127.0.0.1");
                QueueBackend backend = JedisBackend.using(client.getPool(), "t")) {
            assertThat(failure(backend))
                    .hasMessageContaining("(its certificate is for another host: ")
                    .hasMessageContaining("127.0.0.1")
                    .hasMessageEndingWith("use the host name that the certificate names");
        }
    }

    @Test
    void aServerWithoutTlsIsTold() {
        try (QueueBackend backend =
                new JedisBackendProvider().open(new BackendConfig("rediss://localhost:" + server.port(), "t"))) {
            assertThat(failure(backend))
                    .hasMessage(
                            "Cannot reach Redis at localhost:" + server.port() + "/0 (Read timed out); " + TLS_OR_NOT);
        }
    }

    @Test
    void aServerWithTlsIsTold() {
        try (QueueBackend backend =
                new JedisBackendProvider().open(new BackendConfig("redis://localhost:" + port, "t"))) {
            assertThat(failure(backend))
                    .hasMessageStartingWith("Cannot reach Redis at localhost:" + port + "/0 (")
                    .hasMessageEndingWith(TLS_OR_NOT);
        }
    }
}
