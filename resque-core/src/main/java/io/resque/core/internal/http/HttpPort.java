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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A port that answers GET and HEAD on some paths, each a function from a request to a reply. Few threads, which no client can
 * keep for long; a page that has to wait gives a stage, waits in a thread of its own, and always ends the stage. Thread-safe.
 */
public final class HttpPort implements AutoCloseable {
    private static final Logger LOG = Log.HTTP;

    private static final int BACKLOG = 128;

    private static final String TEXT = "text/plain; charset=utf-8";

    private final HttpThreads threads;
    private final Map<String, Page> pages;
    private final boolean local;
    private final String name;
    private final HttpServer server;

    /** What stands under a path. */
    public interface Page {
        /** The reply; does not wait in this thread. */
        CompletionStage<Reply> answer(URI request);
    }

    /** What is sent. */
    public record Reply(int status, String type, byte[] body) {
        public static Reply of(int status, String text) {
            return new Reply(status, TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Closes the threads, too. */
    public HttpPort(InetSocketAddress address, HttpThreads threads, Map<String, Page> pages) {
        this.threads = threads;
        this.pages = new TreeMap<>(pages);
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

    private CompletionStage<Reply> reply(HttpExchange exchange) {
        String method = exchange.getRequestMethod();
        if (!method.equals("GET") && !method.equals("HEAD")) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return now(405, "Only GET and HEAD are answered here");
        }
        if (local && !isLocal(exchange.getRequestHeaders().getFirst("Host"))) {
            return now(403, "This port is for this machine: ask for localhost, 127.0.0.1 or [::1]");
        }
        URI request = exchange.getRequestURI();
        Page page = request.getPath() == null ? null : pages.get(request.getPath());
        return page == null ? now(404, "There are: " + String.join(" ", pages.keySet())) : page.answer(request);
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
            headers.set("Content-Type", reply.type());
            headers.set("Cache-Control", "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            if (exchange.getRequestMethod().equals("HEAD")) {
                headers.set("Content-Length", Integer.toString(reply.body().length));
                exchange.sendResponseHeaders(reply.status(), -1);
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
