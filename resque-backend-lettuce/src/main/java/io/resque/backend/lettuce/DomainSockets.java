package io.resque.backend.lettuce;

import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.KqueueProvider;
import io.resque.api.ConfigurationException;
import io.resque.backend.redis.RedisSettings;

/** Unix domain sockets, which Lettuce reaches by a native library of netty's only. */
final class DomainSockets {
    private DomainSockets() {}

    /**
     * Refuses a socket that nothing here can connect to; connecting would tell of it too late.
     *
     * @throws ConfigurationException naming what is missing
     */
    static void refuseIfUnreachable(RedisSettings settings) {
        if (settings.socket() != null && !EpollProvider.isAvailable() && !KqueueProvider.isAvailable()) {
            throw new ConfigurationException("Lettuce cannot connect to the Unix domain socket " + settings.socket()
                    + " without netty's native transport; add io.netty:netty-transport-native-epoll with the classifier"
                    + " linux-x86_64 or linux-aarch_64 (on macOS netty-transport-native-kqueue), or take"
                    + " resque-backend-jedis, which needs none");
        }
    }
}
