package io.resque.core.internal.wire;

import io.resque.api.InvalidJobException;
import io.resque.api.JobInfo;
import io.resque.api.spi.JsonRules;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job of Rails' ActiveJob: the only argument of its wrapper, the <em>job hash</em>. It counts its runs itself, so that Ruby and Java can take
 * turns on it. All members that are not named here stay as they are.
 *
 * <pre>
 * {"class":"ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper","args":[{"job_class":"WelcomeJob","job_id":"…","queue_name":"default",
 *  "arguments":[1],"executions":1,"exception_executions":{"[AppError]":1},"enqueued_at":"…","scheduled_at":null,
 *  "continuation":{"completed":["prepare"],"current":["rows",2]},"resumptions":0,"java_put_back":3}]}
 * </pre>
 *
 * <p>{@code java_put_back} is ours: how often a worker put the job back that does not know its class. It stands in the hash, since a
 * scheduler of Ruby keeps nothing beside {@code class} and {@code args}.
 *
 * @param members those of the job hash
 * @param jobClass its {@code job_class}, without colons before it
 */
public record ActiveJobHash(Map<?, ?> members, String jobClass) {
    /** The class in the payload. */
    public static final String WRAPPER = "ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper";

    /** The class of Ruby's root namespace: {@code ::A} is {@code A}. */
    private static final String ROOT = "::";

    /** Rails has nine digits. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final String QUEUE_NAME = "queue_name";
    private static final String EXECUTIONS = "executions";
    private static final String EXCEPTION_EXECUTIONS = "exception_executions";
    private static final String CONTINUATION = "continuation";
    private static final String COMPLETED = "completed";
    private static final String CURRENT = "current";
    private static final String RESUMPTIONS = "resumptions";
    private static final String PUT_BACK = "java_put_back";

    /** Whether a job of this class is wrapped, whatever stands in its arguments. */
    public static boolean isWrapper(@Nullable Object jobClass) {
        return jobClass instanceof String name && bare(name).equals(WRAPPER);
    }

    private static String bare(String name) {
        return name.startsWith(ROOT) ? name.substring(ROOT.length()) : name;
    }

    /** Null if it is none, or its hash names no class. */
    public static @Nullable ActiveJobHash of(@Nullable Object jobClass, List<? extends @Nullable Object> args) {
        return isWrapper(jobClass)
                        && args.size() == 1
                        && args.get(0) instanceof Map<?, ?> members
                        && members.get("job_class") instanceof String inner
                        && !bare(inner).isBlank()
                ? new ActiveJobHash(members, bare(inner))
                : null;
    }

    /** The same of a payload. */
    public static @Nullable ActiveJobHash of(Map<?, ?> payload) {
        return payload.get("args") instanceof List<?> args ? of(payload.get("class"), args) : null;
    }

    /** Its own arguments, as JSON values. */
    public List<@Nullable Object> arguments() {
        return ArgumentList.of(members.get("arguments"));
    }

    /** Null if it has none. */
    public @Nullable String jobId() {
        return members.get("job_id") instanceof String id ? id : null;
    }

    /** The job as its policies see it. */
    JobInfo info(JobInfo wrapped) {
        return new JobInfo(
                wrapped.queue(),
                jobClass,
                arguments(),
                Optional.ofNullable(jobId()),
                wrapped.metadata(),
                wrapped.queuedAt());
    }

    /** How many runs were begun before. */
    public int executions() {
        return number(members.get(EXECUTIONS));
    }

    /** How often a worker put it back that does not know its class. */
    public int timesPutBack() {
        return number(members.get(PUT_BACK));
    }

    private static int number(@Nullable Object value) {
        return value instanceof Number number && number.doubleValue() > 0
                ? (int) Math.min(number.doubleValue(), Integer.MAX_VALUE - 1)
                : 0;
    }

    /** How many runs failed that count under this key. As in Rails, all runs if it has no counters. */
    public int failedRuns(String key) {
        Object counters = members.get(EXCEPTION_EXECUTIONS);
        if (counters instanceof Map<?, ?> map) {
            return number(map.get(key));
        }
        return counters instanceof List ? 0 : executions(); // PHP writes an empty map as a list
    }

    /** Where its next run goes; null if it names no queue that a worker can have. */
    public @Nullable String queueName() {
        return members.get(QUEUE_NAME) instanceof String name && QueueNames.problem(name) == null ? name : null;
    }

    /** The hash after a failed run that counts under this key. */
    private Map<String, @Nullable Object> counted(String key) {
        Map<String, @Nullable Object> copy = copy(members);
        Object counters = members.get(EXCEPTION_EXECUTIONS);
        if (counters instanceof Map || counters instanceof List) {
            Map<String, @Nullable Object> counted =
                    counters instanceof Map<?, ?> map ? copy(map) : new LinkedHashMap<>();
            counted.put(key, (long) number(counted.get(key)) + 1);
            copy.put(EXCEPTION_EXECUTIONS, counted);
        }
        return copy;
    }

    /** The payload in the failure record of a job that is given up: as in Rails, the failure is counted and the run is not. */
    public Map<String, @Nullable Object> givenUp(Map<?, ?> payload, String key) {
        return in(payload, counted(key));
    }

    /**
     * The payload of the next run.
     *
     * @param key under which the failure counts; null if it counts under none
     * @param due when the run is due; null for now, which keeps an older time, as Rails does
     */
    public Map<String, @Nullable Object> next(
            Map<?, ?> payload, @Nullable String key, String queue, Instant now, @Nullable Instant due) {
        Map<String, @Nullable Object> copy = key == null ? copy(members) : counted(key);
        copy.put(QUEUE_NAME, queue);
        copy.put(EXECUTIONS, (long) executions() + 1);
        copy.put("enqueued_at", TIME.format(now));
        if (due != null) {
            copy.put("scheduled_at", TIME.format(due));
        }
        copy.remove(PUT_BACK);
        return in(payload, copy);
    }

    /** The payload of a job that waits for a worker which knows its class. */
    public Map<String, @Nullable Object> putBack(Map<?, ?> payload) {
        Map<String, @Nullable Object> copy = copy(members);
        copy.put(PUT_BACK, (long) timesPutBack() + 1);
        return in(payload, copy);
    }

    /** The payload of a job that begins anew: it has all its attempts again. */
    public Map<String, @Nullable Object> anew(Map<?, ?> payload) {
        Map<String, @Nullable Object> copy = copy(members);
        copy.put(EXECUTIONS, 0L);
        copy.put(EXCEPTION_EXECUTIONS, new LinkedHashMap<>());
        copy.replace(RESUMPTIONS, 0L);
        copy.remove(PUT_BACK);
        return in(payload, copy);
    }

    /** Rails' continuation, which says how far the runs before have come; null if it has not begun. */
    @Nullable
    Map<?, ?> continuation() {
        return members.get(CONTINUATION) instanceof Map<?, ?> map
                        && (map.get(CURRENT) != null
                                || map.get(COMPLETED) instanceof List<?> completed && !completed.isEmpty())
                ? map
                : null;
    }

    /**
     * The payload with this continuation. As in Rails, a run that goes on where another stopped is a resumption.
     *
     * @param continuation a JSON tree; null for none
     * @throws InvalidJobException if Rails would not take it for one
     */
    Map<String, @Nullable Object> with(Map<?, ?> payload, @Nullable Object continuation) {
        Map<String, @Nullable Object> copy = copy(members);
        if (continuation == null) {
            copy.remove(CONTINUATION);
        } else {
            check(continuation);
            copy.put(CONTINUATION, continuation);
            copy.put(RESUMPTIONS, (long) number(members.get(RESUMPTIONS)) + (continuation() == null ? 0 : 1));
        }
        return in(payload, copy);
    }

    private static void check(Object continuation) {
        boolean isOne = continuation instanceof Map<?, ?> map
                && map.get(COMPLETED) instanceof List<?> completed
                && completed.stream().allMatch(String.class::isInstance)
                && (!map.containsKey(CURRENT)
                        || map.get(CURRENT) instanceof List<?> current
                                && current.size() == 2
                                && current.get(0) instanceof String);
        if (!isOne) {
            throw new InvalidJobException("The checkpoint of a job of ActiveJob is a continuation of Rails, such as"
                    + " {\"completed\":[\"prepare\"],\"current\":[\"rows\",2]}, was "
                    + JsonRules.kind(continuation));
        }
    }

    /** The payload without what its runs have added. */
    Map<String, @Nullable Object> withoutRuns(Map<?, ?> payload) {
        Map<String, @Nullable Object> copy = copy(members);
        copy.remove(CONTINUATION);
        copy.remove(RESUMPTIONS);
        return in(payload, copy);
    }

    private static Map<String, @Nullable Object> in(Map<?, ?> payload, Map<String, @Nullable Object> hash) {
        Map<String, @Nullable Object> tree = copy(payload);
        List<@Nullable Object> args = new ArrayList<>();
        args.add(hash);
        tree.put("args", args);
        return tree;
    }

    private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put((String) name, value));
        return copy;
    }
}
