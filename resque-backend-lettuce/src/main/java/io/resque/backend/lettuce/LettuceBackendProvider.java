package io.resque.backend.lettuce;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisSettings;

/** Opens Redis by a URL of {@link RedisSettings}, over one connection that all threads share. */
public final class LettuceBackendProvider implements QueueBackendProvider, StatusStoreProvider {
    /** For {@link java.util.ServiceLoader}, and for choosing this adapter by hand. */
    public LettuceBackendProvider() {}

    /** {@code lettuce}. */
    @Override
    public String name() {
        return "lettuce";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    /** Connects when the first command is sent. */
    @Override
    public QueueBackend open(BackendConfig config) {
        return RedisBackend.open(RedisSettings.parse(config), LettuceLink::open);
    }

    /** Connects when the first command is sent. */
    @Override
    public StatusStore openStatuses(BackendConfig config) {
        return RedisBackend.openStatuses(RedisSettings.parse(config), LettuceLink::open);
    }
}
