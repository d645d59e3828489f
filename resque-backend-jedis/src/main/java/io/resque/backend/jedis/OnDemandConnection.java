package io.resque.backend.jedis;

import io.resque.backend.redis.RedisLink;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.util.Pool;

/** A connection outside the pool that is made when it is needed, and made again after it broke. */
final class OnDemandConnection implements RedisLink.Dedicated {
    private final Pool<Connection> pool;
    private final JedisErrors errors;
    private final @Nullable Consumer<@Nullable List<byte[]>> changed;
    private volatile @Nullable JedisInvalidations invalidations;
    private volatile @Nullable Connection connection;
    private volatile boolean ended;

    /** A connection that tells of changed keys, or a plain one if nobody is to be told. */
    OnDemandConnection(Pool<Connection> pool, JedisErrors errors, @Nullable Consumer<@Nullable List<byte[]>> changed) {
        this.pool = pool;
        this.errors = errors;
        this.changed = changed;
    }

    @Override
    public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
        boolean sent = false;
        try {
            Connection current = connect(timeout);
            current.setSoTimeout((int) timeout.toMillis());
            sent = true;
            List<@Nullable Object> replies = JedisCommands.exchange(current, commands, errors);
            if (current instanceof JedisConnection ours) {
                ours.used();
            }
            return replies;
        } catch (RuntimeException e) {
            disconnect();
            throw errors.of(e, sent);
        } catch (Error e) { // no memory for the reply; the rest of it would be taken for the next one
            disconnect();
            throw e;
        }
    }

    private Connection connect(Duration timeout) {
        JedisInvalidations told = invalidations;
        if (told != null && !told.areAlive()) {
            disconnect();
        }
        Connection current = connection;
        if (current instanceof JedisConnection ours && !ours.isAlive()) {
            disconnect();
            current = null;
        }
        if (current == null) {
            current = make();
            connection = current;
            if (changed != null) {
                told = new JedisInvalidations(make(), changed);
                invalidations = told;
                told.begin(current, timeout);
            }
        }
        if (ended || errors.isClosed()) {
            disconnect();
            throw errors.hasBeenClosed();
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
            JedisConnection.drop(current);
        }
        JedisInvalidations told = invalidations;
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
