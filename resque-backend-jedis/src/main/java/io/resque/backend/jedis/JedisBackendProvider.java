package io.resque.backend.jedis;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisSettings;

/** Opens Redis by a URL of {@link RedisSettings}, over a pool of connections of its own. */
public final class JedisBackendProvider implements QueueBackendProvider, StatusStoreProvider {
    /** For {@link java.util.ServiceLoader}, and for choosing this adapter by hand. */
    public JedisBackendProvider() {}

    /** {@code jedis}. */
    @Override
    public String name() {
        return "jedis";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    /** Connects when the first command is sent. */
    @Override
    public QueueBackend open(BackendConfig config) {
        return RedisBackend.open(RedisSettings.parse(config), JedisLink::open);
    }

    /** Connects when the first command is sent. */
    @Override
    public StatusStore openStatuses(BackendConfig config) {
        return RedisBackend.openStatuses(RedisSettings.parse(config), JedisLink::open);
    }
}
