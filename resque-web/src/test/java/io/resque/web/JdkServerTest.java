package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages on a port of their own. */
class JdkServerTest extends ServerRules {
    private ResqueWebServer server = web.start("127.0.0.1", 0);

    @Override
    int port() {
        return server.address().getPort();
    }

    @Override
    String mount() {
        return "";
    }

    @Override
    @AfterEach
    void close() throws Exception {
        server.close();
        super.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "127.0.0.1.evil.example",
                "localhost.evil.example:80",
                "[::1].evil",
                "169.254.169.254"
            })
    void aNameOfAnotherHostThatMeansThisMachineIsRefused(String host) throws IOException {
        assertThat(get("/", "Host: " + host).status()).isEqualTo(403);
    }

    @Test
    void aHostThatWasNamedIsTaken() throws IOException {
        server.close();
        server = ResqueWeb.builder()
                .add("shop", resque)
                .host("Jobs.example")
                .build()
                .start("127.0.0.1", 0);
        assertThat(get("/", "Host: jobs.example").status()).isEqualTo(200);
        assertThat(get("/", "Host: evil.example").status()).isEqualTo(403);
    }

    @Test
    void probesAndMetricsAreOnTheSamePort() throws IOException {
        assertThat(get("/live").body()).isEqualTo("ok\n");
        assertThat(get("/ready").status()).isEqualTo(503);
        assertThat(get("/metrics").body()).contains("resque_jobs_in_queue");
    }

    @Test
    void clientsThatSendSlowlyHoldUpNobody() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try {
            for (String begun : List.of("GET / HT", "POST /queues/mail HTTP/1.1\r\nContent-Length: 99\r\n\r\nd")) {
                for (int i = 0; i < 4; i++) {
                    Socket socket = new Socket("127.0.0.1", port());
                    socket.getOutputStream().write(begun.getBytes(StandardCharsets.UTF_8));
                    slow.add(socket);
                }
            }
            long begun = System.nanoTime();
            assertThat(get("/queues").status()).isEqualTo(200);
            assertThat((System.nanoTime() - begun) / 1e9).isLessThan(10);
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    @Test
    void aLongBodyIsRefused() throws IOException {
        Answer answer = ask(
                "POST",
                "/queues/mail",
                "x".repeat((1 << 20) + 1),
                "Sec-Fetch-Site: same-origin",
                "Content-Type: application/x-www-form-urlencoded");
        assertThat(answer.status()).isEqualTo(413);
    }

    @Test
    void otherMachinesMayChangeNothingUnlessSomethingTellsWhoTheyAre(@TempDir Path folder) throws IOException {
        ResqueWeb everybody =
                ResqueWeb.builder().add("shop", resque).access(Access.ALL).build();
        assertThatThrownBy(() -> everybody.start("0.0.0.0", 0))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("password file");
        Path file = Files.writeString(folder.resolve("users"), user("anna", "pass:wörd"));
        for (ResqueWeb.Builder allowed : List.of(
                ResqueWeb.builder(),
                ResqueWeb.builder().access(visitor -> Access.ALL),
                ResqueWeb.builder().access(Access.ALL).passwords(file))) {
            allowed.add("shop", resque).build().start("0.0.0.0", 0).close();
        }
    }

    @Test
    void aPasswordFileAsksForNameAndPassword(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), user("anna", "pass:wörd"));
        server.close();
        server = ResqueWeb.builder()
                .add("shop", resque)
                .passwords(file)
                .access(visitor -> visitor.user().equals(Optional.of("anna")) ? Access.ALL : Access.NONE)
                .build()
                .start("127.0.0.1", 0);
        Answer none = get("/");
        assertThat(none.status()).isEqualTo(401);
        assertThat(none.headers()).containsEntry("www-authenticate", "Basic realm=\"resque\", charset=\"UTF-8\"");
        assertThat(get("/", "Authorization: " + basic("anna:wrong")).status()).isEqualTo(401);
        assertThat(get("/", "Authorization: " + basic("bert:pass:wörd")).status())
                .isEqualTo(401);
        assertThat(get("/", "Authorization: Basic !!").status()).isEqualTo(401);
        assertThat(get("/", "Authorization: " + basic("anna:pass:wörd")).status())
                .isEqualTo(200);
        assertThat(get("/", "Authorization: " + basic("anna:pass:wörd")).status())
                .isEqualTo(200);
    }

    /** With few iterations, so that the test is quick. */
    private static String user(String name, String password) {
        try {
            byte[] salt = "salt".getBytes(StandardCharsets.UTF_8);
            byte[] hash = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, 10, 256))
                    .getEncoded();
            Base64.Encoder base64 = Base64.getEncoder();
            return name + ":10:" + base64.encodeToString(salt) + ":" + base64.encodeToString(hash) + "\n";
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String basic(String text) {
        return "Basic " + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "anna:secret", "anna:0:AAAA:AAAA", "# nobody"})
    void aPasswordFileThatCannotBeReadIsRefused(String text, @TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), text);
        assertThatThrownBy(() ->
                        ResqueWeb.builder().add("shop", resque).passwords(file).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("name:iterations:salt:hash")
                .hasMessageNotContaining("secret");
    }

    @Test
    void anAddressInUseIsTold() {
        InetSocketAddress taken = server.address();
        assertThatThrownBy(() -> web.start("127.0.0.1", taken.getPort()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("port " + taken.getPort());
    }
}
