package io.resque.backend.jedis;

import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;

/** Lets tests in other packages open a link. */
public final class Links {
    private Links() {}

    public static RedisLink open(RedisSettings settings) {
        return JedisLink.open(settings);
    }
}
