package io.resque.backend.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.resque.api.spi.QueueBackend;
import io.resque.backend.redis.RedisBackend;

/** Makes a backend that shares the threads and options of a client that the application already has. */
public final class LettuceBackend {
    private LettuceBackend() {}

    /**
     * A backend beside a client: on its threads ({@code ClientResources}) and with its options, TLS among them, but with
     * connections of its own. Lettuce does not reconnect these, since it would then send unanswered commands again. The
     * client resolves names in its own way: Lettuce's default asks DNS, not Java, and tries one address.
     *
     * @param client stays open when the backend is closed
     * @param uri where to connect, with login and timeout
     * @param namespace the prefix of all keys, without colon, usually {@code resque}; empty for none
     * @return the backend
     */
    public static QueueBackend using(RedisClient client, RedisURI uri, String namespace) {
        return LettuceBackendProvider.opened(() -> new RedisBackend(LettuceLink.using(client, uri), namespace));
    }
}
