package io.resque.core.internal.failure;

import io.resque.api.BackendException;
import io.resque.api.InvalidJobException;
import io.resque.api.RetryKeys;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.RetryShape;
import io.resque.core.internal.wire.RubyRetryName;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToIntBiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Our retries in the keys of Ruby's resque-retry, which expire. They are read only where a run has failed, or a job waits once more,
 * whose payload a scheduler of Ruby or Node may have stripped of our members. Thread-safe.
 */
public final class RubyRetries {
    private static final Logger LOG = Log.WORKER;

    /** Ruby writes no time zone there. */
    private static final DateTimeFormatter FAILED_AT =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The most bytes of the JSON of a failure. Ruby's page shows the exception and the backtrace. */
    private static final int MOST_JSON = 4096;

    private static final int MOST_FRAMES = 20;
    private static final int MOST_TEXT = 500;

    private final JobSerializer serializer;
    private final RetryKeys keys;
    private final ToIntBiFunction<String, Long> failedRuns;

    /**
     * For one backend.
     *
     * @param keys {@link RetryKeys#NONE} if the backend cannot write them
     * @param failedRuns as {@link io.resque.api.spi.DelayedItems#failedRuns}
     */
    public RubyRetries(JobSerializer serializer, RetryKeys keys, ToIntBiFunction<String, Long> failedRuns) {
        this.serializer = serializer;
        this.keys = keys;
        this.failedRuns = failedRuns;
    }

    /** The digest of the arguments of a job, which its next payload holds; null if its retries do not stand in the keys of Ruby. */
    @Nullable
    String digest(Map<?, ?> payload) {
        if (keys == RetryKeys.NONE) { // whatever the payload says, which any program may have written
            return null;
        }
        Object member = payload.get(RetryShape.MEMBER);
        String known = member == null ? null : RetryShape.read(payload).rubyArgs();
        return known != null ? known : RubyRetryName.digest(payload, keys);
    }

    /** How many runs of a job failed whose retry another library has moved; 0 if that is not so. */
    int failedRuns(Map<?, ?> payload, Instant now) {
        String digest = RetryShape.mayBeStripped(payload) ? RubyRetryName.digest(payload, keys) : null;
        if (digest == null) {
            return 0;
        }
        try {
            return failedRuns.applyAsInt(name(payload, digest), now.getEpochSecond());
        } catch (BackendException e) { // the run must end all the same
            LOG.warn(
                    "It was not read how many runs of a {} failed before, so they count anew: {}",
                    JsonRules.forLog(String.valueOf(payload.get("class"))),
                    JsonRules.forLog(e.getMessage()));
            return 0;
        }
    }

    /** The same as a retry, where it waits once more. */
    RetryShape read(Map<?, ?> payload, Instant now) {
        int failed = failedRuns(payload, now);
        return failed == 0
                ? RetryShape.read(payload)
                : RetryShape.stripped(failed, RubyRetryName.digest(payload, keys));
    }

    /** What is written of a job with {@link #failedRuns} that has no further run. */
    List<Effect> forgotten(Map<?, ?> payload) {
        String digest = RubyRetryName.digest(payload, keys);
        return ended(digest == null ? null : name(payload, digest));
    }

    /** What is written of a job with this name that has no further run; null if its retries do not stand in the keys of Ruby. */
    public List<Effect> ended(@Nullable String name) {
        return forgotten(name, true);
    }

    /** What is written of a job with this name that goes onto its queue; null as for {@link #ended}. */
    public List<Effect> moved(@Nullable String name) {
        return forgotten(name, false);
    }

    private List<Effect> forgotten(@Nullable String name, boolean hasEnded) {
        return keys == RetryKeys.NONE || name == null ? List.of() : List.of(new Effect.ForgetRetry(name, hasEnded));
    }

    private static String name(Map<?, ?> payload, String digest) {
        return RubyRetryName.of(String.valueOf(payload.get("class")), digest);
    }

    /**
     * What is written of a retry. As in Ruby, a retry that does not wait has no failure there, nor one whose failure is recorded.
     *
     * @param run the number of the run that failed
     * @param second when the retry is due
     */
    Effect noted(
            Map<?, ?> payload,
            String digest,
            int run,
            Retries.FailedRun failed,
            long second,
            Duration delay,
            boolean isRecorded) {
        Payload failure = delay.isZero() || isRecorded ? null : failure(payload, failed);
        return new Effect.NoteRetry(name(payload, digest), run, second, kept(delay), failure);
    }

    /** What is written of a retry that waits once more, until this second. */
    List<Effect> waiting(Map<?, ?> payload, RetryShape retry, long second, Duration delay) {
        String digest = retry.rubyArgs();
        return waiting(digest == null ? null : name(payload, digest), retry, second, delay);
    }

    /**
     * The same of a job with this name.
     *
     * @param name null as for {@link #ended}
     */
    public List<Effect> waiting(@Nullable String name, RetryShape retry, long second, Duration delay) {
        return keys == RetryKeys.NONE || name == null || retry.attempt() == 0
                ? List.of()
                : List.of(new Effect.NoteRetry(name, retry.attempt() - 1, second, kept(delay), null));
    }

    private static Duration kept(Duration delay) {
        Duration twice = delay.multipliedBy(2);
        return twice.compareTo(Effect.NoteRetry.LEAST_KEPT) > 0 ? twice : Effect.NoteRetry.LEAST_KEPT;
    }

    /** As Ruby writes it; of what is large as much as Ruby's page shows. */
    private @Nullable Payload failure(Map<?, ?> payload, Retries.FailedRun failed) {
        Map<String, @Nullable Object> job = new LinkedHashMap<>();
        job.put("class", payload.get("class"));
        job.put("args", payload.get("args"));
        List<String> frames = failed.failure().frames().stream()
                .limit(MOST_FRAMES)
                .map(RubyRetries::shown)
                .toList();
        Payload whole = failed.payload().size() > MOST_JSON ? null : encoded(job, frames, failed);
        if (isTooLarge(whole)) {
            job.put("args", List.of());
            whole = encoded(job, frames, failed);
        }
        for (int left = frames.size() / 2; isTooLarge(whole) && left > 0; left /= 2) {
            whole = encoded(job, frames.subList(0, left), failed);
        }
        return isTooLarge(whole) ? null : whole;
    }

    private static boolean isTooLarge(@Nullable Payload json) {
        return json == null || json.size() > MOST_JSON;
    }

    private @Nullable Payload encoded(Map<String, ?> job, List<String> frames, Retries.FailedRun failed) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("failed_at", FAILED_AT.format(failed.ended()));
        tree.put("payload", job);
        tree.put("exception", shown(failed.failure().exception()));
        tree.put("error", shown(failed.failure().message()));
        tree.put("backtrace", frames);
        tree.put("worker", shown(failed.worker()));
        tree.put("queue", shown(failed.queue()));
        try {
            return serializer.encode(tree);
        } catch (InvalidJobException e) { // a number or a depth that another library wrote and ours does not write
            return null;
        }
    }

    private static String shown(String text) {
        return RetryShape.shown(text, MOST_TEXT);
    }
}
