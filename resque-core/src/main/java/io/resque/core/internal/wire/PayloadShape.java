package io.resque.core.internal.wire;

import io.resque.api.InnerClass;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.MalformedPayloadException;
import io.resque.api.WrappedJobs;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockClaim;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a job as a tree.
 *
 * <pre>
 * Ruby, Node   {"class":"My_Job","args":[1,"x"]}
 * PHP          {"class":"My_Job","args":[{"name":"Chris"}],"id":"…32 hex…","prefix":"","queue_time":1795361599.46152}
 * Jesque       {"class":"My_Job","args":null,"vars":{"name":"Chris"}}
 * mjphaynes    {"id":"…","class":"My_Job","data":{"name":"Chris"}}
 * </pre>
 */
public final class PayloadShape {
    /** A {@code queue_time} that is larger, of the year 5138 or later, is not a time in seconds. */
    private static final double LATEST = 1e11;

    /** In a second. */
    private static final double MICROS = 1e6;

    private PayloadShape() {}

    /**
     * A job that was read.
     *
     * @param token the token of its status; null if it has no id
     * @param metadata its other members, within their bounds
     * @param queuedAt its {@code queue_time}; null if it has none
     * @param retry which run of the job it is
     * @param claim its locks; null if it names none
     * @param checkpoint how far the runs before have come; null if they have not said
     * @param activeJob its hash if it is a job of Rails' ActiveJob; null if it is not
     */
    public record ReadJob(
            String jobClass,
            List<@Nullable Object> args,
            @Nullable String id,
            @Nullable String token,
            Map<String, @Nullable Object> metadata,
            @Nullable Instant queuedAt,
            RetryShape retry,
            @Nullable LockClaim claim,
            @Nullable Object checkpoint,
            @Nullable ActiveJobHash activeJob) {
        public JobInfo info(String queue) {
            return new JobInfo(queue, jobClass, args, Optional.ofNullable(id), metadata, Optional.ofNullable(queuedAt));
        }

        /** The job as its policies see it, by its own class and arguments. */
        public JobInfo inner(String queue) {
            return activeJob == null ? info(queue) : activeJob.info(info(queue));
        }

        /** The name under which a worker has the policies of the job. */
        public String policyName() {
            return activeJob == null ? jobClass : WrappedJobs.policyName(activeJob.jobClass());
        }

        /** The class by which people know the job. */
        public String shownClass() {
            return InnerClass.of(jobClass, args);
        }

        /** How many runs failed before and were retried. */
        public int attempt() {
            return activeJob == null ? retry.attempt() : activeJob.executions();
        }
    }

    public static Map<String, @Nullable Object> plain(JobSpec job) {
        return plain(job, null);
    }

    public static Map<String, @Nullable Object> plain(JobSpec job, @Nullable LockClaim claim) {
        Map<String, @Nullable Object> tree = classAndArgs(job, claim);
        return withMetadata(tree, job);
    }

    public static Map<String, @Nullable Object> tracked(JobSpec job, String token, Instant now) {
        return tracked(job, null, token, now);
    }

    public static Map<String, @Nullable Object> tracked(
            JobSpec job, @Nullable LockClaim claim, String token, Instant now) {
        Map<String, @Nullable Object> tree = classAndArgs(job, claim);
        tree.put("id", token);
        tree.put("queue_time", ChronoUnit.MICROS.between(Instant.EPOCH, now) / MICROS);
        return withMetadata(tree, job);
    }

    private static Map<String, @Nullable Object> withMetadata(Map<String, @Nullable Object> tree, JobSpec job) {
        tree.putAll(job.metadata());
        if (job.retry().isPresent()) {
            tree.put(RetryShape.MEMBER, RetryShape.enqueued(job.retry().get()));
        }
        return tree;
    }

    /** The claim stands before the id, which must be near the end of a payload that is too large to be read. */
    private static Map<String, @Nullable Object> classAndArgs(JobSpec job, @Nullable LockClaim claim) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("class", job.jobClass());
        tree.put("args", job.args());
        if (claim != null) {
            tree.put(LockClaim.MEMBER, claim.text());
        }
        return tree;
    }

    /** Reads a payload of any library. */
    public static ReadJob read(@Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> payload)) {
            throw new MalformedPayloadException(
                    "The payload is " + JsonRules.kind(tree) + ", not an object with class and args");
        }
        if (!hasClass(payload) || !(payload.get("class") instanceof String jobClass)) {
            throw new MalformedPayloadException("The payload names no class; its member class is "
                    + (payload.containsKey("class") ? JsonRules.kind(payload.get("class")) : "absent"));
        }
        List<@Nullable Object> args = args(payload);
        return new ReadJob(
                jobClass,
                args,
                id(payload),
                token(payload),
                Metadata.read(payload),
                queuedAt(payload),
                RetryShape.read(payload),
                LockShape.read(payload),
                CheckpointShape.read(payload),
                ActiveJobHash.of(jobClass, args));
    }

    /**
     * A new payload with the class and the arguments of a payload that was read. Named arguments stay in the member in which the
     * library of the job keeps them ({@code vars} or {@code data}), so that its workers find them.
     */
    public static Map<String, @Nullable Object> again(Map<?, ?> payload) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("class", payload.get("class"));
        String named = named(payload);
        if (!"data".equals(named)) {
            Object args = payload.get("args");
            tree.put("args", args == null && named != null ? null : ArgumentList.of(args));
        }
        if (named != null) {
            tree.put(named, payload.get(named));
        }
        return tree;
    }

    static boolean hasClass(Map<?, ?> payload) {
        return payload.get("class") instanceof String jobClass && !jobClass.isEmpty();
    }

    static @Nullable String id(Map<?, ?> payload) {
        return payload.get("id") instanceof String text && !text.isEmpty() ? text : null;
    }

    static @Nullable String token(Map<?, ?> payload) {
        String id = id(payload);
        return id != null && payload.get("prefix") instanceof String prefix && !prefix.isEmpty()
                ? prefix + "_" + id
                : id;
    }

    static @Nullable Instant queuedAt(Map<?, ?> payload) {
        return payload.get("queue_time") instanceof Number time && time.doubleValue() > 0 && time.doubleValue() < LATEST
                ? Instant.EPOCH.plus(Math.round(time.doubleValue() * MICROS), ChronoUnit.MICROS)
                : null;
    }

    /** The values of {@code args}, as Ruby reads them. If there are named arguments, their map is one more argument at the end. */
    static List<@Nullable Object> args(Map<?, ?> payload) {
        List<@Nullable Object> args = ArgumentList.of(payload.get("args"));
        String named = named(payload);
        if (named != null) {
            args.add(payload.get(named));
        }
        return args;
    }

    /**
     * The name of the member that holds named arguments; null if there are none. {@code data} counts only in a payload without
     * {@code args}, since no library writes both.
     */
    private static @Nullable String named(Map<?, ?> payload) {
        if (payload.get("vars") instanceof Map<?, ?> vars && !vars.isEmpty()) {
            return "vars";
        }
        return !payload.containsKey("args") && payload.get("data") instanceof Map<?, ?> data && !data.isEmpty()
                ? "data"
                : null;
    }
}
