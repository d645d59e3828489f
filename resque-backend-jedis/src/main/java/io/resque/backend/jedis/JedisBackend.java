package io.resque.backend.jedis;

import io.resque.api.spi.QueueBackend;
import io.resque.backend.redis.RedisBackend;
import redis.clients.jedis.RedisClient;

/** Makes a backend of a client that the application has already. */
public final class JedisBackend {
    private JedisBackend() {}

    /**
     * A backend over a client. Its pool needs a connection for each thread that enqueues or works at the same time;
     * connections that wait for jobs are made by the pool's factory and do not count against it.
     *
     * @param client stays open when the backend is closed
     * @param namespace the prefix of all keys, without colon, usually {@code resque}; empty for none
     * @return the backend
     */
    public static QueueBackend using(RedisClient client, String namespace) {
        return new RedisBackend(JedisLink.using(client), namespace);
    }
}
