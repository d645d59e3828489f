package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * What a queue looks like from its head.
 *
 * @param size how many payloads it holds
 * @param first the one at its head, or a stand-in where that is too large; null if there is none
 */
public record QueueHead(long size, @Nullable Payload first) {}
