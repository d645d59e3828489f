package io.resque.backend.redis;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** A link to each server that was met. None is closed before the end, since another thread may be using it. Thread-safe. */
final class ServerLinks {
    /** A server and the link to it. */
    record Server(RedisSettings where, RedisLink link) {}

    private final RedisSettings settings;
    private final Function<RedisSettings, RedisLink> opener;
    private final Map<RedisSettings, RedisLink> links = new HashMap<>();
    private boolean closed;

    ServerLinks(RedisSettings settings, Function<RedisSettings, RedisLink> opener) {
        this.settings = settings;
        this.opener = opener;
    }

    synchronized Server to(RedisSettings where) {
        if (closed) {
            throw RedisLink.hasBeenClosed(settings.endpoint());
        }
        return new Server(where, links.computeIfAbsent(where, opener));
    }

    synchronized void close() {
        closed = true;
        links.values().forEach(RedisLink::close);
    }
}
