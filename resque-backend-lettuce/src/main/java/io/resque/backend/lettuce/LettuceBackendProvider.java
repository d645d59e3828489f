package io.resque.backend.lettuce;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Library;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisSettings;

/** Opens Redis by a URL of {@link RedisSettings}, over one connection that all threads share. */
public final class LettuceBackendProvider implements QueueBackendProvider, StatusStoreProvider {
    static final Library LETTUCE = new Library(
            "io.lettuce:lettuce-core",
            "6.1.10.RELEASE",
            "7.7.0.RELEASE",
            "<lettuce.version>7.7.0.RELEASE</lettuce.version>");

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
        RedisSettings settings = RedisSettings.parse(config);
        return Library.open(() -> RedisBackend.open(settings, LettuceLink::open), LETTUCE);
    }

    /** Connects when the first command is sent. */
    @Override
    public StatusStore openStatuses(BackendConfig config) {
        RedisSettings settings = RedisSettings.parse(config);
        return Library.open(() -> RedisBackend.openStatuses(settings, LettuceLink::open), LETTUCE);
    }
}
