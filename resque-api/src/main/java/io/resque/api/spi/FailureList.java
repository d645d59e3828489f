package io.resque.api.spi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure list: the common one, or, as Ruby's {@code redis_multi_queue} has it, that of one queue.
 *
 * @param queue the queue whose list it is; null for the common list
 */
public record FailureList(@Nullable String queue) {
    /** The list {@code failed}, where every Resque writes by default. */
    public static final FailureList COMMON = new FailureList(null);

    private static final String COMMON_NAME = "failed";
    private static final String SUFFIX = "_failed";

    /**
     * The list of a name.
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
     * The name of the list, as Ruby has it.
     *
     * @return {@code failed} or {@code <queue>_failed}
     */
    public String name() {
        return queue == null ? COMMON_NAME : queue + SUFFIX;
    }
}
