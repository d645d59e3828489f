package io.resque.tck;

import java.util.List;

/** A way to start a private Redis. */
sealed interface RedisWay permits RedisBinary, RedisImage {
    /** Prepares a server for this address; {@link OwnServer#start} starts it. */
    OwnServer prepare(RedisUrl url, List<String> extraArgs);

    /** A description of the server with this version, such as "redis-server 7.0.15 on the PATH". */
    String origin(String version);
}
