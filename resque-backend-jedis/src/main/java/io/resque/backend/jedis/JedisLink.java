package io.resque.backend.jedis;

import io.resque.api.BackendException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisSettings;
import io.resque.backend.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/** Jedis's connections: a pool for commands, and more for what waits. */
final class JedisLink implements RedisLink {
    /** A thread holds one for the time of a round trip only; beyond this many, threads wait for each other. */
    private static final int MAX_CONNECTIONS = 128;

    private final Pool<Connection> pool;
    private final boolean ours;
    /** Of a client that was given to us, known once it has connected. */
    private volatile @Nullable String endpoint;

    private volatile boolean closed;

    private JedisLink(Pool<Connection> pool, boolean ours, @Nullable String endpoint) {
        this.pool = pool;
        this.ours = ours;
        this.endpoint = endpoint;
    }

    static JedisLink open(RedisSettings settings) {
        ConnectionPoolConfig config = new ConnectionPoolConfig();
        config.setMaxTotal(MAX_CONNECTIONS);
        config.setMaxIdle(MAX_CONNECTIONS);
        config.setMaxWait(settings.connectTimeout().plus(settings.timeout()));
        config.setJmxEnabled(false);
        // Which would log a stack trace for each that died; it is tested when it is used.
        config.setTestWhileIdle(false);
        return new JedisLink(new ConnectionPool(new JedisLines(settings), config), true, settings.endpoint());
    }

    static JedisLink using(Pool<Connection> pool) {
        return new JedisLink(pool, false, null);
    }

    @Override
    public String endpoint() {
        String known = endpoint;
        return known == null ? "the address of the given client" : known;
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        Connection connection = borrow();
        try {
            send(connection, command);
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
            return exchange(connection, commands);
        } catch (RuntimeException | Error e) {
            throw failureOn(connection, e);
        } finally {
            giveBack(connection);
        }
    }

    private List<@Nullable Object> exchange(Connection connection, List<byte[][]> commands) {
        commands.forEach(command -> send(connection, command));
        List<@Nullable Object> replies = new ArrayList<>(commands.size());
        for (Object reply : connection.getMany(commands.size())) {
            replies.add(reply instanceof JedisDataException e ? new RedisReplyException(endpoint(), text(e)) : reply);
        }
        return replies;
    }

    private Connection borrow() {
        if (closed || pool.isClosed()) {
            throw hasBeenClosed();
        }
        try {
            Connection connection = pool.getResource();
            if (endpoint == null) {
                endpoint = address(connection);
            }
            return connection;
        } catch (RuntimeException e) {
            throw failure(e, false);
        }
    }

    private static String address(Connection connection) {
        try {
            return connection.getHostAndPort().toString();
        } catch (IllegalAccessError before8) {
            return connection.toString().replaceAll(".*\\{([^{}]+)}.*", "$1");
        }
    }

    /** In place of a broken connection the pool makes another, and throws if it cannot; the call has its outcome already. */
    private static void giveBack(Connection connection) {
        if (connection instanceof JedisLine line) {
            line.used();
        }
        try {
            connection.close();
        } catch (JedisException e) {
            // whoever calls next is told by borrow()
        }
    }

    private BackendException hasBeenClosed() {
        return new BackendException("The connection to Redis at " + endpoint() + " has been closed");
    }

    static void send(Connection connection, byte[][] command) {
        byte[] name = command[0];
        connection.sendCommand(() -> name, Arrays.copyOfRange(command, 1, command.length));
    }

    private @Nullable Object checked(@Nullable Object reply) {
        if (reply instanceof JedisDataException e) {
            throw e;
        }
        return reply;
    }

    /** Whatever is no answer of Redis's may have left half of one unread: the connection must not be used again. */
    private BackendException failureOn(Connection connection, Throwable e) {
        if (!(e instanceof JedisDataException)) {
            connection.setBroken();
        }
        if (e instanceof Error error) {
            throw error;
        }
        return failure((RuntimeException) e, true);
    }

    private BackendException failure(RuntimeException e, boolean sent) {
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JedisDataException answer) {
                return new RedisReplyException(endpoint(), text(answer));
            }
            root = cause;
        }
        if (root instanceof InterruptedException) { // which the pool has taken off the thread
            Thread.currentThread().interrupt();
        }
        if (endpoint != null && root.getSuppressed().length > 0) {
            root = root.getSuppressed()[0]; // Jedis only says where it failed, and has why for each address
        }
        if (!sent && (closed || pool.isClosed())) {
            return hasBeenClosed();
        }
        // The others in the pool are most likely dead, too: let each next call make a new one.
        pool.clear();
        return new RedisUnavailableException(endpoint(), e, root, sent);
    }

    private static String text(JedisDataException e) {
        return String.valueOf(e.getMessage());
    }

    @Override
    public Dedicated dedicate() {
        return new Own(null);
    }

    @Override
    public Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        return new Own(changed);
    }

    @Override
    public void close() {
        closed = true;
        if (ours) {
            boolean interrupted = Thread.interrupted(); // which the pool would swallow
            pool.close();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A connection outside the pool, made again after it broke. */
    private final class Own implements Dedicated {
        private final @Nullable Consumer<@Nullable List<byte[]>> changed;
        private volatile @Nullable JedisMessages messages;
        private volatile @Nullable Connection connection;
        private volatile boolean ended;

        Own(@Nullable Consumer<@Nullable List<byte[]>> changed) {
            this.changed = changed;
        }

        @Override
        public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
            boolean sent = false;
            try {
                Connection current = connect(timeout);
                current.setSoTimeout((int) timeout.toMillis());
                sent = true;
                List<@Nullable Object> replies = exchange(current, commands);
                if (current instanceof JedisLine line) {
                    line.used();
                }
                return replies;
            } catch (RuntimeException e) {
                disconnect();
                throw failure(e, sent);
            } catch (Error e) { // no memory for the answer, of which the rest would be the next one's
                disconnect();
                throw e;
            }
        }

        private Connection connect(Duration timeout) {
            JedisMessages told = messages;
            if (told != null && !told.areAlive()) {
                disconnect();
            }
            Connection current = connection;
            if (current instanceof JedisLine line && !line.isAlive()) {
                disconnect();
                current = null;
            }
            if (current == null) {
                current = make();
                connection = current;
                if (changed != null) {
                    told = new JedisMessages(make(), changed);
                    messages = told;
                    told.begin(current, timeout);
                }
            }
            if (ended || closed) {
                disconnect();
                throw hasBeenClosed();
            }
            return current;
        }

        private Connection make() {
            try {
                return pool.getFactory().makeObject().getObject();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void disconnect() {
            Connection current = connection;
            connection = null;
            if (current != null) {
                JedisLine.drop(current);
            }
            JedisMessages told = messages;
            if (told != null) {
                told.end();
            }
        }

        @Override
        public void close() {
            ended = true;
            disconnect();
        }
    }
}
