package io.resque.backend.jedis;

import java.nio.charset.StandardCharsets;
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
 * What the server tells of keys that were read on another connection and have changed since. Of two, since Jedis drops
 * what it was not asked for on a connection of RESP3; with RESP2 the server publishes it, to a connection that listens.
 */
final class JedisMessages extends BinaryJedisPubSub {
    private static final Duration PING = Duration.ofSeconds(4);
    private static final byte[] CHANNEL = bytes("__redis__:invalidate");

    private final Connection connection;
    private final Consumer<@Nullable List<byte[]>> changed;
    private final CompletableFuture<Void> listens = new CompletableFuture<>();
    private volatile boolean ended;
    private volatile boolean owesPong;
    private long pinged = System.nanoTime();

    JedisMessages(Connection connection, Consumer<@Nullable List<byte[]>> changed) {
        this.connection = connection;
        this.changed = changed;
    }

    /** From now on the server tells of what is read on that connection. */
    void begin(Connection reads, Duration timeout) {
        ask(connection, "HELLO", "2"); // a client that was given to us may speak RESP3
        String id = String.valueOf(ask(connection, "CLIENT", "ID"));
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
        ask(reads, "CLIENT", "TRACKING", "ON", "REDIRECT", id);
        changed.accept(null);
    }

    private static Object ask(Connection connection, String... words) {
        byte[][] command = new byte[words.length][];
        for (int i = 0; i < words.length; i++) {
            command[i] = bytes(words[i]);
        }
        JedisLink.send(connection, command);
        return connection.getOne();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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

    /** Whether it has answered. Asks it once in a few seconds; a connection that only listens is not told of its end. */
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
        JedisLine.drop(connection);
    }
}
