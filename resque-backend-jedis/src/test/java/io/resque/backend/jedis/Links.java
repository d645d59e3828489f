package io.resque.backend.jedis;

import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;

/** Gives tests of other packages the link itself. */
public final class Links {
    private Links() {}

    public static RedisLink open(RedisSettings settings) {
        return JedisLink.open(settings);
    }
}
