package io.resque.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * When a job that failed runs again. Immutable and thread-safe; each method gives a policy of its own.
 *
 * <pre>{@code
 * static final Retry POLITE = Retry.limit(5)
 *         .exponential(Duration.ofSeconds(10), Duration.ofHours(1))
 *         .on(RateLimited.class, Retry.limit(20).fixed(Duration.ofMinutes(5)))
 *         .fatal(IllegalArgumentException.class);
 *
 * static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class).retry(POLITE);
 * }</pre>
 *
 * <p>A worker applies the policy of a job class that it was given by {@link JobType#retry(Retry)} or {@link JobRegistry#retry}. The step
 * that ends a failed run also writes the next run, as a delayed job, or onto the queue if there is no delay. Until the last run there is no
 * failure record, unless {@link #recordAttempts} is chosen, and the job does not count as failed.
 *
 * <p>The death of a process counts as a failed run, since nobody knows how far the job came. So a job with a policy runs at least once, and
 * perhaps again after it had done its work. {@link #retryDeaths} with false ends such a job as a failure.
 */
public final class Retry {
    /** The longest delay. */
    static final Duration LONGEST = Duration.ofDays(36_500);

    private static final double EXPONENTIAL_JITTER = 0.2;

    /** The delay after it would be longer than the longest one. */
    private static final int MOST_POLYNOMIAL = 236;

    // The members of a policy as a tree.
    private static final String LIMIT = "limit";
    private static final String DELAYS = "delays";
    private static final String DOUBLES_TO = "doubles_to";
    private static final String JITTER = "jitter";
    private static final String COUNTER = "counter";
    private static final String QUEUE = "queue";
    private static final String DEATHS = "deaths";
    private static final String RECORDS = "records";
    private static final String ON = "on";

    private final Rule rule;
    private final Map<String, Rule> byException;
    private final @Nullable Predicate<? super JobFailure> predicate;
    private final @Nullable String queue;
    private final boolean deaths;
    private final boolean records;

    private Retry(
            Rule rule,
            Map<String, Rule> byException,
            @Nullable Predicate<? super JobFailure> predicate,
            @Nullable String queue,
            boolean deaths,
            boolean records) {
        this.rule = rule;
        this.byException = Collections.unmodifiableMap(new LinkedHashMap<>(byException));
        this.predicate = predicate;
        this.queue = queue;
        this.deaths = deaths;
        this.records = records;
    }

    /**
     * How often a job runs again, and how long it waits before.
     *
     * @param limit how many runs can follow the first one; 0 for none
     * @param delays the delay before the first retry, the second and so on; the last one repeats. Empty for no delay
     * @param doublesTo if present, the last delay does not repeat, but doubles from retry to retry, up to this
     * @param jitter the share by which a delay is changed at random, up or down: 0 for none, at most 1
     * @param counter under which name a job of Rails' ActiveJob counts the runs that this rule decides; empty for a name made of the class of
     *     the exception
     */
    public record Rule(
            int limit, List<Duration> delays, Optional<Duration> doublesTo, double jitter, Optional<String> counter) {
        /**
         * Refuses values that make no sense.
         *
         * @param limit how many runs can follow the first one
         * @param delays the delay before each retry
         * @param doublesTo up to which delay the last one doubles
         * @param jitter the share by which a delay is changed at random
         * @param counter under which name a job of ActiveJob counts
         * @throws IllegalArgumentException if the limit or a delay is negative, a delay is longer than 36,500 days, or the jitter is not
         *     between 0 and 1
         */
        public Rule {
            delays = List.copyOf(delays);
            if (limit < 0) {
                throw new IllegalArgumentException("The limit of retries must not be negative, was " + limit);
            }
            for (Duration delay : delays) { // no lambda: child processes load this class at their start
                check(delay);
            }
            if (doublesTo.isPresent()) {
                check(doublesTo.get());
            }
            if (!(jitter >= 0 && jitter <= 1)) { // also NaN
                throw new IllegalArgumentException(
                        "jitter must be from 0 to 1, such as 0.2 for a fifth; was " + jitter);
            }
        }

        /**
         * A rule whose counter has no name of its own.
         *
         * @param limit how many runs can follow the first one
         * @param delays the delay before each retry
         * @param doublesTo up to which delay the last one doubles
         * @param jitter the share by which a delay is changed at random
         * @throws IllegalArgumentException as the other constructor
         */
        public Rule(int limit, List<Duration> delays, Optional<Duration> doublesTo, double jitter) {
            this(limit, delays, doublesTo, jitter, Optional.empty());
        }

        private static void check(Duration delay) {
            if (delay.isNegative() || delay.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("A delay of a retry must be from zero to 36,500 days, was " + delay);
            }
        }

        private Map<String, @Nullable Object> toTree() {
            Map<String, @Nullable Object> tree = new LinkedHashMap<>();
            tree.put(LIMIT, (long) limit);
            if (!delays.isEmpty()) {
                tree.put(DELAYS, delays.stream().map(Duration::toMillis).toList());
            }
            doublesTo.ifPresent(most -> tree.put(DOUBLES_TO, most.toMillis()));
            if (jitter > 0) {
                tree.put(JITTER, jitter);
            }
            counter.ifPresent(name -> tree.put(COUNTER, name));
            return tree;
        }

        private static Rule of(Map<?, ?> tree) {
            if (!(tree.get(LIMIT) instanceof Number limit)) {
                throw new IllegalArgumentException("A retry policy has a number as its limit, was " + tree.get(LIMIT));
            }
            List<Duration> delays = new ArrayList<>();
            if (tree.get(DELAYS) instanceof List<?> some) {
                for (Object delay : some) {
                    delays.add(millis(delay));
                }
            }
            return new Rule(
                    limit.intValue(),
                    delays,
                    tree.get(DOUBLES_TO) == null ? Optional.empty() : Optional.of(millis(tree.get(DOUBLES_TO))),
                    tree.get(JITTER) instanceof Number share ? share.doubleValue() : 0,
                    tree.get(COUNTER) instanceof String name ? Optional.of(name) : Optional.empty());
        }

        private static Duration millis(@Nullable Object value) {
            if (value instanceof Number number) {
                return Duration.ofMillis(number.longValue());
            }
            throw new IllegalArgumentException("A delay of a retry policy is a number of milliseconds, was " + value);
        }

        /**
         * The delay before a retry, without jitter.
         *
         * @param attempt how many retries there were before it; 0 before the first retry
         * @return zero if the retry runs at once
         */
        public Duration delay(int attempt) {
            if (delays.isEmpty()) {
                return Duration.ZERO;
            }
            Duration delay = delays.get(Math.min(attempt, delays.size() - 1));
            if (doublesTo.isPresent()) {
                Duration most = doublesTo.get();
                for (int i = delays.size(); i <= attempt && delay.compareTo(most) < 0 && !delay.isZero(); i++) {
                    delay = delay.multipliedBy(2);
                }
                return delay.compareTo(most) < 0 ? delay : most;
            }
            return delay;
        }
    }

    /**
     * A policy that runs a job again at once, at most so many times.
     *
     * @param retries how many runs can follow the first one; at least 1
     * @return a policy
     * @throws IllegalArgumentException if less than 1
     */
    public static Retry limit(int retries) {
        if (retries < 1) {
            throw new IllegalArgumentException("The limit of retries must be at least 1, was " + retries
                    + "; without a policy a job is not retried");
        }
        Rule rule = new Rule(retries, List.of(), Optional.empty(), 0);
        return new Retry(rule, Map.of(), null, null, true, false);
    }

    private Retry with(List<Duration> delays, Optional<Duration> doublesTo, double jitter) {
        return with(new Rule(rule.limit, delays, doublesTo, jitter, rule.counter));
    }

    private Retry with(Rule other) {
        return new Retry(other, byException, predicate, queue, deaths, records);
    }

    /**
     * The same policy with one delay before each retry.
     *
     * @param delay counted from the failure; rounded up to whole seconds of Redis's clock
     * @return a policy
     * @throws IllegalArgumentException if it is negative, or longer than 36,500 days
     */
    public Retry fixed(Duration delay) {
        return with(List.of(delay), Optional.empty(), 0);
    }

    /**
     * The same policy with delays that double from retry to retry, and a {@link #jitter} of 0.2.
     *
     * @param from the delay before the first retry; more than zero
     * @param to the longest delay; not shorter than {@code from}
     * @return a policy
     * @throws IllegalArgumentException if {@code from} is not more than zero, {@code to} is shorter, or one is longer than 36,500 days
     */
    public Retry exponential(Duration from, Duration to) {
        if (from.isNegative() || from.isZero() || to.compareTo(from) < 0) {
            throw new IllegalArgumentException(
                    "exponential needs a first delay of more than zero and a longest delay that"
                            + " is not shorter, was from " + from + " to " + to);
        }
        return with(List.of(from), Optional.of(to), EXPONENTIAL_JITTER);
    }

    /**
     * The same policy with a delay for each retry. If there are more retries than delays, the last delay repeats.
     *
     * @param first before the first retry
     * @param more before the second retry, and so on
     * @return a policy
     * @throws IllegalArgumentException if one is negative, or longer than 36,500 days
     */
    public Retry delays(Duration first, Duration... more) {
        List<Duration> delays = new ArrayList<>();
        delays.add(first);
        delays.addAll(List.of(more));
        return with(delays, Optional.empty(), 0);
    }

    /**
     * The same policy with the delays of Rails' {@code wait: :polynomially_longer}: 3, 18, 83, 258, 627 seconds and so on, which is the number of the
     * failed run to the power of four, and 2 seconds.
     *
     * @return a policy
     */
    public Retry polynomial() {
        List<Duration> delays = new ArrayList<>();
        for (long run = 1; run <= Math.min(rule.limit, MOST_POLYNOMIAL); run++) {
            delays.add(Duration.ofSeconds(run * run * run * run + 2));
        }
        return with(delays, Optional.empty(), 0);
    }

    /**
     * The same policy with another counter for jobs of Rails' ActiveJob. Such a job has a counter for each rule, in the member {@code
     * exception_executions} of its hash: by default {@code [java.io.IOException]} for the rule of that class, and {@code [java.lang.Throwable]}
     * for the rule of all others. If the class of Ruby says {@code retry_on(AppError, OtherError)}, then {@code countedAs("AppError", "OtherError")} has runs in
     * Ruby and in Java count together. Other jobs have one number of runs, and this means nothing to them.
     *
     * @param first the class as Ruby declares it
     * @param more the other classes of the same declaration, in its order
     * @return a policy
     * @throws IllegalArgumentException if a name is empty
     */
    public Retry countedAs(String first, String... more) {
        List<String> names = new ArrayList<>(List.of(first));
        names.addAll(List.of(more));
        if (names.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("The name of a counter is empty; give the class as Ruby declares it");
        }
        return with(new Rule(
                rule.limit,
                rule.delays,
                rule.doublesTo,
                rule.jitter,
                Optional.of("[" + String.join(", ", names) + "]")));
    }

    /**
     * The same policy with delays that are changed at random, so that jobs which failed together do not come back together. To be called
     * after the delays are chosen.
     *
     * @param share 0.2 makes of a delay of ten seconds one from eight to twelve; from 0 to 1
     * @return a policy
     * @throws IllegalArgumentException if it is not from 0 to 1
     */
    public Retry jitter(double share) {
        return with(rule.delays, rule.doublesTo, share);
    }

    /**
     * The same policy with another limit and other delays for an exception and its subclasses. The class of an exception that is the
     * nearest to it decides: of {@code IOException} and {@code ConnectException}, the latter for a {@code ConnectException}. All runs of a
     * job count towards each limit, whatever they threw.
     *
     * @param exception the class
     * @param retry its limit, delays and jitter; it must choose nothing else
     * @return a policy
     * @throws IllegalArgumentException if it chooses more than these
     */
    public Retry on(Class<? extends Throwable> exception, Retry retry) {
        return on(exception.getName(), retry);
    }

    /**
     * The same as {@link #on(Class, Retry)}, for a class that this program does not have.
     *
     * @param exception the binary name of the class, as {@link Class#getName} gives it
     * @param retry its limit, delays and jitter; it must choose nothing else
     * @return a policy
     * @throws IllegalArgumentException if the name is empty, or it chooses more than these
     */
    public Retry on(String exception, Retry retry) {
        if (!retry.byException.isEmpty()
                || retry.predicate != null
                || retry.queue != null
                || !retry.deaths
                || retry.records) {
            throw new IllegalArgumentException("The policy for " + exception
                    + " can choose a limit, delays and jitter; all else belongs to the policy around it");
        }
        return onRule(exception, retry.rule);
    }

    private Retry onRule(String exception, Rule other) {
        if (exception.isBlank()) {
            throw new IllegalArgumentException("The class name of an exception is empty");
        }
        Map<String, Rule> more = new LinkedHashMap<>(byException);
        more.put(exception, other);
        return new Retry(rule, more, predicate, queue, deaths, records);
    }

    /**
     * The same policy without retries after some exceptions and their subclasses, unless {@link #on} names a class that is nearer.
     *
     * @param exceptions the classes
     * @return a policy
     */
    @SafeVarargs
    public final Retry fatal(Class<? extends Throwable>... exceptions) {
        Retry policy = this;
        for (Class<? extends Throwable> exception : exceptions) {
            policy = policy.fatal(exception.getName());
        }
        return policy;
    }

    /**
     * The same as {@link #fatal(Class[])}, for a class that this program does not have.
     *
     * @param exception the binary name of the class
     * @return a policy
     * @throws IllegalArgumentException if the name is empty
     */
    public Retry fatal(String exception) {
        return onRule(exception, new Rule(0, List.of(), Optional.empty(), 0));
    }

    /**
     * The same policy, for failures that a predicate accepts. It is asked in the process of the worker, and not about deaths. If it
     * throws, the job is not retried, and the log says so.
     *
     * @param isRetried whether a failure is retried; must be thread-safe and quick
     * @return a policy
     */
    public Retry when(Predicate<? super JobFailure> isRetried) {
        return new Retry(rule, byException, Objects.requireNonNull(isRetried, "isRetried"), queue, deaths, records);
    }

    /**
     * The same policy with another queue for the retries.
     *
     * @param name of the queue; by default the queue of the failed run
     * @return a policy
     * @throws IllegalArgumentException if it is empty
     */
    public Retry queue(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("The queue of retries is empty; give it a name");
        }
        return new Retry(rule, byException, predicate, name, deaths, records);
    }

    /**
     * The same policy, and whether a death of the process counts as a failed run, which is retried. With false, a job runs at most once
     * where its process dies: its death is recorded as a failure.
     *
     * @param retried by default true
     * @return a policy
     */
    public Retry retryDeaths(boolean retried) {
        return new Retry(rule, byException, predicate, queue, retried, records);
    }

    /**
     * The same policy with a failure record for each failed run, as resque-retry writes it. By default only the last run of a job leaves
     * one.
     *
     * @return a policy
     */
    public Retry recordAttempts() {
        return new Retry(rule, byException, predicate, queue, deaths, true);
    }

    /**
     * The rule for every exception that has none of its own, and for deaths.
     *
     * @return the limit and the delays
     */
    public Rule rule() {
        return rule;
    }

    /**
     * The rules for exceptions.
     *
     * @return a rule for each class name, in the order in which they were given; unmodifiable
     */
    public Map<String, Rule> rules() {
        return byException;
    }

    /**
     * What {@link #when} was given.
     *
     * @return empty if every failure can be retried
     */
    public Optional<Predicate<? super JobFailure>> predicate() {
        return Optional.ofNullable(predicate);
    }

    /**
     * The queue of the retries.
     *
     * @return empty for the queue of the failed run
     */
    public Optional<String> queue() {
        return Optional.ofNullable(queue);
    }

    /**
     * Whether a death of the process is retried.
     *
     * @return what {@link #retryDeaths} was given
     */
    public boolean retriesDeaths() {
        return deaths;
    }

    /**
     * Whether each failed run leaves a failure record.
     *
     * @return true after {@link #recordAttempts}
     */
    public boolean recordsAttempts() {
        return records;
    }

    /**
     * The policy as a JSON tree, as it is written to Redis. Delays are in milliseconds. What {@link #when} was given is not a part of it.
     *
     * <pre>{@code
     * {"limit":5,"delays":[10000],"doubles_to":3600000,"jitter":0.2,"queue":"later","deaths":false,"records":true,
     *  "on":{"java.net.ConnectException":{"limit":20,"delays":[300000]}}}
     * }</pre>
     *
     * @return a map that may be changed
     */
    public Map<String, @Nullable Object> toTree() {
        Map<String, @Nullable Object> tree = rule.toTree();
        if (queue != null) {
            tree.put(QUEUE, queue);
        }
        if (!deaths) {
            tree.put(DEATHS, false);
        }
        if (records) {
            tree.put(RECORDS, true);
        }
        if (!byException.isEmpty()) {
            Map<String, @Nullable Object> rules = new LinkedHashMap<>();
            byException.forEach((exception, other) -> rules.put(exception, other.toTree()));
            tree.put(ON, rules);
        }
        return tree;
    }

    /**
     * Reads what {@link #toTree} gives. Unknown members are passed over.
     *
     * @param tree a JSON tree
     * @return a policy
     * @throws IllegalArgumentException if it is no policy
     */
    public static Retry ofTree(@Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("A retry policy is a JSON object, was " + tree);
        }
        Retry policy = limit(1).with(Rule.of(members));
        if (members.get(QUEUE) instanceof String name) {
            policy = policy.queue(name);
        }
        if (Boolean.FALSE.equals(members.get(DEATHS))) {
            policy = policy.retryDeaths(false);
        }
        if (Boolean.TRUE.equals(members.get(RECORDS))) {
            policy = policy.recordAttempts();
        }
        if (members.get(ON) instanceof Map<?, ?> rules) {
            for (Map.Entry<?, ?> each : rules.entrySet()) {
                if (each.getKey() instanceof String exception && each.getValue() instanceof Map<?, ?> other) {
                    policy = policy.onRule(exception, Rule.of(other));
                }
            }
        }
        return policy;
    }
}
