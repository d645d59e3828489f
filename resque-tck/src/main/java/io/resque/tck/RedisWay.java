package io.resque.tck;

import java.util.List;

/** A way to a Redis of our own. */
sealed interface RedisWay permits RedisBinary, RedisImage {
    /** Makes ready what {@link OwnServer#start} will start at this address. */
    OwnServer prepare(RedisUrl url, List<String> extraArgs);

    /** What to call it once a version has answered, like "redis-server 7.0.15 on the PATH". */
    String origin(String version);
}
