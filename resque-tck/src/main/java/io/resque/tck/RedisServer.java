package io.resque.tck;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A private, real Redis for tests and demonstrations, on a port of 127.0.0.1 that the system chose. It keeps nothing
 * beyond {@link #close} and dies with the JVM. Needs no JUnit, and runs as any user.
 */
public final class RedisServer implements AutoCloseable {
    /** The environment variable with the address of a Redis that tests may use. */
    public static final String TEST_URL_VARIABLE = "RESQUE_TEST_REDIS_URL";

    /**
     * The environment variable that chooses among the ways to a Redis of our own: {@code path}, {@code embedded},
     * {@code docker} or {@code docker:<image>}. Unset, it is the first that is there, in this order.
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
     * Starts the {@code redis-server} or {@code valkey-server} on the PATH, else the one in embedded-redis if that is on
     * the class path, else a container if Testcontainers is on the class path and a Docker of this machine answers; or
     * that of them which {@value #TEST_WAY_VARIABLE} names. It answers when this returns.
     *
     * @param extraArgs options that come after the defaults {@code --save "" --appendonly no --dir <temporary>}, such as
     *     {@code "--requirepass", "secret"}; address and port stay ours
     * @return the server
     * @throws IllegalStateException if there is none to start, or if it does not start; its last words are in the message
     */
    public static RedisServer start(String... extraArgs) {
        return start(RedisWays.here().find(System.getenv(TEST_WAY_VARIABLE)), List.of(extraArgs));
    }

    /**
     * Whether a way to a Redis of our own is open on this machine; takes less than a second.
     *
     * @param way as {@value #TEST_WAY_VARIABLE} could name it
     * @return why it is not, or empty if it is
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
     * The Redis that {@value #TEST_URL_VARIABLE} names, else one of our own as of {@link #start}. A named one is not
     * ours: it may hold data of others, so keep to {@link #newNamespace} and never flush it; {@link #close} leaves it be.
     * The first call of a JVM prints which one it is.
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
     * Where the server is, with the password if it wants one.
     *
     * @return {@code redis://127.0.0.1:<port>/0} for a server of our own
     */
    public String url() {
        return url.text();
    }

    /**
     * The host.
     *
     * @return 127.0.0.1 for a server of our own
     */
    public String host() {
        return url.host();
    }

    /**
     * The port.
     *
     * @return the same over all restarts
     */
    public int port() {
        return url.port();
    }

    /**
     * Whether we started this server, so that it holds nothing of others and can be killed.
     *
     * @return false for the one that {@value #TEST_URL_VARIABLE} names
     */
    public boolean isOurs() {
        return process != null;
    }

    /**
     * The version that the server itself reports.
     *
     * @return like {@code 7.0.15}
     */
    public String version() {
        return version;
    }

    /**
     * Where this server comes from, for the log of a test run.
     *
     * @return like "redis-server 7.0.15 on the PATH", "embedded redis 6.2.11", "redis:8 8.2.1 in Docker" or
     *     {@value #TEST_URL_VARIABLE}
     */
    public String origin() {
        return origin;
    }

    /**
     * Opens a connection.
     *
     * @return a new client, logged in; close it yourself
     */
    public RespClient client() {
        return RespClient.connect(url.text());
    }

    /** Ends the server at once, as a power cut would (SIGKILL); {@link #restart} brings it back. */
    public void kill() {
        ours("kill").kill();
    }

    /** Stops the server if it runs and starts it again with the same port, options and directory. */
    public void restart() {
        OwnServer server = ours("restart");
        server.stop();
        server.start();
    }

    /**
     * Makes up a prefix for keys, so that tests can share this server.
     *
     * @return "t" and a few random letters and digits, a new one on every call
     */
    public String newNamespace() {
        return randomNamespace();
    }

    static String randomNamespace() {
        long random = ThreadLocalRandom.current().nextLong(1L << 51);
        return "t" + Long.toString(random, Character.MAX_RADIX);
    }

    /** Stops the server and removes its files, if it is ours. */
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
            throw new IllegalStateException("Cannot " + what + " a Redis that we did not start; unset "
                    + TEST_URL_VARIABLE + " for this test or skip it where isOurs() is false");
        }
        return process;
    }
}
