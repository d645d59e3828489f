package io.resque.web.internal.http;

import io.resque.core.ResqueHttp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Carries the requests of Java's HTTP server to the pages, which wait for Redis in threads of this. Thread-safe. */
public final class JdkAdapter implements ResqueHttp.OtherPages, AutoCloseable {
    private static final int THREADS = 8;

    /** While so many requests wait, further ones are refused. */
    private static final int WAITING = 128;

    private static final long KEPT_SECONDS = 10;

    private final Function<WebRequest, WebResponse> pages;
    private final @Nullable Login login;
    private final ThreadPoolExecutor threads;

    /** For some pages; with a login only for those who have a password. */
    public JdkAdapter(Function<WebRequest, WebResponse> pages, @Nullable Login login) {
        this.pages = pages;
        this.login = login;
        threads = new ThreadPoolExecutor(
                THREADS, THREADS, KEPT_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(null, task, "resque-web", 0, false);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    @Override
    public CompletionStage<ResqueHttp.Reply> answer(ResqueHttp.Request request) {
        try {
            return CompletableFuture.supplyAsync(() -> reply(request), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(
                    reply(WebResponse.text(503, "Too many ask at once; ask again later\n")));
        }
    }

    private ResqueHttp.Reply reply(ResqueHttp.Request request) {
        WebRequest read = read(request);
        if (login == null) {
            return reply(pages.apply(read));
        }
        Optional<String> user = read.header("authorization").flatMap(login::user);
        return reply(
                user.isPresent()
                        ? pages.apply(read.with(user))
                        : WebResponse.text(401, "Name and password, please\n")
                                .with("WWW-Authenticate", "Basic realm=\"resque\", charset=\"UTF-8\""));
    }

    private static ResqueHttp.Reply reply(WebResponse response) {
        return new ResqueHttp.Reply(response.status(), response.headers(), response.body());
    }

    private static WebRequest read(ResqueHttp.Request request) {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
        boolean isPost = request.method().equals("POST");
        boolean isJson = isPost && WebRequest.isOf(WebRequest.JSON, headers.get("content-type"));
        return new WebRequest(
                request.method(),
                path(request.uri()),
                UrlText.fields(request.uri().getRawQuery()),
                isPost && !isJson ? UrlText.fields(new String(request.body(), StandardCharsets.UTF_8)) : Map.of(),
                isJson ? request.body() : new byte[0],
                headers,
                Optional.empty(),
                role -> false,
                name -> null,
                request.from().getAddress().getHostAddress());
    }

    /** A path that begins with two slashes has been read as a host. */
    private static String path(URI uri) {
        boolean slashes = uri.getScheme() == null && uri.getRawAuthority() != null;
        String path = uri.getRawPath();
        return slashes ? "//" : path == null || path.isEmpty() ? "/" : path;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
