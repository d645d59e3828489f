/**
 * The Redis protocol, which all Redis adapters share: key names, scripts, and the ports over a small seam.
 *
 * <p>For authors of adapters: implement {@link io.resque.backend.redis.RedisLink} on a client and give it to
 * {@link io.resque.backend.redis.RedisBackend}.
 */
@NullMarked
package io.resque.backend.redis;

import org.jspecify.annotations.NullMarked;
