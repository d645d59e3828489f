package io.resque.api.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure list: the common list, or the list of one queue, as Ruby's {@code redis_multi_queue} writes it.
 *
 * @param queue the queue whose list it is; null for the common list
 */
public record FailureList(@Nullable String queue) {
    /** The list {@code failed}, where every Resque writes by default. */
    public static final FailureList COMMON = new FailureList(null);

    private static final String COMMON_NAME = "failed";
    private static final String SUFFIX = "_failed";

    /**
     * The list with a name.
     *
     * @param name {@code failed} or {@code <queue>_failed}
     * @return the list; empty for any other name
     */
    public static Optional<FailureList> named(String name) {
        if (name.equals(COMMON_NAME)) {
            return Optional.of(COMMON);
        }
        return name.endsWith(SUFFIX)
                ? Optional.of(new FailureList(name.substring(0, name.length() - SUFFIX.length())))
                : Optional.empty();
    }

    /**
     * The name of the list: its key in Redis without the prefix, and for the list of a queue also its member of the set
     * {@code failed_queues}.
     *
     * @return {@code failed} or {@code <queue>_failed}
     */
    public String name() {
        return queue == null ? COMMON_NAME : queue + SUFFIX;
    }
}
