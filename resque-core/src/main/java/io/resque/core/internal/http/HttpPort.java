package io.resque.core.internal.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.resque.api.ConfigurationException;
import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.support.Uninterrupted;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A port that answers GET and HEAD on some paths, each a function from a request to a reply, and can have other pages under all other
 * paths. Few threads, which no client can keep for long; a page that has to wait gives a stage, waits in a thread of its own, and always ends the stage. Thread-safe.
 */
public final class HttpPort implements AutoCloseable {
    private static final Logger LOG = Log.HTTP;

    private static final int BACKLOG = 128;

    /** Java's HTTP server reads it once, before the first server is made. */
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    /** A longer body is refused. */
    private static final int MOST_OF_A_BODY = 1 << 20;

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpThreads threads;
    private final Map<String, Page> pages;
    private final @Nullable OtherPages others;
    private final boolean local;
    private final String name;
    private final HttpServer server;

    /** What stands under a path. */
    public interface Page {
        /** The reply; does not wait in this thread. */
        CompletionStage<Reply> answer(URI request);
    }

    /** What stands under all other paths. */
    public interface OtherPages {
        /** The reply; does not wait in this thread. */
        CompletionStage<Reply> answer(Request request);
    }

    /** What was asked of other pages, with its whole body. */
    public record Request(
            String method, URI uri, Map<String, List<String>> headers, byte[] body, InetSocketAddress from) {}

    /** What is sent. */
    public record Reply(int status, Map<String, String> headers, byte[] body) {
        public static Reply of(int status, String text) {
            return of(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
        }

        public static Reply of(int status, String type, byte[] body) {
            return new Reply(
                    status,
                    Map.of("Content-Type", type, "Cache-Control", "no-store", "X-Content-Type-Options", "nosniff"),
                    body);
        }
    }

    static {
        // Up to JDK 21 the server sends header and body apart, and the body would wait 40 ms for the client's
        // acknowledgement.
        if (System.getProperty(NO_DELAY) == null) {
            System.setProperty(NO_DELAY, "true");
        }
    }

    /**
     * Closes the threads, too.
     *
     * @param others null if there are no other pages
     */
    public HttpPort(
            InetSocketAddress address, HttpThreads threads, Map<String, Page> pages, @Nullable OtherPages others) {
        this.threads = threads;
        this.pages = new TreeMap<>(pages);
        this.others = others;
        this.name = address.getHostString();
        this.local = address.getAddress() != null && address.getAddress().isLoopbackAddress();
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException | RuntimeException e) {
            threads.close();
            throw new ConfigurationException(
                    "Nothing can listen on " + text(address) + ": " + JsonRules.forLog(e.getMessage())
                            + "; choose another port, or end the program that has this one",
                    e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        start();
    }

    /** In a thread of the factory, since the threads of the server inherit from the thread that starts it. */
    private void start() {
        Thread starting = threads.factory.make(server::start, "resque-http-start");
        starting.start();
        Uninterrupted.await(Long.MAX_VALUE, nanos -> {
            TimeUnit.NANOSECONDS.timedJoin(starting, nanos);
            return !starting.isAlive();
        });
    }

    private static String text(InetSocketAddress address) {
        return JsonRules.forLog(address.getHostString()) + " port " + address.getPort();
    }

    public InetSocketAddress address() {
        return server.getAddress();
    }

    private void handle(HttpExchange exchange) {
        noteRead(exchange);
        CompletableFuture<Reply> reply;
        try {
            reply = reply(exchange).toCompletableFuture();
        } catch (IOException e) {
            exchange.close(); // the client has gone, or took too long
            return;
        } catch (RuntimeException | Error e) {
            reply = CompletableFuture.failedFuture(e);
        }
        if (reply.isDone()) {
            send(exchange, reply);
            return;
        }
        CompletableFuture<Reply> late = reply;
        late.whenComplete((sent, failure) -> {
            try {
                threads.execute(() -> {
                    noteRead(exchange);
                    send(exchange, late);
                });
            } catch (RejectedExecutionException e) {
                exchange.close();
            }
        });
    }

    /** A body is read after the reply: its sender can keep a thread no longer than the sender of a header can. */
    private void noteRead(HttpExchange exchange) {
        Headers headers = exchange.getRequestHeaders();
        String length = headers.getFirst("Content-Length");
        if (!headers.containsKey("Transfer-Encoding") && (length == null || length.equals("0"))) {
            threads.hasRead();
        }
    }

    private CompletionStage<Reply> reply(HttpExchange exchange) throws IOException {
        URI request = exchange.getRequestURI();
        Page page = request.getPath() == null ? null : pages.get(request.getPath());
        return page == null && others != null ? other(exchange, others) : probe(exchange, page);
    }

    private CompletionStage<Reply> other(HttpExchange exchange, OtherPages pages) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_OF_A_BODY + 1);
        if (body.length > MOST_OF_A_BODY) {
            return now(413, "At most " + MOST_OF_A_BODY + " bytes are read");
        }
        threads.hasRead();
        return pages.answer(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders(),
                body,
                exchange.getRemoteAddress()));
    }

    private CompletionStage<Reply> probe(HttpExchange exchange, @Nullable Page page) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return now(405, "Only GET and HEAD are answered here");
        }
        if (local && !isLocal(exchange.getRequestHeaders().getFirst("Host"))) {
            return now(403, "This port is for this machine: ask for localhost, 127.0.0.1 or [::1]");
        }
        return page == null
                ? now(404, "There are: " + String.join(" ", pages.keySet()))
                : page.answer(exchange.getRequestURI());
    }

    private static CompletionStage<Reply> now(int status, String text) {
        return CompletableFuture.completedFuture(Reply.of(status, text));
    }

    /**
     * A web page of another site can make a browser of this machine ask this port, by a name of that site that means 127.0.0.1. The
     * name that this port was given is the operator's.
     */
    private boolean isLocal(@Nullable String host) {
        if (host == null) {
            return true;
        }
        String asked = host.replaceFirst(":\\d{1,5}$", "");
        return asked.equalsIgnoreCase(name) || asked.matches("(?i)localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    }

    private void send(HttpExchange exchange, CompletableFuture<Reply> stage) {
        try (exchange) {
            Reply reply;
            try {
                reply = stage.join();
            } catch (RuntimeException | Error e) {
                LOG.warn(
                        "{} cannot be answered: {}",
                        JsonRules.forLog(exchange.getRequestURI().toString()),
                        Throwables.text(e));
                reply = Reply.of(500, "This cannot be answered now; the log says why");
            }
            Headers headers = exchange.getResponseHeaders();
            reply.headers().forEach(headers::set);
            if (exchange.getRequestMethod().equals("HEAD")) {
                headers.set("Content-Length", Integer.toString(reply.body().length));
                exchange.sendResponseHeaders(reply.status(), -1);
                return;
            }
            if (reply.body().length == 0) {
                exchange.sendResponseHeaders(reply.status(), -1); // 0 would mean a body of any length
                return;
            }
            exchange.sendResponseHeaders(reply.status(), reply.body().length);
            exchange.getResponseBody().write(reply.body());
        } catch (IOException e) {
            // The client has gone, or took too long.
        }
    }

    /** Ends at once, with all requests that are under way. */
    @Override
    public void close() {
        threads.close();
        server.stop(0);
    }
}
