package io.resque.api.spi;

import org.jspecify.annotations.Nullable;

/**
 * A failure list: the common one, or, as Ruby's {@code redis_multi_queue} has it, that of one queue.
 *
 * @param queue the queue whose list it is; null for the common list
 */
public record FailureList(@Nullable String queue) {
    /** The list {@code failed}, where every Resque writes by default. */
    public static final FailureList COMMON = new FailureList(null);
}
