package io.resque.backend.lettuce;

import io.lettuce.core.resource.Transports;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Library;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisSettings;
import java.util.List;
import java.util.function.Supplier;

/** Opens Redis by a URL of {@link RedisSettings}, over one connection that all threads share. */
public final class LettuceBackendProvider implements QueueBackendProvider, StatusStoreProvider {
    private static final Library LETTUCE = new Library(
            "io.lettuce:lettuce-core",
            "6.2.7.RELEASE",
            "7.7.0.RELEASE",
            "<lettuce.version>7.7.0.RELEASE</lettuce.version>");
    /** With an older Netty, Lettuce works up to 7.2. */
    private static final Library NETTY = new Library(
            "io.netty:netty-common",
            "4.2.0.Final",
            "4.2.19.Final",
            "<netty.version>4.2.19.Final</netty.version>, or <lettuce.version>6.8.2.RELEASE</lettuce.version>,");

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

    @Override
    public List<Library> libraries() {
        return List.of(LETTUCE, NETTY);
    }

    /** Connects when the first command is sent. */
    @Override
    public QueueBackend open(BackendConfig config) {
        RedisSettings settings = RedisSettings.parse(config);
        return opened(() -> {
            DomainSocketSupport.refuseIfUnreachable(settings);
            return RedisBackend.open(settings, LettuceLink::open);
        });
    }

    /** Connects when the first command is sent. */
    @Override
    public StatusStore openStatuses(BackendConfig config) {
        RedisSettings settings = RedisSettings.parse(config);
        return opened(() -> {
            DomainSocketSupport.refuseIfUnreachable(settings);
            return RedisBackend.openStatuses(settings, LettuceLink::open);
        });
    }

    static <T> T opened(Supplier<T> opening) {
        Supplier<T> first = () -> {
            Transports.eventLoopGroupClass(); // if this class is missing, the first command would tell of it too late
            return opening.get();
        };
        return Library.open(first, LETTUCE, NETTY);
    }
}
