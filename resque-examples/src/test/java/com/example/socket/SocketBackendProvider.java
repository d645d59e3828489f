package com.example.socket;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisSettings;

/** The entry point of the adapter, which ServiceLoader finds. */
public final class SocketBackendProvider implements QueueBackendProvider {
    @Override
    public String name() {
        return "socket";
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public QueueBackend open(BackendConfig config) {
        RedisSettings settings = RedisSettings.parse(config);
        return new RedisBackend(new SocketLink(settings), settings.namespace());
    }
}
