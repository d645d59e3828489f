package io.resque.api;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Selects failures: every condition that is added must hold. Each method returns a new filter. Immutable.
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
     * Selects every failure of every list.
     *
     * @return a filter without conditions
     */
    public static FailureFilter all() {
        return ALL;
    }

    /**
     * Selects only failures in one list. A search then reads no other list.
     *
     * @param name {@code failed}, or {@code mail_failed} for the list of the queue {@code mail}
     * @return a filter with this condition
     */
    public FailureFilter list(String name) {
        return new FailureFilter(Objects.requireNonNull(name, "name"), conditions);
    }

    /**
     * Selects only failures whose job came from one queue, in any list.
     *
     * @param name name of the queue
     * @return a filter with this condition
     */
    public FailureFilter queue(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.queue().equals(name));
    }

    /**
     * Selects only failures of one job class.
     *
     * @param name the class, as in the payload
     * @return a filter with this condition
     */
    public FailureFilter jobClass(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.jobClass().equals(name));
    }

    /**
     * Selects only failures of jobs that people know by one class: also of jobs that another system has wrapped, see {@link InnerClass}.
     *
     * @param name the class
     * @return a filter with this condition
     */
    public FailureFilter innerClass(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.innerClass().equals(name));
    }

    /**
     * Selects only failures of jobs of Rails' ActiveJob with an id.
     *
     * @param jobId the {@code job_id}
     * @return a filter with this condition
     */
    public FailureFilter activeJobId(String jobId) {
        Objects.requireNonNull(jobId, "jobId");
        return and(failure -> failure.args().size() == 1
                && failure.args().get(0) instanceof Map<?, ?> hash
                && hash.get("job_class") != null
                && jobId.equals(hash.get("job_id")));
    }

    /**
     * Selects only failures that hold a text, in upper or lower case: in the class, arguments, metadata, id, queue or worker of the job, or in
     * the class, message or backtrace of the exception. A member of an argument counts by name and by value, however its JSON is spelled.
     *
     * @param text the text
     * @return a filter with this condition
     */
    public FailureFilter text(String text) {
        Pattern wanted = Pattern.compile(
                Objects.requireNonNull(text, "text"),
                Pattern.LITERAL | Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
        return and(failure -> Stream.concat(
                        Stream.of(
                                failure.jobClass(),
                                failure.innerClass(),
                                failure.exception(),
                                failure.error(),
                                failure.queue(),
                                failure.worker(),
                                failure.id().orElse(""),
                                failure.args().toString(),
                                failure.metadata().toString()),
                        failure.backtrace().stream())
                .anyMatch(each -> wanted.matcher(each).find()));
    }

    /**
     * Selects only failures for which a condition of the caller holds.
     *
     * @param condition asked of each failure that is read, in the thread that reads it; it must not throw
     * @return a filter with this condition
     */
    public FailureFilter where(Predicate<? super FailedJob> condition) {
        Objects.requireNonNull(condition, "condition");
        return and(condition::test);
    }

    /**
     * Selects only failures with one class of exception.
     *
     * @param name the class, as in the record, such as {@code java.lang.IllegalStateException}
     * @return a filter with this condition
     */
    public FailureFilter exception(String name) {
        Objects.requireNonNull(name, "name");
        return and(failure -> failure.exception().equals(name));
    }

    /**
     * Selects only failures of one tracked job: from a token to the failure behind {@link JobState#FAILED}.
     *
     * @param token as {@code enqueueTracked} returned it, or php-resque's token, after its prefix and {@code _} if it has one
     * @return a filter with this condition
     */
    public FailureFilter token(String token) {
        Objects.requireNonNull(token, "token");
        return and(failure -> failure.token().filter(token::equals).isPresent());
    }

    /**
     * Selects only failures before an instant. A record whose time cannot be read is not selected.
     *
     * @param instant exclusive
     * @return a filter with this condition
     */
    public FailureFilter failedBefore(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return and(failure -> failure.failedAt().filter(instant::isAfter).isPresent());
    }

    /**
     * Selects only failures after an instant. A record whose time cannot be read is not selected.
     *
     * @param instant exclusive
     * @return a filter with this condition
     */
    public FailureFilter failedAfter(Instant instant) {
        Objects.requireNonNull(instant, "instant");
        return and(failure -> failure.failedAt().filter(instant::isBefore).isPresent());
    }

    /**
     * Selects only failures that were retried, or only failures that were not.
     *
     * @param retried true for failures that were retried, false for the others
     * @return a filter with this condition
     */
    public FailureFilter retried(boolean retried) {
        return and(failure -> failure.retriedAtText().isPresent() == retried);
    }

    private FailureFilter and(Predicate<FailedJob> condition) {
        return new FailureFilter(list, conditions == ANY ? condition : conditions.and(condition));
    }

    /**
     * The list that {@link #list(String)} has chosen.
     *
     * @return its name, or empty for all lists
     */
    public Optional<String> list() {
        return Optional.ofNullable(list);
    }

    /**
     * Whether this filter selects every record of its list, or of all lists: the records need not be read to decide.
     *
     * @return false if there is any condition but the list
     */
    public boolean isUnconditional() {
        return conditions == ANY;
    }

    /**
     * Whether this filter selects a failure.
     *
     * @param failure a failure
     * @return true if all conditions hold
     */
    public boolean matches(FailedJob failure) {
        return (list == null || list.equals(failure.list())) && conditions.test(failure);
    }
}
