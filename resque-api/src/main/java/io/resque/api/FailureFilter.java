package io.resque.api;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses failures: all, less what each further condition leaves out. Immutable.
 *
 * <pre>{@code
 * FailureFilter.all().queue("mail").failedBefore(Instant.now().minus(Duration.ofDays(7)))
 * }</pre>
 */
public final class FailureFilter {
    private static final Predicate<FailedJob> ANY = failure -> true;
    private static final FailureFilter ALL = new FailureFilter(null, ANY);

    private final @Nullable String list;
    private final Predicate<FailedJob> conditions;

    private FailureFilter(@Nullable String list, Predicate<FailedJob> conditions) {
        this.list = list;
        this.conditions = conditions;
    }

    /**
     * Every failure of every list.
     *
     * @return the filter to begin with
     */
    public static FailureFilter all() {
        return ALL;
    }

    /**
     * Only those of one list, which alone is then read.
     *
     * @param name {@code failed}, or {@code mail_failed} for that of the queue {@code mail}
     * @return a filter with this condition
     */
    public FailureFilter list(String name) {
        return new FailureFilter(Objects.requireNonNull(name, "name"), conditions);
    }

    /**
     * Only those whose job came from a queue, whatever list they stand in.
     *
     * @param name of the queue
     * @return a filter with this condition
     */
    public FailureFilter queue(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.queue().equals(name));
    }

    /**
     * Only those of one class.
     *
     * @param name as in the payload
     * @return a filter with this condition
     */
    public FailureFilter jobClass(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.jobClass().equals(name));
    }

    /**
     * Only those that threw one class.
     *
     * @param name as in the record, such as {@code java.lang.IllegalStateException}
     * @return a filter with this condition
     */
    public FailureFilter exception(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.exception().equals(name));
    }

    /**
     * Only those that failed before an instant. Records whose time cannot be read are not among them.
     *
     * @param instant exclusive
     * @return a filter with this condition
     */
    public FailureFilter failedBefore(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return and(failure -> failure.failedAt().filter(instant::isAfter).isPresent());
    }

    /**
     * Only those that failed after an instant. Records whose time cannot be read are not among them.
     *
     * @param instant exclusive
     * @return a filter with this condition
     */
    public FailureFilter failedAfter(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return and(failure -> failure.failedAt().filter(instant::isBefore).isPresent());
    }

    /**
     * Only those that were retried, or only those that were not.
     *
     * @param retried which
     * @return a filter with this condition
     */
    public FailureFilter retried(boolean retried) {
        return and(failure -> failure.retriedAt().isPresent() == retried);
    }

    private FailureFilter and(Predicate<FailedJob> condition) {
        return new FailureFilter(list, conditions == ANY ? condition : conditions.and(condition));
    }

    /**
     * The list it is limited to.
     *
     * @return empty if to none
     */
    public Optional<String> list() {
        return Optional.ofNullable(list);
    }

    /**
     * Whether no record of the list, or of all lists, is left out, so that none need be looked at.
     *
     * @return false once there is a condition on the records themselves
     */
    public boolean isUnconditional() {
        return conditions == ANY;
    }

    /**
     * Whether a failure fulfils the conditions.
     *
     * @param failure a failure
     * @return true if it is chosen
     */
    public boolean matches(FailedJob failure) {
        return (list == null || list.equals(failure.list())) && conditions.test(failure);
    }
}
