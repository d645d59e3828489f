package io.resque.core.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The port with pages of a test. */
@Timeout(120)
class HttpPortTest {
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void aPageThatFailsIsFiveHundredAndNoStackTrace() {
        InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        CompletableFuture<HttpPort.Reply> late = new CompletableFuture<>();
        try (HttpPort port = new HttpPort(
                free,
                new HttpThreads(),
                Map.of(
                        "/throws",
                                request -> {
                                    throw new StackOverflowError();
                                },
                        "/fails", request -> CompletableFuture.failedFuture(new IOException("x")),
                        "/late", request -> late),
                null)) {
            URI root = URI.create("http://127.0.0.1:" + port.address().getPort());
            CompletableFuture<HttpResponse<String>> waiting = client.sendAsync(
                    HttpRequest.newBuilder(root.resolve("/late")).build(), HttpResponse.BodyHandlers.ofString());
            for (String path : List.of("/throws", "/fails")) {
                HttpResponse<String> response = client.sendAsync(
                                HttpRequest.newBuilder(root.resolve(path)).build(),
                                HttpResponse.BodyHandlers.ofString())
                        .join();
                assertThat(response.statusCode()).isEqualTo(500);
                assertThat(response.body()).isEqualTo("This cannot be answered now; the log says why\n");
            }
            late.completeExceptionally(new IllegalStateException("y"));
            assertThat(waiting.join().statusCode()).isEqualTo(500);
        }
    }
}
