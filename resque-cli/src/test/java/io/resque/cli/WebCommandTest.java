package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.launcher.Environment;
import io.resque.tck.RedisServer;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class WebCommandTest {
    /** With the password secret, and few iterations, so that the test is quick. */
    private static final String USER = "anna:10:c2FsdA==:L7FR2lv3pExUcDRbb/BxbXJ5u8kTcpnV8aX2K7EBq50=";

    private final RedisServer server = RedisServer.forTests();
    private final HttpClient client = HttpClient.newHttpClient();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final AtomicInteger status = new AtomicInteger(-1);
    private Thread running;

    private int run(String... args) {
        return Main.run(
                new Environment(Map.of("REDIS_URL", server.url(), "PREFIX", server.newNamespace())),
                new PrintWriter(out, true),
                new PrintWriter(err, true),
                args);
    }

    private URI start(String... args) {
        running = new Thread(() -> status.set(run(args)));
        running.start();
        await().until(() -> out.toString().endsWith("/\n") || status.get() >= 0);
        assertThat(err.toString()).isEmpty();
        return URI.create(out.toString().strip());
    }

    @AfterEach
    void stop() throws InterruptedException {
        if (running != null) {
            running.interrupt();
            running.join();
            assertThat(status).hasValue(0);
        }
    }

    private HttpResponse<String> get(URI uri, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void itShowsPagesWithoutButtons() throws Exception {
        HttpResponse<String> overview = get(start("web", "--port", "0"));
        assertThat(overview.body()).contains("<h1>Overview</h1>").doesNotContain("method=\"post\"");
    }

    @Test
    void withWriteThereAreButtonsAndSeveralInstancesHaveNames() throws Exception {
        URI root = start(
                "web", "--port", "0", "--write", "--name", "shop=" + server.url(), "--name", "blog=" + server.url());
        assertThat(get(root).headers().firstValue("Location")).contains("./shop/");
        assertThat(get(root.resolve("blog/")).body()).contains("Pause all workers", "../shop/");
    }

    @Test
    void aPasswordIsAskedFor(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("users"), USER);
        URI root = start("web", "--port", "0", "--password-file", file.toString());
        assertThat(get(root).statusCode()).isEqualTo(401);
        String right = Base64.getEncoder().encodeToString("anna:secret".getBytes(StandardCharsets.UTF_8));
        assertThat(get(root, "Authorization", "Basic " + right).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "--json, web prints no JSON",
        "--port=x, --port must be a number from 0 to 65535",
        "--name=shop, --name must be NAME=URL",
        "--name=a/b=redis://x, 1 to 50 letters",
        "--password-file=/none, /none cannot be read"
    })
    void mistakesAreRefused(String option, String sentence) {
        assertThat(run("web", option)).isEqualTo(2);
        assertThat(err.toString()).contains(sentence);
    }

    @Test
    void aUserNeedsAPassword() {
        InputStream input = System.in;
        System.setIn(InputStream.nullInputStream());
        try {
            assertThat(run("web", "--add-user", "anna")).isEqualTo(2);
        } finally {
            System.setIn(input);
        }
        assertThat(err.toString()).contains("--add-user needs a password");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void otherMachinesMayNotWriteWithoutAPassword() {
        assertThat(run("web", "--bind", "0.0.0.0", "--port", "0", "--write")).isEqualTo(2);
        assertThat(err.toString()).contains("0.0.0.0", "password file");
    }
}
