package io.resque.core.internal.failure;

import io.resque.api.InvalidJobException;
import io.resque.api.JobFailure;
import io.resque.api.MalformedPayloadException;
import io.resque.api.Retry;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.RetryLaterException;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.ActiveJobHash;
import io.resque.core.internal.wire.ItemShape;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.core.internal.wire.RetryShape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Decides by a policy whether a job that failed runs again, and makes what is written for that. Thread-safe. */
public final class Retries {
    private static final Logger LOG = Log.WORKER;

    /** How long a job waits at first for a worker that knows its class, and at most. */
    private static final Duration FIRST_LOOK = Duration.ofSeconds(1);

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

    private final JobSerializer serializer;
    private final DoubleSupplier random;
    private final boolean isSupported;
    private final RubyRetries ruby;

    /**
     * For one backend.
     *
     * @param random gives numbers from 0 to 1
     * @param isSupported whether the backend can give a job another run; if not, no job gets one, whatever its payload says
     * @param ruby how retries are seen in Ruby
     */
    public Retries(JobSerializer serializer, DoubleSupplier random, boolean isSupported, RubyRetries ruby) {
        this.ruby = ruby;
        this.isSupported = isSupported;
        this.serializer = serializer;
        this.random = random;
    }

    /**
     * A run that failed.
     *
     * @param worker its id
     * @param queue from which the job was taken
     * @param failure what is told of it
     * @param isDeath whether the process of the run died
     * @param ended when it failed, by the clock of the backend, at the latest
     */
    public record FailedRun(
            String worker, String queue, Payload payload, JobOutcome.Failed failure, boolean isDeath, Instant ended) {}

    /**
     * What follows a run that failed.
     *
     * @param delay how long the job waits for its next run; null if it has none
     * @param effects what writes the next run, or what is written because there is none
     * @param givenUp the payload in the failure record if there is none; null for that of the run
     */
    public record Decision(
            @Nullable Duration delay,
            List<Effect> effects,
            @Nullable Payload givenUp) {
        Decision(@Nullable Duration delay, List<Effect> effects) {
            this(delay, effects, null);
        }
    }

    /**
     * Whether the job has a next run.
     *
     * @param policy null if it has none
     */
    public Decision next(@Nullable Retry policy, FailedRun run) {
        Map<?, ?> payload = payload(run.payload());
        if (payload == null) {
            return new Decision(null, List.of());
        }
        ActiveJobHash activeJob = ActiveJobHash.of(payload);
        if (activeJob != null) {
            return next(policy, run, payload, activeJob);
        }
        RetryShape read = RetryShape.read(payload);
        int counted = policy == null ? 0 : ruby.failedRuns(payload, run.ended());
        Decision next = policy == null ? null : next(policy, run, payload, Math.max(counted, read.attempt()));
        return next != null ? next : new Decision(null, counted > 0 ? ruby.forgotten(payload) : ended(payload, read));
    }

    /** Whether a run that failed can have a next one without a policy. */
    public static boolean asksForMore(JobOutcome.Failed failure) {
        return RetryLaterException.wish(failure).isPresent();
    }

    /** The same of a job that counts its runs itself. */
    private Decision next(@Nullable Retry policy, FailedRun run, Map<?, ?> payload, ActiveJobHash job) {
        RetryLaterException.Wish wish =
                run.isDeath() ? null : RetryLaterException.wish(run.failure()).orElse(null);
        if (wish != null) {
            Decision next = again(run, payload, job, null, wish.queue().orElse(null), wish.delay());
            return next != null ? next : new Decision(null, List.of());
        }
        String exception = policy == null || run.isDeath() ? null : ruled(policy, run.failure());
        Retry.Rule rule = policy == null
                ? null
                : exception == null ? policy.rule() : policy.rules().get(exception);
        if (policy == null || rule == null || rule.limit() == 0 || !isMeant(policy, run)) {
            return new Decision(null, List.of());
        }
        String key = rule.counter().orElse("[" + (exception == null ? Throwable.class.getName() : exception) + "]");
        int failed = job.failedRuns(key);
        Duration delay = rule.delay(failed);
        Decision next = failed >= rule.limit()
                ? null
                : again(run, payload, job, key, policy.queue().orElse(null), longer(delay, rule.jitter()));
        return next != null ? next : new Decision(null, List.of(), encoded(job.givenUp(payload, key), run.queue()));
    }

    /**
     * The next run of a job that counts its runs itself; null if its payload cannot be written again.
     *
     * @param key under which the failure counts; null if it counts under none
     * @param wanted the queue; null for that of the job
     */
    private @Nullable Decision again(
            FailedRun run,
            Map<?, ?> payload,
            ActiveJobHash job,
            @Nullable String key,
            @Nullable String wanted,
            Duration delay) {
        String own = job.queueName();
        String queue = wanted != null ? wanted : own != null ? own : run.queue();
        long second = second(run.ended(), delay);
        Instant due = delay.isZero() ? null : Instant.ofEpochSecond(second);
        Effect.Retry retry = written(
                job.next(RetryShape.uncounted(payload), key, queue, run.ended(), due),
                queue,
                run.queue(),
                second,
                true);
        return retry == null ? null : new Decision(delay, List.of(retry));
    }

    private @Nullable Payload encoded(Map<String, @Nullable Object> tree, String queue) {
        try {
            return serializer.encode(tree);
        } catch (InvalidJobException e) {
            LOG.warn(
                    "The failure of a job of {} is not counted in its record, since its payload cannot be written again: {}",
                    JsonRules.forLog(queue),
                    JsonRules.forLog(e.getMessage()));
            return null;
        }
    }

    /** As Rails: a delay is never shorter than its policy says. */
    private Duration longer(Duration delay, double share) {
        return share == 0
                ? delay
                : Duration.ofMillis(Math.round(delay.toMillis() * (1 + share * random.getAsDouble())));
    }

    private static boolean isMeant(Retry policy, FailedRun run) {
        return run.isDeath()
                ? policy.retriesDeaths()
                : isAccepted(
                        policy,
                        new JobFailure(run.failure().exception(), run.failure().message()));
    }

    /** The run of a job of ActiveJob for which another worker is wanted; null if its payload cannot be written again. */
    public @Nullable Decision putBack(FailedRun run, Duration delay) {
        Map<?, ?> payload = payload(run.payload());
        ActiveJobHash job = payload == null ? null : ActiveJobHash.of(payload);
        Effect.Retry retry = job == null ? null : written(job.putBack(payload), run.queue(), run, delay);
        return retry == null ? null : new Decision(delay, List.of(retry));
    }

    /** What is written of a job that was retried and has no further run. */
    public List<Effect> ended(@Nullable String rubyName) {
        return ruby.ended(rubyName);
    }

    private List<Effect> ended(Map<?, ?> payload, RetryShape read) {
        return payload.get("class") instanceof String jobClass ? ended(read.rubyName(jobClass)) : List.of();
    }

    private @Nullable Decision next(Retry policy, FailedRun run, Map<?, ?> payload, int attempt) {
        String exception = run.isDeath() ? null : ruled(policy, run.failure());
        Retry.Rule rule = exception == null ? policy.rule() : policy.rules().get(exception);
        JobFailure failure =
                new JobFailure(run.failure().exception(), run.failure().message());
        if (attempt >= rule.limit() || !isMeant(policy, run)) {
            return null;
        }
        Duration delay = withJitter(rule.delay(attempt), rule.jitter());
        String rubyArgs = ruby.digest(payload);
        Effect.Retry retry = written(
                RetryShape.next(payload, attempt + 1, failure, rubyArgs),
                policy.queue().orElse(run.queue()),
                run,
                delay);
        if (retry == null) {
            return null;
        }
        return new Decision(
                delay,
                rubyArgs == null
                        ? List.of(retry)
                        : List.of(
                                retry,
                                ruby.noted(
                                        payload,
                                        rubyArgs,
                                        attempt,
                                        run,
                                        retry.second(),
                                        delay,
                                        policy.recordsAttempts())));
    }

    /** The next attempt to find a worker that knows the class of the job; null if it has waited for so long. */
    public @Nullable Decision whileUnknown(FailedRun run, Duration longest) {
        Map<?, ?> payload = payload(run.payload());
        if (payload == null) {
            return null;
        }
        RetryShape read = ruby.read(payload, run.ended());
        Instant since = read.unknownSince() == null ? run.ended() : read.unknownSince();
        Duration waited = Duration.between(since, run.ended());
        Duration left = longest.minus(waited);
        if (left.isNegative() || left.isZero()) {
            return null;
        }
        Duration delay = min(left, min(LONGEST_LOOK, max(FIRST_LOOK, waited)));
        return waiting(payload, read, written(read.unknown(payload, since), run.queue(), run, delay), delay);
    }

    /**
     * The run of a job at the second in which its rates let it begin; null if its payload cannot be written again.
     *
     * @param policy null if it has none
     */
    public @Nullable Decision atItsTurn(@Nullable Retry policy, ReservedJob job, long second) {
        Map<?, ?> payload = payload(job.payload());
        if (payload == null) {
            return null;
        }
        RetryShape read = policy == null ? RetryShape.read(payload) : ruby.read(payload, job.reservedAt());
        Duration delay = Duration.between(job.reservedAt(), Instant.ofEpochSecond(second));
        return waiting(payload, read, written(read.waiting(payload), job.queue(), job.queue(), second, false), delay);
    }

    private @Nullable Decision waiting(
            Map<?, ?> payload, RetryShape read, Effect.@Nullable Retry retry, Duration delay) {
        if (retry == null) {
            return null;
        }
        List<Effect> effects = new ArrayList<>(List.of(retry));
        effects.addAll(ruby.waiting(payload, read, retry.second(), delay));
        return new Decision(delay, effects);
    }

    /** The run of a job that cannot run now; null if its payload cannot be written again. */
    public @Nullable Decision later(FailedRun run, Duration delay) {
        Map<?, ?> payload = payload(run.payload());
        if (payload == null) {
            return null;
        }
        Map<String, @Nullable Object> same = new LinkedHashMap<>();
        payload.forEach((name, value) -> same.put((String) name, value));
        return waiting(payload, RetryShape.read(payload), written(same, run.queue(), run, delay), delay);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private @Nullable Map<?, ?> payload(Payload payload) {
        try {
            return isSupported
                            && serializer.decode(payload) instanceof Map<?, ?> tree
                            && OversizePayload.of(tree) == null
                    ? tree
                    : null;
        } catch (MalformedPayloadException e) {
            return null;
        }
    }

    private Effect.@Nullable Retry written(
            Map<String, @Nullable Object> again, String queue, FailedRun run, Duration delay) {
        return written(again, queue, run.queue(), second(run.ended(), delay), true);
    }

    private Effect.@Nullable Retry written(
            Map<String, @Nullable Object> again, String queue, String from, long second, boolean isCounted) {
        try {
            Payload item = serializer.encode(ItemShape.of(again, queue));
            return new Effect.Retry(queue, second, item, serializer.encode(again), isCounted);
        } catch (InvalidJobException e) { // a number or a depth that another library wrote and ours does not write
            LOG.warn(
                    "A job of {} does not run again, since its payload cannot be written again: {}",
                    JsonRules.forLog(from),
                    JsonRules.forLog(e.getMessage()));
            return null;
        }
    }

    /** The nearest class that has a rule of its own; null if none has. */
    private static @Nullable String ruled(Retry policy, JobOutcome.Failed failure) {
        Map<String, Retry.Rule> rules = policy.rules();
        if (rules.containsKey(failure.exception())) {
            return failure.exception();
        }
        return failure.superclasses().stream()
                .filter(rules::containsKey)
                .findFirst()
                .orElse(null);
    }

    private static boolean isAccepted(Retry policy, JobFailure failure) {
        Predicate<? super JobFailure> predicate = policy.predicate().orElse(null);
        try {
            return predicate == null || predicate.test(failure);
        } catch (Throwable e) { // of the user's code: the job must end all the same
            LOG.warn("The predicate of a retry policy threw, so the job is not retried", e);
            return false;
        }
    }

    private Duration withJitter(Duration delay, double share) {
        if (share == 0 || delay.isZero()) {
            return delay;
        }
        double factor = 1 + share * (2 * random.getAsDouble() - 1);
        return Duration.ofMillis(Math.round(delay.toMillis() * factor));
    }

    /** The first second at which the delay is over. Without a delay it is past, whatever the clock of the backend shows. */
    private static long second(Instant ended, Duration delay) {
        if (delay.isZero()) {
            return 0;
        }
        Instant due = ended.plus(delay);
        return due.getNano() == 0 ? due.getEpochSecond() : due.getEpochSecond() + 1;
    }
}
