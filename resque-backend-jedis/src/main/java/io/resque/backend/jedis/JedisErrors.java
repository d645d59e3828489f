package io.resque.backend.jedis;

import io.resque.api.BackendException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisUnavailableException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.Pool;

/** Makes the exceptions of the port out of Jedis's, for one link: it knows the endpoint, and whether the link is closed. Thread-safe. */
final class JedisErrors {
    private final Pool<Connection> pool;

    /** Of a client that was given to us, known once it has connected. */
    private volatile @Nullable String endpoint;

    private volatile boolean closed;

    JedisErrors(Pool<Connection> pool, @Nullable String endpoint) {
        this.pool = pool;
        this.endpoint = endpoint;
    }

    String endpoint() {
        String known = endpoint;
        return known == null ? "the address of the given client" : known;
    }

    /** Learns the endpoint, if it is not known yet. */
    void connectedBy(Connection connection) {
        if (endpoint == null) {
            endpoint = address(connection);
        }
    }

    private static String address(Connection connection) {
        try {
            return connection.getHostAndPort().toString();
        } catch (IllegalAccessError before8) {
            return connection.toString().replaceAll(".*\\{([^{}]+)}.*", "$1");
        }
    }

    /** From now on a command that was not sent fails since the link is closed. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    BackendException hasBeenClosed() {
        return RedisLink.hasBeenClosed(endpoint());
    }

    RedisReplyException of(JedisDataException reply) {
        return new RedisReplyException(endpoint(), String.valueOf(reply.getMessage()));
    }

    /** Of a command that may have been sent, or certainly was not. */
    BackendException of(RuntimeException e, boolean sent) {
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JedisDataException reply) {
                return of(reply);
            }
            root = cause;
        }
        if (root instanceof InterruptedException) { // the pool has cleared the thread's interrupt
            Thread.currentThread().interrupt();
        }
        if (endpoint != null && root.getSuppressed().length > 0) {
            root = root.getSuppressed()[
                    0]; // Jedis itself only says that it failed, and has the reason for each address
        }
        if (!sent && (closed || pool.isClosed())) {
            return hasBeenClosed();
        }
        // The other connections of the pool are most likely dead, too: let each next call make a new one.
        pool.clear();
        return new RedisUnavailableException(endpoint(), e, root, sent);
    }
}
