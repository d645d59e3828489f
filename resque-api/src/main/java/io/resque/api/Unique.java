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

    /**
     * A plugin of another library, whose own lock a job can use, so that jobs of that library and of this one keep each other away. Each has the kind of lock that
     * the plugin has; a run that cannot begin is dropped or delayed as the plugin does it.
     */
    public enum Plugin {
        /** Ruby's resque-lock: {@code lock:<class>-<arguments>}, until done. */
        RESQUE_LOCK(Kind.UNTIL_DONE, null),

        /** Ruby's resque-lock-timeout: {@code lock:<class>:<arguments>}, while running. */
        RESQUE_LOCK_TIMEOUT(Kind.WHILE_RUNNING, null),

        /** The option {@code @loner} of resque-lock-timeout: {@code loner:lock:<class>:<arguments>}, while queued. */
        RESQUE_LOCK_TIMEOUT_LONER(Kind.WHILE_QUEUED, null),

        /** Ruby's resque-lonely_job: {@code lonely_job:<queue>}, while running. One job of a queue runs at a time; the others are delayed for a second. */
        LONELY_JOB(Kind.WHILE_RUNNING, Duration.ofSeconds(1)),

        /** Ruby's resque-loner: {@code loners:queue:<queue>:job:<digest>}, while queued. */
        RESQUE_LONER(Kind.WHILE_QUEUED, null),

        /** Ruby's resque_solo: {@code solo:queue:<queue>:job:<digest>}, while queued. */
        RESQUE_SOLO(Kind.WHILE_QUEUED, null),

        /** {@code QueueLock} of node-resque: {@code lock:<class>:<queue>:<arguments>}, while queued. */
        NODE_QUEUE_LOCK(Kind.WHILE_QUEUED, null),

        /** {@code JobLock} of node-resque: {@code workerslock:<class>:<queue>:<arguments>}, while running. A run that cannot begin is delayed for a second. */
        NODE_JOB_LOCK(Kind.WHILE_RUNNING, Duration.ofSeconds(1));

        private final Kind kind;
        private final @Nullable Duration delay;

        Plugin(Kind kind, @Nullable Duration delay) {
            this.kind = kind;
            this.delay = delay;
        }
    }

    private final Kind kind;
    private final Duration limit;
    private final @Nullable Duration delay;
    private final @Nullable Function<? super List<@Nullable Object>, String> key;
    private final @Nullable String fixed;
    private final @Nullable Plugin plugin;
    private final boolean ruby34;

    private Unique(Kind kind, Duration limit) {
        this(kind, limit, null, null, null, null, false);
    }

    private Unique(
            Kind kind,
            Duration limit,
            @Nullable Duration delay,
            @Nullable Function<? super List<@Nullable Object>, String> key,
            @Nullable String fixed,
            @Nullable Plugin plugin,
            boolean ruby34) {
        this.kind = kind;
        this.limit = positive(limit, "limit");
        this.delay = delay;
        this.key = key;
        this.fixed = fixed;
        this.plugin = plugin;
        this.ruby34 = ruby34;
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
        return new Unique(Kind.WHILE_QUEUED, limit);
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
        return new Unique(Kind.WHILE_RUNNING, limit);
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
        return new Unique(Kind.UNTIL_DONE, limit);
    }

    /**
     * The lock of a plugin of another library in place of one of ours, so that jobs of that library and of this one keep each other away. Its key is the one that
     * the plugin makes of queue, class and arguments, and its value one that the plugin accepts. A job that another library has enqueued frees the lock
     * in a worker of this library that has this option, where the plugin frees it.
     *
     * <p>A delayed job, and one that waits for a retry, holds no such lock until it is moved onto its queue, as with these plugins.
     *
     * @param plugin the plugin, which says the kind of the lock
     * @param limit as for {@link #whileQueued}, {@link #whileRunning} or {@link #untilDone}; also how long the other library refuses jobs at most
     * @return an option
     * @throws IllegalArgumentException if the limit is shorter than a second or longer than 36,500 days
     */
    public static Unique as(Plugin plugin, Duration limit) {
        return new Unique(plugin.kind, limit, plugin.delay, null, null, plugin, false);
    }

    /**
     * The same option for workers of Ruby 3.4 or later. Plugins that show arguments in their keys show a hash in another way there. Other keys
     * stay as they are.
     *
     * @return an option
     */
    public Unique ruby34() {
        return new Unique(kind, limit, delay, key, fixed, plugin, true);
    }

    /**
     * The same option for jobs with the same key, of whatever class and arguments. With a {@link Plugin} the key is what follows {@code lock:},
     * {@code loner:lock:}, {@code lonely_job:}, {@code workerslock:} or {@code job:} in its own key.
     *
     * @param key the key: 1 to 500 characters, without control characters
     * @return an option
     * @throws IllegalArgumentException if the key is empty, too long, or holds a control character
     */
    public Unique key(String key) {
        return new Unique(kind, limit, delay, null, checked(key), plugin, ruby34);
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
        return new Unique(kind, limit, delay, Objects.requireNonNull(key, "key"), null, plugin, ruby34);
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
        return new Unique(kind, limit, positive(delay, "delay"), key, fixed, plugin, ruby34);
    }

    /**
     * The same option, by which such a job is dropped. This is so without {@link #delayConflicts}, except for plugins that delay it.
     *
     * @return an option
     */
    public Unique dropConflicts() {
        return new Unique(kind, limit, null, key, fixed, plugin, ruby34);
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
     * The plugin whose lock it is.
     *
     * @return empty for a lock of ours
     */
    public Optional<Plugin> plugin() {
        return Optional.ofNullable(plugin);
    }

    /**
     * Whether {@link #ruby34} was chosen.
     *
     * @return whether keys are those of Ruby 3.4
     */
    public boolean isRuby34() {
        return ruby34;
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
     * @return kind, milliseconds, milliseconds of the delay or null, key or null; for the lock of a plugin also its name, and whether it is for Ruby 3.4
     * @throws IllegalStateException if the key is made by a function
     */
    public List<@Nullable Object> toTree() {
        if (key != null) {
            throw new IllegalStateException("The key of a unique job is made by a function, which cannot be sent");
        }
        List<@Nullable Object> tree = new ArrayList<>(Arrays.asList(
                kind.name().toLowerCase(Locale.ROOT),
                limit.toMillis(),
                delay == null ? null : delay.toMillis(),
                fixed));
        if (plugin != null) {
            tree.add(plugin.name().toLowerCase(Locale.ROOT));
            tree.add(ruby34);
        }
        return tree;
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
                && (parts.size() == 4
                        || parts.size() == 6 && parts.get(4) instanceof String && parts.get(5) instanceof Boolean)
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
                    key,
                    parts.size() == 4 ? null : Plugin.valueOf(((String) parts.get(4)).toUpperCase(Locale.ROOT)),
                    parts.size() == 6 && (Boolean) parts.get(5));
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
                && Objects.equals(fixed, unique.fixed)
                && plugin == unique.plugin
                && ruby34 == unique.ruby34;
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, limit, delay, key, fixed, plugin, ruby34);
    }

    /** The kind, the limit and the key, if it is fixed. */
    @Override
    public String toString() {
        return (plugin == null ? kind : plugin) + " for " + limit + (fixed == null ? "" : " by " + fixed);
    }
}
