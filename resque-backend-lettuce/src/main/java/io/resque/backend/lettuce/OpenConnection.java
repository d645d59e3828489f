package io.resque.backend.lettuce;

import io.lettuce.core.api.StatefulRedisConnection;
import io.resque.backend.redis.RedisSettings;
import java.util.concurrent.CompletableFuture;

/** A connection of the client that is closed once: the client warns if it is closed again. Thread-safe. */
final class OpenConnection {
    final StatefulRedisConnection<byte[], byte[]> connection;
    private final ConnectionCloser closer;
    private volatile long lastAnswer = System.nanoTime();
    private boolean ended;

    OpenConnection(StatefulRedisConnection<byte[], byte[]> connection, ConnectionCloser closer) {
        this.connection = connection;
        this.closer = closer;
    }

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Whether it has been silent for so long that it must be tested. */
    boolean isIdle() {
        return System.nanoTime() - lastAnswer > RedisSettings.TESTED_AFTER.toNanos();
    }

    void answered() {
        lastAnswer = System.nanoTime();
    }

    void close() {
        synchronized (closer) {
            if (!closer.isShutDown()) {
                closeInAnyCase();
            }
        }
    }

    /** Also a connection that was made too late for the client to know of it when it was shut down. */
    void closeInAnyCase() {
        synchronized (closer) {
            boolean closedByTheClient = closer.isShutDown() && !connection.isOpen();
            if (!ended && !closedByTheClient) {
                ended = true;
                CompletableFuture<Void> end = connection.closeAsync();
                closer.closes(end);
            }
        }
    }
}
