package io.resque.tck;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private, real Redis for tests and demonstrations, on a port of 127.0.0.1 that the system has chosen. {@link #close}
 * removes its data, and it ends with the JVM. Needs no JUnit and no special user.
 */
public final class RedisServer implements AutoCloseable {
    /** The environment variable with the address of a Redis that tests may use. */
    public static final String TEST_URL_VARIABLE = "RESQUE_TEST_REDIS_URL";

    /**
     * The environment variable that chooses how to start a private Redis: {@code path}, {@code embedded},
     * {@code docker} or {@code docker:<image>}. If it is not set, the first of {@code path}, {@code embedded} and
     * {@code docker} that works is taken.
     */
    public static final String TEST_WAY_VARIABLE = "RESQUE_TEST_REDIS";

    private static final int PORT_ATTEMPTS = 5;
    private static final Pattern PORT_TAKEN = Pattern.compile("ddress already in use|port is already allocated");
    private static final AtomicBoolean TOLD = new AtomicBoolean();

    private final RedisUrl url;
    private final String version;
    private final String origin;
    private final @Nullable OwnServer process;

    private RedisServer(RedisUrl url, String version, String origin, @Nullable OwnServer process) {
        this.url = url;
        this.version = version;
        this.origin = origin;
        this.process = process;
    }

    /**
     * Starts a server, and waits until it answers: the {@code redis-server} or {@code valkey-server} on the PATH;
     * otherwise the binary of embedded-redis, if that is on the class path; otherwise a container, if Testcontainers is
     * on the class path and Docker answers on this machine. {@value #TEST_WAY_VARIABLE} can choose one of these.
     *
     * @param extraArgs options after the defaults {@code --save "" --appendonly no --dir <temporary>}, such as
     *     {@code "--requirepass", "secret"}; address and port cannot be set
     * @return the server
     * @throws IllegalStateException if there is no server to start, or it does not start; the message has its last output
     */
    public static RedisServer start(String... extraArgs) {
        return start(RedisWays.here().find(System.getenv(TEST_WAY_VARIABLE)), List.of(extraArgs));
    }

    /**
     * Finds out whether a private Redis can be started in a given way on this machine. Takes less than a second.
     *
     * @param way a value of {@value #TEST_WAY_VARIABLE}
     * @return the reason why not; empty if it can
     */
    public static Optional<String> whyNot(String way) {
        try {
            RedisWays.here().find(way);
            return Optional.empty();
        } catch (IllegalStateException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    static RedisServer start(RedisWay way, List<String> extraArgs) {
        for (String ours : List.of("--port", "--bind", "--daemonize")) {
            if (extraArgs.contains(ours)) {
                throw new IllegalArgumentException(ours + " is not for extraArgs: RedisServer sets it itself");
            }
        }
        int password = extraArgs.lastIndexOf("--requirepass") + 1;
        String secret = password > 0 && password < extraArgs.size() ? extraArgs.get(password) : null;
        for (int attempt = 1; ; attempt++) {
            RedisUrl url = new RedisUrl(Sockets.LOOPBACK, Sockets.freePort(), null, secret, 0, false);
            OwnServer process = way.prepare(url, extraArgs);
            try {
                String version = process.start();
                return new RedisServer(url, version, way.origin(version), process);
            } catch (RuntimeException e) {
                boolean portWasTaken = PORT_TAKEN.matcher(process.output()).find();
                process.close();
                if (!portWasTaken || attempt == PORT_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /**
     * The Redis that {@value #TEST_URL_VARIABLE} names; otherwise a private one, as {@link #start} starts it. A named
     * Redis may hold other data: use it only under {@link #newNamespace}, and never flush it. {@link #close} does not
     * end it. The first call in a JVM prints which server it is.
     *
     * @return the server
     */
    public static RedisServer forTests() {
        RedisServer server = forTests(System.getenv(TEST_URL_VARIABLE));
        if (TOLD.compareAndSet(false, true)) {
            System.out.println("Resque kit: " + server.origin + (server.isOurs() ? "" : ", version " + server.version));
        }
        return server;
    }

    static RedisServer forTests(@Nullable String url) {
        if (url == null || url.isBlank()) {
            return start();
        }
        RedisUrl parsed;
        try {
            parsed = RedisUrl.parse(url.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(TEST_URL_VARIABLE + ": " + e.getMessage(), e);
        }
        try (RespClient client = RespClient.connect(parsed.text())) {
            return new RedisServer(parsed, RedisProcess.version(RedisProcess.info(client)), TEST_URL_VARIABLE, null);
        } catch (RuntimeException e) {
            throw new IllegalStateException(
                    "The Redis that " + TEST_URL_VARIABLE + " names, " + parsed + ", does not answer: "
                            + e.getMessage(),
                    e);
        }
    }

    /**
     * The URL of the server, with the password if it needs one.
     *
     * @return {@code redis://127.0.0.1:<port>/0} for a private server
     */
    public String url() {
        return url.text();
    }

    /**
     * The host.
     *
     * @return 127.0.0.1 for a private server
     */
    public String host() {
        return url.host();
    }

    /**
     * The port.
     *
     * @return the port, which stays the same after a restart
     */
    public int port() {
        return url.port();
    }

    /**
     * Whether this server is private: it was started here, holds no other data, and can be killed.
     *
     * @return false for the server that {@value #TEST_URL_VARIABLE} names
     */
    public boolean isOurs() {
        return process != null;
    }

    /**
     * The version that the server itself reports.
     *
     * @return for example {@code 7.0.15}
     */
    public String version() {
        return version;
    }

    /**
     * Where this server comes from, for the log of a test run.
     *
     * @return for example "redis-server 7.0.15 on the PATH", "embedded redis 6.2.11", "redis:8 8.2.1 in Docker" or
     *     {@value #TEST_URL_VARIABLE}
     */
    public String origin() {
        return origin;
    }

    /**
     * Opens a connection.
     *
     * @return a new client, logged in; the caller closes it
     */
    public RespClient client() {
        return RespClient.connect(url.text());
    }

    /** Kills the server (SIGKILL), as a power cut would. {@link #restart} starts it again. Only for a private server. */
    public void kill() {
        ours("kill").kill();
    }

    /**
     * Stops the server if it runs, and starts it again with the same port, options and directory. Only for a private
     * server.
     */
    public void restart() {
        OwnServer server = ours("restart");
        server.stop();
        server.start();
    }

    /**
     * Creates a random prefix for keys, so that tests can share this server.
     *
     * @return "t" and a few letters and digits, another prefix on each call
     */
    public String newNamespace() {
        return randomNamespace();
    }

    static String randomNamespace() {
        long random = ThreadLocalRandom.current().nextLong(1L << 51);
        return "t" + Long.toString(random, Character.MAX_RADIX);
    }

    /** Stops a private server and removes its files. Does nothing for any other server. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    @Override
    public String toString() {
        return origin + " at " + url;
    }

    private OwnServer ours(String what) {
        if (process == null) {
            throw new IllegalStateException("Cannot " + what + " a Redis that the kit did not start; unset "
                    + TEST_URL_VARIABLE + " for this test, or skip the test if isOurs() is false");
        }
        return process;
    }
}
