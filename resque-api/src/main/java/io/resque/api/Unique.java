package io.resque.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * That no two equal jobs are on a queue, or run, at the same time. Immutable and thread-safe; each method gives an option of its own.
 *
 * <pre>{@code
 * static final JobType<Sync> SYNC = JobType.of("Sync", "low", Sync.class).unique(Unique.untilDone(Duration.ofHours(1)));
 *
 * boolean enqueued = resque.enqueue(SYNC, new Sync(42)); // false: an equal job waits or runs
 * }</pre>
 *
 * <p>Jobs are equal if they are on the same queue, of the same class, and have the same arguments; or if they are on the same queue and {@link #key}
 * gives them the same key. The lock is taken in the step that enqueues the job, or in which its run begins, and freed in the step that ends it.
 * It stands in Redis, and ends in any case: after its limit, or when its worker was found dead.
 */
public final class Unique {
    /** The longest limit. */
    static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int MOST_TEXT = 500;

    /** When equal jobs are kept away. */
    public enum Kind {
        /** From the enqueue of the job until a worker begins it. */
        WHILE_QUEUED,

        /** From the begin of a run until its end. */
        WHILE_RUNNING,

        /** From the enqueue of the job until it has ended for good, retries included. */
        UNTIL_DONE
    }

    private final Kind kind;
    private final Duration limit;
    private final @Nullable Duration delay;
    private final @Nullable Function<? super List<@Nullable Object>, String> key;
    private final @Nullable String fixed;

    private Unique(
            Kind kind,
            Duration limit,
            @Nullable Duration delay,
            @Nullable Function<? super List<@Nullable Object>, String> key,
            @Nullable String fixed) {
        this.kind = kind;
        this.limit = positive(limit, "limit");
        this.delay = delay;
        this.key = key;
        this.fixed = fixed;
    }

    private static Duration positive(Duration duration, String what) {
        if (Objects.requireNonNull(duration, what).compareTo(Duration.ofSeconds(1)) < 0
                || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("The " + what + " of a unique job must be from a second to "
                    + LONGEST.toDays() + " days, was " + duration);
        }
        return duration;
    }

    /**
     * No job is enqueued while an equal job waits on its queue or for a {@link Limit}, or is delayed.
     *
     * @param limit how long the lock stands after the job was due, if no worker begins it; rounded up to seconds
     * @return an option
     * @throws IllegalArgumentException if the limit is shorter than a second or longer than 36,500 days
     */
    public static Unique whileQueued(Duration limit) {
        return new Unique(Kind.WHILE_QUEUED, limit, null, null, null);
    }

    /**
     * No job is run while an equal job runs. Such a job is dropped, unless {@link #delayConflicts} is chosen.
     *
     * @param limit how long the lock stands after the run has begun, if its worker does not renew it; a worker that lives renews it with
     *     each heartbeat
     * @return an option
     * @throws IllegalArgumentException if the limit is shorter than a second or longer than 36,500 days
     */
    public static Unique whileRunning(Duration limit) {
        return new Unique(Kind.WHILE_RUNNING, limit, null, null, null);
    }

    /**
     * No job is enqueued while an equal job waits on its queue or for a {@link Limit}, is delayed, runs, or waits for a retry.
     *
     * @param limit how long the lock stands after the job was due or its run has begun, if nothing frees it; a worker that lives renews it with
     *     each heartbeat. Nobody renews it while the job waits on its queue: then an equal job is enqueued, and both can run
     * @return an option
     * @throws IllegalArgumentException if the limit is shorter than a second or longer than 36,500 days
     */
    public static Unique untilDone(Duration limit) {
        return new Unique(Kind.UNTIL_DONE, limit, null, null, null);
    }

    /**
     * The same option for jobs with the same key, of whatever class and arguments.
     *
     * @param key the key: 1 to 500 characters, without control characters
     * @return an option
     * @throws IllegalArgumentException if the key is empty, too long, or holds a control character
     */
    public Unique key(String key) {
        return new Unique(kind, limit, delay, null, checked(key));
    }

    /**
     * The same option with a key that is made of the arguments.
     *
     * @param key gives the key of a job for its arguments, in their order; its text must be as for {@link #key(String)}, and its
     *     exception refuses the job. Called once for each job in the process that enqueues it, and for {@link #whileRunning} also in a worker, with
     *     the arguments as JSON has them. Must be thread-safe
     * @return an option
     */
    public Unique key(Function<? super List<@Nullable Object>, String> key) {
        return new Unique(kind, limit, delay, Objects.requireNonNull(key, "key"), null);
    }

    /**
     * The same option, by which a job that a worker cannot run now, because of an equal job, runs later: it becomes a delayed job. Without this
     * choice it is dropped, which {@link JobEnd.Kind#DROPPED} tells.
     *
     * @param delay after how long it tries again; rounded up to seconds
     * @return an option
     * @throws IllegalArgumentException if the delay is shorter than a second or longer than 36,500 days
     */
    public Unique delayConflicts(Duration delay) {
        return new Unique(kind, limit, positive(delay, "delay"), key, fixed);
    }

    private static String checked(@Nullable String key) {
        if (key == null
                || key.isEmpty()
                || key.length() > MOST_TEXT
                || key.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("The key of a unique job must have 1 to " + MOST_TEXT
                    + " characters and no control characters, was "
                    + (key == null ? null : "\"" + (key.length() > 60 ? key.substring(0, 60) + "…" : key) + "\""));
        }
        return key;
    }

    /**
     * When equal jobs are kept away.
     *
     * @return the kind
     */
    public Kind kind() {
        return kind;
    }

    /**
     * How long the lock stands if nothing frees it.
     *
     * @return at least a second
     */
    public Duration limit() {
        return limit;
    }

    /**
     * After how long a job tries again that could not run.
     *
     * @return empty if such a job is dropped
     */
    public Optional<Duration> conflictDelay() {
        return Optional.ofNullable(delay);
    }

    /**
     * The key of a job.
     *
     * @param args its arguments, in order
     * @return empty if it follows from class and arguments
     * @throws InvalidJobException if the function of the key threw, or gave a text that is no key
     */
    public Optional<String> keyFor(List<? extends @Nullable Object> args) {
        if (key == null) {
            return Optional.ofNullable(fixed);
        }
        try {
            return Optional.of(checked(key.apply(Collections.unmodifiableList(new ArrayList<>(args)))));
        } catch (RuntimeException e) {
            throw new InvalidJobException(
                    "The function of the key of a unique job threw, or gave no key: " + e.getMessage(), e);
        }
    }

    /** The same option, with the key of these arguments in place of the function. */
    Unique of(List<? extends @Nullable Object> args) {
        return key == null ? this : key(keyFor(args).orElseThrow());
    }

    /**
     * The option as values that JSON has, to send it to another process.
     *
     * @return kind, seconds, seconds of the delay or null, key or null
     * @throws IllegalStateException if the key is made by a function
     */
    public List<@Nullable Object> toTree() {
        if (key != null) {
            throw new IllegalStateException("The key of a unique job is made by a function, which cannot be sent");
        }
        return Arrays.asList(
                kind.name().toLowerCase(Locale.ROOT), limit.toMillis(), delay == null ? null : delay.toMillis(), fixed);
    }

    /**
     * Reads what {@link #toTree} gave.
     *
     * @param tree the values
     * @return the option
     * @throws IllegalArgumentException if it is something else
     */
    public static Unique ofTree(@Nullable Object tree) {
        if (tree instanceof List<?> parts
                && parts.size() == 4
                && parts.get(0) instanceof String kind
                && parts.get(1) instanceof Number limit
                && (parts.get(2) == null || parts.get(2) instanceof Number)
                && (parts.get(3) == null || parts.get(3) instanceof String)) {
            Number delay = (Number) parts.get(2);
            String key = (String) parts.get(3);
            return new Unique(
                    Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                    Duration.ofMillis(limit.longValue()),
                    delay == null ? null : Duration.ofMillis(delay.longValue()),
                    null,
                    key);
        }
        throw new IllegalArgumentException("This is no option of a unique job: " + tree);
    }

    /** Whether the other option is equal; two options whose keys are made by functions are equal only if the function is the same. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Unique unique
                && kind == unique.kind
                && limit.equals(unique.limit)
                && Objects.equals(delay, unique.delay)
                && Objects.equals(key, unique.key)
                && Objects.equals(fixed, unique.fixed);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, limit, delay, key, fixed);
    }

    /** The kind, the limit and the key, if it is fixed. */
    @Override
    public String toString() {
        return kind + " for " + limit + (fixed == null ? "" : " by " + fixed);
    }
}
