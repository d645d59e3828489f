package io.resque.core.internal.enqueue;

import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.ArgumentRules;
import io.resque.core.internal.wire.ItemShape;
import io.resque.core.internal.wire.LockShape;
import io.resque.core.internal.wire.MaxPayload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes the bytes of jobs that were checked, with the metadata that listeners and watches add. Thread-safe. */
final class JobEncoder {
    private final ArgumentRules rules;
    private final JobSerializer serializer;
    private final MaxPayload maxPayload;
    private final DelayLimits delays;
    private final StatusTokens tokens;
    private final Supplier<Destination> destination;

    /** The destination is asked for when a job has locks. */
    JobEncoder(
            ArgumentRules rules,
            JobSerializer serializer,
            MaxPayload maxPayload,
            DelayLimits delays,
            StatusTokens tokens,
            Supplier<Destination> destination) {
        this.rules = rules;
        this.serializer = serializer;
        this.maxPayload = maxPayload;
        this.delays = delays;
        this.tokens = tokens;
        this.destination = destination;
    }

    /** The tree of a payload, for a job and its locks. */
    interface Shape extends BiFunction<JobSpec, @Nullable LockClaim, Map<String, @Nullable Object>> {}

    /**
     * A job and its bytes.
     *
     * @param job with all its metadata
     * @param item what is written until it is due; null if it is not delayed
     * @param claim its locks; null if it has none
     */
    record Encoded(
            JobSpec job,
            Payload payload,
            @Nullable Payload item,
            @Nullable LockClaim claim) {}

    /**
     * A job of which listeners were asked. It is not refused for the metadata of watches: if it becomes too large by them, it goes without.
     *
     * @param queue where it goes
     */
    Encoded encode(
            String queue,
            JobSpec checked,
            JobInfo asked,
            List<ResqueListener> listeners,
            EnqueueWatches watches,
            Shape shape,
            boolean isDelayed) {
        JobSpec own = withMetadata(checked, asked, listeners);
        JobSpec watched = watches.withMetadata(own, asked);
        if (watched != own) {
            try {
                return encode(queue, watched, shape, isDelayed);
            } catch (InvalidJobException e) {
                // If the job alone is refused, the caller hears that.
            }
        }
        return encode(queue, own, shape, isDelayed);
    }

    Encoded encode(String queue, JobSpec job, Shape shape, boolean isDelayed) {
        LockClaim claim = claim(queue, job);
        Map<String, @Nullable Object> tree = shape.apply(job, claim);
        Payload payload = payload(job.jobClass(), tree);
        Payload item = null;
        if (isDelayed) {
            item = serializer.encode(ItemShape.of(tree, queue));
            delays.checkSize(job.jobClass(), item);
        }
        return new Encoded(job, payload, item, claim);
    }

    private Payload payload(String jobClass, Map<String, @Nullable Object> tree) {
        Payload payload = serializer.encode(tree);
        if (payload.size() > maxPayload.enqueued()) {
            throw new InvalidJobException("The payload of \"" + JsonRules.forLog(jobClass) + "\" has " + payload.size()
                    + " bytes, more than the " + maxPayload.enqueued()
                    + " that are allowed; send less, such as the name of a file, or raise the"
                    + " largest payload (max-payload, MAX_PAYLOAD) here and where the workers are");
        }
        return payload;
    }

    /** The locks of a job, under an owner of its own; null if it has none. */
    private @Nullable LockClaim claim(String queue, JobSpec checked) {
        if (checked.unique().isEmpty()) {
            return null;
        }
        destination.get().checkLocks();
        LockClaim.Lock lock =
                LockShape.lock(checked.unique().get(), queue, checked.jobClass(), checked.args(), serializer);
        return new LockClaim(tokens.next(), List.of(lock));
    }

    /** The job with the metadata that listeners add; the same job if they add none. */
    private JobSpec withMetadata(JobSpec job, JobInfo asked, List<ResqueListener> listeners) {
        Map<String, @Nullable Object> all = null;
        for (ResqueListener listener : listeners) {
            Map<String, @Nullable Object> added = listener.metadata(asked);
            if (!added.isEmpty()) {
                all = all == null ? new LinkedHashMap<>(job.metadata()) : all;
                for (Map.Entry<String, @Nullable Object> member : added.entrySet()) {
                    if (!all.containsKey(member.getKey())) {
                        all.put(member.getKey(), member.getValue());
                    }
                }
            }
        }
        return all == null ? job : rules.withMetadata(job, all);
    }
}
