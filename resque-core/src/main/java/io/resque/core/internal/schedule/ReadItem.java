package io.resque.core.internal.schedule;

import io.resque.api.spi.Payload;
import org.jspecify.annotations.Nullable;

/**
 * A delayed item that was read.
 *
 * @param queue the queue that it names; null if it names none, or cannot be read
 * @param payload the payload of its job: its bytes without the member {@code queue}; null if it is no job
 * @param problem why its job cannot go onto a queue; null if it can
 * @param rubyName the name of its job in the keys of Ruby's resque-retry; null if it does not stand there
 */
record ReadItem(
        @Nullable String queue,
        @Nullable Payload payload,
        @Nullable String problem,
        @Nullable String rubyName) {}
