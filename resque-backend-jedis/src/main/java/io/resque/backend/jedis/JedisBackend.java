package io.resque.backend.jedis;

import io.resque.api.spi.QueueBackend;
import io.resque.backend.redis.RedisBackend;
import redis.clients.jedis.Connection;
import redis.clients.jedis.util.Pool;

/** Makes a backend over a client that the application already has. */
public final class JedisBackend {
    private JedisBackend() {}

    /**
     * A backend over the pool of a client, such as {@code RedisClient} of Jedis 8 or {@code JedisPooled} of Jedis 5 to 7. The
     * pool needs a connection for each thread that enqueues or works at the same time. The pool's factory also makes the
     * connections that wait for jobs, which do not count against the pool. Let the pool test connections on borrow, or the
     * first call after the server closed an idle connection fails.
     *
     * @param pool stays open when the backend is closed; the client's {@code getPool()}
     * @param namespace the prefix of all keys, without colon, usually {@code resque}; empty for none
     * @return the backend
     */
    public static QueueBackend using(Pool<Connection> pool, String namespace) {
        return new RedisBackend(JedisLink.using(pool), namespace);
    }
}
