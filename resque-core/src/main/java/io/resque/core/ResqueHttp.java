package io.resque.core;

import io.resque.api.BackendUnavailableException;
import io.resque.api.ResqueListener;
import io.resque.core.internal.http.HttpPort;
import io.resque.core.internal.http.HttpThreads;
import io.resque.core.internal.http.MetricsPages;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A port for probes and metrics, on Java's own HTTP server. It answers GET and HEAD:
 *
 * <table>
 * <caption>Paths</caption>
 * <tr><td>{@code /live}</td><td>200 as long as {@link Health#isLive}, 503 otherwise</td></tr>
 * <tr><td>{@code /ready}</td><td>200 as long as {@link Health#isReady}, 503 otherwise; if there is no worker, but {@link
 * Scheduler#start} was called, 200 as long as {@link Scheduler#redisError} is empty</td></tr>
 * <tr><td>{@code /metrics}</td><td>queues, workers, failures and jobs of all languages, and the metrics of {@code /metrics/process}, in
 * Prometheus's text format</td></tr>
 * <tr><td>{@code /metrics/process}</td><td>the loops and jobs of this process; Redis is not asked</td></tr>
 * </table>
 *
 * <p>There is no login: every client that reaches the port can read the names of queues and all numbers, and nothing else. Neither threads
 * nor connections are left after {@link #close}. Thread-safe.
 *
 * <pre>{@code
 * try (ResqueHttp http = ResqueHttp.open(resque, new InetSocketAddress("127.0.0.1", 9447))) {
 *     …
 * }
 * }</pre>
 */
public final class ResqueHttp implements AutoCloseable {
    private static final String OK = "ok";

    private final HttpPort port;
    private final Resque resque;
    private final ResqueListener times;

    private ResqueHttp(Resque resque, InetSocketAddress address, HttpPort.@Nullable OtherPages others) {
        Probes probes = resque.probes();
        HttpThreads threads = new HttpThreads();
        MetricsPages metrics = new MetricsPages(
                probes.fleetLook(),
                threads,
                probes.vitals(),
                () -> health(resque.health()),
                () -> probes.scheduler().get().map(ResqueHttp::state));
        port = new HttpPort(
                address,
                threads,
                Map.of(
                        "/live", request -> probe(resque.health().whyNotLive()),
                        "/ready", request -> probe(whyNotReady(resque, probes)),
                        "/metrics", request -> metrics.all(),
                        "/metrics/process", request -> metrics.ofProcess()),
                others);
        this.resque = resque;
        this.times = metrics.listener();
        resque.listen(times);
    }

    /**
     * Opens a port. It belongs to the caller: {@link Resque#close} leaves it open, and {@code /ready} says 503 from then on. The times of
     * jobs are counted as long as the port is open.
     *
     * @param resque whose workers and Redis it shows
     * @param address where to listen; port 0 takes any that is free. On an address of loopback, requests for another host's name
     *     are refused
     * @return the open port
     * @throws io.resque.api.ConfigurationException if nothing can listen there, such as where another program does
     */
    public static ResqueHttp open(Resque resque, InetSocketAddress address) {
        return new ResqueHttp(
                Objects.requireNonNull(resque, "resque"), Objects.requireNonNull(address, "address"), null);
    }

    /**
     * Opens a port that also shows other pages, such as those of {@code resque-web}. A slow client cannot hold up the port with them
     * either. Their requests are passed on as they are: whether the host in them is right, and who may ask, is up to the pages.
     *
     * @param resque as for {@link #open(Resque, InetSocketAddress)}
     * @param address as there
     * @param others answers on all paths that the table above does not name
     * @return the open port
     * @throws io.resque.api.ConfigurationException as there
     */
    public static ResqueHttp open(Resque resque, InetSocketAddress address, OtherPages others) {
        Objects.requireNonNull(others, "others");
        return new ResqueHttp(
                Objects.requireNonNull(resque, "resque"),
                Objects.requireNonNull(address, "address"),
                request -> others.answer(new Request(
                                request.method(), request.uri(), request.headers(), request.body(), request.from()))
                        .thenApply(reply -> new HttpPort.Reply(reply.status, reply.headers, reply.body)));
    }

    /** Pages beside the probes. */
    @FunctionalInterface
    public interface OtherPages {
        /**
         * Answers one request. It is called in one of the few threads of the port, so it must not wait: if it asks Redis, it does so in
         * a thread of its own, and completes the stage there.
         *
         * @param request with its whole body
         * @return completes with the reply; completes exceptionally for status 500, and the log has the reason
         */
        CompletionStage<Reply> answer(Request request);
    }

    /**
     * A request for one of the other pages.
     *
     * @param method such as {@code GET}
     * @param uri path and query, as they were sent
     * @param headers the names begin with a capital and go on in small letters, such as {@code User-agent}
     * @param body at most 1 MiB, not copied; the port refuses a longer body with status 413
     * @param from who asks
     */
    public record Request(
            String method, URI uri, Map<String, List<String>> headers, byte[] body, InetSocketAddress from) {}

    /**
     * A reply of one of the other pages.
     *
     * @param status of HTTP
     * @param headers without {@code Content-Length}
     * @param body not copied; is not sent for {@code HEAD}
     */
    public record Reply(int status, Map<String, String> headers, byte[] body) {}

    private static MetricsPages.ProcessHealth health(Health now) {
        return new MetricsPages.ProcessHealth(now.isLive(), now.isReady(), now.loopsByState());
    }

    private static MetricsPages.SchedulerState state(Scheduler now) {
        return new MetricsPages.SchedulerState(
                now.isRunning(),
                now.redisError().isPresent(),
                now.foreignHolder().isPresent(),
                new TreeMap<>(
                        Map.of("moved", now.countMoved(), "vetoed", now.countVetoed(), "failed", now.countFailed())),
                now.countFired());
    }

    /** A process without a worker is ready if it has a scheduler that can work. The port names no address, so the log has the reason. */
    private static Optional<String> whyNotReady(Resque resque, Probes probes) {
        Health now = resque.health();
        Optional<Scheduler> alone = now.loops().isEmpty()
                ? probes.scheduler().get().filter(Scheduler::isRunning).filter(Scheduler::isStarted)
                : Optional.empty();
        if (alone.isEmpty()) {
            return now.whyNotReady();
        }
        Scheduler scheduler = alone.get();
        return scheduler
                .redisError()
                .map(error -> error instanceof BackendUnavailableException
                        ? "Redis does not answer the scheduler"
                        : "Redis refuses what the scheduler asks; the log says why")
                .or(() -> scheduler.isWorking()
                        ? Optional.empty()
                        : Optional.of("Redis has not answered the scheduler yet"));
    }

    private static CompletionStage<HttpPort.Reply> probe(Optional<String> trouble) {
        return CompletableFuture.completedFuture(
                HttpPort.Reply.of(trouble.isPresent() ? 503 : 200, trouble.orElse(OK)));
    }

    /**
     * Where it listens.
     *
     * @return with the port that was taken
     */
    public InetSocketAddress address() {
        return port.address();
    }

    /** Closes the port and all connections at once. Closing again does nothing. */
    @Override
    public void close() {
        port.close();
        resque.stopListening(times);
    }
}
