package io.resque.backend.jedis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Hears from the server, on a connection that only listens, which keys have changed since they were read on another
 * connection. On one connection of RESP3 Jedis would drop these messages. With RESP2 the server publishes them.
 */
final class JedisInvalidations extends BinaryJedisPubSub {
    private static final Duration PING = Duration.ofSeconds(4);
    private static final byte[] CHANNEL = JedisCommands.bytes("__redis__:invalidate");

    private final Connection connection;
    private final Consumer<@Nullable List<byte[]>> changed;
    private final CompletableFuture<Void> listens = new CompletableFuture<>();
    private volatile boolean ended;
    private volatile boolean owesPong;
    private long pinged = System.nanoTime();

    JedisInvalidations(Connection connection, Consumer<@Nullable List<byte[]>> changed) {
        this.connection = connection;
        this.changed = changed;
    }

    /** From now on the server tells of changes of the keys that are read on the given connection. */
    void begin(Connection reads, Duration timeout) {
        JedisCommands.ask(connection, "HELLO", "2"); // a client of the application may speak RESP3
        String id = String.valueOf(JedisCommands.ask(connection, "CLIENT", "ID"));
        Thread thread = new Thread(null, this::listen, "resque-watch-messages", 0, false);
        thread.setDaemon(true);
        thread.start();
        try {
            listens.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException thrown ? thrown : new JedisException(e);
        } catch (TimeoutException e) {
            throw new JedisException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisException(e);
        }
        JedisCommands.ask(reads, "CLIENT", "TRACKING", "ON", "REDIRECT", id);
        changed.accept(null);
    }

    private void listen() {
        try {
            proceed(connection, CHANNEL);
        } catch (RuntimeException | Error e) {
            listens.completeExceptionally(e);
        } finally {
            listens.completeExceptionally(new IllegalStateException("no longer subscribed"));
            end();
            changed.accept(null);
        }
    }

    @Override
    public void onSubscribe(byte[] channel, int channels) {
        listens.complete(null);
    }

    @Override
    public void onMessage(byte[] channel, byte @Nullable [] key) {
        changed.accept(key == null ? null : List.of(key));
    }

    @Override
    public void onPong(byte[] nothing) {
        owesPong = false;
    }

    /** Whether the server still answers here. Asks once in a few seconds: a connection that only listens may miss its end. */
    boolean areAlive() {
        if (!ended && System.nanoTime() - pinged >= PING.toNanos()) {
            if (owesPong) {
                return false;
            }
            pinged = System.nanoTime();
            owesPong = true;
            ping();
        }
        return !ended;
    }

    void end() {
        ended = true;
        JedisConnection.drop(connection);
    }
}
