package io.resque.backend.jedis;

import io.resque.backend.redis.RedisSettings;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.apache.commons.pool2.BasePooledObjectFactory;
import org.apache.commons.pool2.PooledObject;
import org.apache.commons.pool2.impl.DefaultPooledObject;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Makes the connections of a pool, and tests a connection that was idle before the pool gives it out. */
final class JedisConnectionFactory extends BasePooledObjectFactory<Connection> {
    /** Whether this thread takes a connection as it is. */
    private static final ThreadLocal<Boolean> UNTESTED = new ThreadLocal<>();

    private final RedisSettings settings;
    private final JedisSocketFactory sockets;
    private volatile long lastDeath = System.nanoTime();

    JedisConnectionFactory(RedisSettings settings) {
        this.settings = settings;
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis((int) settings.connectTimeout().toMillis())
                .socketTimeoutMillis((int) settings.timeout().toMillis());
        if (settings.tls()) {
            useTls(config);
        }
        Path socket = settings.socket();
        sockets = socket == null
                ? new DefaultJedisSocketFactory(new HostAndPort(settings.host(), settings.port()), config.build())
                : () -> connect(socket, settings.timeout());
    }

    private static Socket connect(Path socket, Duration timeout) {
        try {
            return UnixSocket.connect(socket, timeout);
        } catch (IOException e) {
            throw new JedisConnectionException("Failed to connect to " + socket, e);
        }
    }

    @SuppressWarnings("deprecation") // its successor in Jedis 6 takes a store from a file only
    private static void useTls(DefaultJedisClientConfig.Builder config) {
        SSLParameters namesTheHost = new SSLParameters();
        namesTheHost.setEndpointIdentificationAlgorithm("HTTPS");
        config.ssl(true).sslSocketFactory(tlsByJavaStores().getSocketFactory()).sslParameters(namesTheHost);
    }

    private static SSLContext tlsByJavaStores() {
        KeyManagerFactory keys = RedisSettings.keyManagers();
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(
                    keys == null ? null : keys.getKeyManagers(),
                    RedisSettings.trustManagers().getTrustManagers(),
                    null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This Java cannot begin TLS", e);
        }
    }

    /** Lets this thread take connections that were not tested, though they were idle. */
    static <T> T withoutTest(Supplier<T> use) {
        UNTESTED.set(true);
        try {
            return use.get();
        } finally {
            UNTESTED.remove();
        }
    }

    @Override
    public JedisConnection create() {
        return JedisConnection.open(sockets, settings);
    }

    @Override
    public PooledObject<Connection> wrap(Connection connection) {
        return new DefaultPooledObject<>(connection);
    }

    /**
     * The pool drops a connection that fails here and takes the next one. Once one connection is dead, the others that were
     * idle at the same time are not tested: where no server answers, each test would take the whole timeout. A fresh
     * connection must not fail here, or the pool fails the call.
     */
    @Override
    public void activateObject(PooledObject<Connection> pooled) {
        if (pooled.getObject() instanceof JedisConnection ours
                && !ours.isFresh()
                && !(ours.wasUsedSince(lastDeath) && (UNTESTED.get() != null || ours.isAlive()))) {
            lastDeath = System.nanoTime();
            throw new JedisConnectionException("It was closed while it was idle");
        }
    }

    @Override
    public void destroyObject(PooledObject<Connection> pooled) {
        JedisConnection.drop(pooled.getObject());
    }
}
