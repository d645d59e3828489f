package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * The length of a queue and the payload at its head.
 *
 * @param size the number of payloads in the queue
 * @param first the payload at the head, or its stand-in if it is too large; null if the queue is empty
 */
public record QueueHead(long size, @Nullable Payload first) {}
