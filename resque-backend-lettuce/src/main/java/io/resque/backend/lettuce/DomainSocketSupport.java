package io.resque.backend.lettuce;

import io.lettuce.core.resource.EpollProvider;
import io.lettuce.core.resource.KqueueProvider;
import io.resque.api.ConfigurationException;
import io.resque.backend.redis.RedisSettings;

/** Whether Unix domain sockets can be used: Lettuce needs a native library of netty for them. */
final class DomainSocketSupport {
    private DomainSocketSupport() {}

    /**
     * Refuses settings with a socket that nothing here can connect to. The first command would tell of it too late.
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
