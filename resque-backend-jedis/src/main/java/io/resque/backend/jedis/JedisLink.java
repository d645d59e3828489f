package io.resque.backend.jedis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/** Jedis's connections: a pool for commands, and one more for each user that blocks on it. */
final class JedisLink implements RedisLink {
    /** A thread holds a connection for one round trip only. Beyond this many, threads wait for each other. */
    private static final int MAX_CONNECTIONS = 128;

    private final Pool<Connection> pool;
    private final boolean ours;
    private final JedisErrors errors;

    private JedisLink(Pool<Connection> pool, boolean ours, @Nullable String endpoint) {
        this.pool = pool;
        this.ours = ours;
        this.errors = new JedisErrors(pool, endpoint);
    }

    static JedisLink open(RedisSettings settings) {
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setMaxTotal(MAX_CONNECTIONS);
        config.setMaxIdle(MAX_CONNECTIONS);
        config.setMaxWait(settings.connectTimeout().plus(settings.timeout()));
        config.setJmxEnabled(false);
        // The pool would log a stack trace for each dead connection. A connection is tested when it is used.
        config.setTestWhileIdle(false);
        return new JedisLink(
                new ConnectionPool(new JedisConnectionFactory(settings), config), true, settings.endpoint());
    }

    static JedisLink using(Pool<Connection> pool) {
        return new JedisLink(pool, false, null);
    }

    @Override
    public String endpoint() {
        return errors.endpoint();
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        Connection connection = borrow();
        try {
            JedisCommands.send(connection, command);
            return checked(connection.getOne());
        } catch (RuntimeException | Error e) {
            throw failureOn(connection, e);
        } finally {
            giveBack(connection);
        }
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        Connection connection = borrow();
        try {
            return JedisCommands.exchange(connection, commands, errors);
        } catch (RuntimeException | Error e) {
            throw failureOn(connection, e);
        } finally {
            giveBack(connection);
        }
    }

    @Override
    public List<@Nullable Object> ask(List<byte[][]> commands) {
        try {
            return JedisConnectionFactory.withoutTest(() -> pipeline(commands));
        } catch (BackendUnavailableException e) {
            return pipeline(commands);
        }
    }

    private Connection borrow() {
        if (errors.isClosed() || pool.isClosed()) {
            throw errors.hasBeenClosed();
        }
        try {
            Connection connection = pool.getResource();
            errors.connectedBy(connection);
            return connection;
        } catch (RuntimeException e) {
            throw errors.of(e, false);
        }
    }

    /** In place of a broken connection the pool makes another, and throws if it cannot. The call has its outcome already. */
    private static void giveBack(Connection connection) {
        if (connection instanceof JedisConnection ours) {
            ours.used();
        }
        try {
            connection.close();
        } catch (JedisException e) {
            // the next caller is told by borrow()
        }
    }

    private static @Nullable Object checked(@Nullable Object reply) {
        if (reply instanceof JedisDataException e) {
            throw e;
        }
        return reply;
    }

    /** Unless Redis has answered, half of a reply may be unread: the connection must not be used again. */
    private BackendException failureOn(Connection connection, Throwable e) {
        if (!(e instanceof JedisDataException)) {
            connection.setBroken();
        }
        if (e instanceof Error error) {
            throw error;
        }
        return errors.of((RuntimeException) e, true);
    }

    @Override
    public Dedicated dedicate() {
        return new OnDemandConnection(pool, errors, null);
    }

    @Override
    public Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        return new OnDemandConnection(pool, errors, changed);
    }

    @Override
    public void close() {
        errors.close();
        if (ours) {
            boolean interrupted = Thread.interrupted(); // the pool would swallow an interrupt
            pool.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
