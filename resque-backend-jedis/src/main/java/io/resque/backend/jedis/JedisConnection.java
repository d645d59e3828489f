package io.resque.backend.jedis;

import io.resque.backend.redis.RedisSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLException;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** A connection that knows when it was last used, and that logs in without HELLO, which servers before Redis 6 lack. */
final class JedisConnection extends Connection {
    private final RedisSettings settings;
    private long lastUsed = System.nanoTime();
    private boolean fresh = true;

    private JedisConnection(JedisSocketFactory sockets, RedisSettings settings) {
        super(sockets);
        this.settings = settings;
    }

    static JedisConnection open(JedisSocketFactory sockets, RedisSettings settings) {
        JedisConnection connection = new JedisConnection(sockets, settings);
        try {
            connection.logIn();
            return connection;
        } catch (RuntimeException | Error e) { // more than Jedis's exceptions: the server may not be a Redis
            drop(connection);
            if (settings.tls() && e instanceof JedisConnectionException) {
                throwRefusal(sockets, settings, e);
            }
            throw e;
        }
    }

    private void logIn() {
        connect();
        String password = settings.password();
        if (password == null) {
            JedisCommands.ask(this, "PING");
        } else if (settings.user() == null) {
            JedisCommands.ask(this, "AUTH", password);
        } else {
            JedisCommands.ask(this, "AUTH", settings.user(), password);
        }
        if (settings.database() > 0) {
            JedisCommands.ask(this, "SELECT", String.valueOf(settings.database()));
        }
    }

    /**
     * A server that wants a certificate says so after the handshake. A client that has written by then sees a broken pipe
     * instead. So this one connects again, and only reads.
     */
    private static void throwRefusal(JedisSocketFactory sockets, RedisSettings settings, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            boolean known = cause instanceof JedisException || cause instanceof IOException;
            boolean silent = cause instanceof SocketTimeoutException || cause instanceof ConnectException;
            if (cause instanceof SSLException || silent || !known) {
                return;
            }
        }
        try (Socket socket = sockets.createSocket()) {
            socket.setSoTimeout((int) settings.timeout().toMillis());
            socket.getInputStream().read();
        } catch (SSLException refusal) {
            throw new JedisConnectionException(refusal);
        } catch (SocketException again) {
            throw new JedisConnectionException(
                    new SSLException("the connection broke while TLS began: " + again.getMessage()));
        } catch (IOException | JedisException again) {
            // then the first exception must do
        }
    }

    /** Whether it has just been made, and so has answered: true once. */
    boolean isFresh() {
        boolean was = fresh;
        fresh = false;
        return was;
    }

    void used() {
        lastUsed = System.nanoTime();
    }

    boolean wasUsedSince(long time) {
        return lastUsed - time > 0;
    }

    /** Whether it can be used at once: it was used a moment ago, or it answers now. */
    boolean isAlive() {
        if (wasUsedSince(System.nanoTime() - RedisSettings.TESTED_AFTER.toNanos())) {
            return true;
        }
        try {
            setSoTimeout((int) settings.timeout().toMillis()); // a call that blocks has set a longer timeout
            JedisCommands.ask(this, "PING");
        } catch (JedisDataException e) {
            // an answer, too
        } catch (JedisException e) {
            return false;
        }
        used();
        return true;
    }

    /** Closes the socket and sends nothing more. */
    static void drop(Connection connection) {
        try {
            try {
                connection.forceDisconnect();
            } catch (NoSuchMethodError before7) {
                connection.disconnect();
            }
        } catch (IOException | JedisException e) {
            // it is gone either way
        }
    }
}
