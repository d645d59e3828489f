package io.resque.backend.jedis;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Library;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisSettings;
import java.util.List;

/** Opens Redis by a URL of {@link RedisSettings}, over a pool of connections of its own. */
public final class JedisBackendProvider implements QueueBackendProvider, StatusStoreProvider {
    static final Library JEDIS =
            new Library("redis.clients:jedis", "5.0.2", "8.0.2", "<jedis.version>8.0.2</jedis.version>");

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

    @Override
    public List<Library> libraries() {
        return List.of(JEDIS);
    }

    /** Connects when the first command is sent. */
    @Override
    public QueueBackend open(BackendConfig config) {
        RedisSettings settings = RedisSettings.parse(config);
        return Library.open(() -> RedisBackend.open(settings, JedisLink::open), JEDIS);
    }

    /** Connects when the first command is sent. */
    @Override
    public StatusStore openStatuses(BackendConfig config) {
        RedisSettings settings = RedisSettings.parse(config);
        return Library.open(() -> RedisBackend.openStatuses(settings, JedisLink::open), JEDIS);
    }
}
