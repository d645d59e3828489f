package io.resque.core;

import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.MalformedPayloadException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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
 * </pre>
 */
final class PayloadShape {
    /** Beyond it a number is no time in seconds. */
    private static final double LATEST = 1e11;

    private PayloadShape() {}

    /**
     * A job that was read.
     *
     * @param token what its status goes by; null if it has no id
     * @param enqueued its {@code queue_time}, to the second; null if it has none
     */
    record ReadJob(
            String jobClass,
            List<@Nullable Object> args,
            @Nullable String id,
            @Nullable String token,
            @Nullable Instant enqueued) {
        JobInfo info(String queue) {
            return new JobInfo(queue, jobClass, args, Optional.ofNullable(id));
        }
    }

    static Map<String, @Nullable Object> plain(JobSpec job) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("class", job.jobClass());
        tree.put("args", job.args());
        return tree;
    }

    static Map<String, @Nullable Object> tracked(JobSpec job, String token, Instant now) {
        Map<String, @Nullable Object> tree = plain(job);
        tree.put("id", token);
        tree.put("queue_time", ChronoUnit.MICROS.between(Instant.EPOCH, now) / 1e6);
        return tree;
    }

    /** Reads what any Resque wrote. Arguments that are no list are taken as Ruby takes them. */
    static ReadJob read(@Nullable Object tree) {
        if (!(tree instanceof Map<?, ?> payload)) {
            throw new MalformedPayloadException("The payload is " + kind(tree) + ", not an object with class and args");
        }
        if (!(payload.get("class") instanceof String jobClass) || jobClass.isEmpty()) {
            throw new MalformedPayloadException("The payload names no class; its member class is "
                    + (payload.containsKey("class") ? kind(payload.get("class")) : "absent"));
        }
        return new ReadJob(jobClass, args(payload.get("args")), id(payload), token(payload), enqueued(payload));
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

    private static @Nullable Instant enqueued(Map<?, ?> payload) {
        return payload.get("queue_time") instanceof Number time && time.doubleValue() > 0 && time.doubleValue() < LATEST
                ? Instant.ofEpochSecond(time.longValue())
                : null;
    }

    static List<@Nullable Object> args(@Nullable Object args) {
        List<@Nullable Object> list = new ArrayList<>();
        if (args instanceof List<?> values) {
            list.addAll(values);
        } else if (args instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                List<@Nullable Object> pair = new ArrayList<>();
                pair.add(key);
                pair.add(value);
                list.add(pair);
            });
        } else if (args != null) {
            list.add(args);
        }
        return list;
    }

    /** What a JSON value is, for messages: never the value itself. */
    static String kind(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof String text) {
            return text.isEmpty() ? "an empty string" : "a string";
        }
        if (value instanceof Boolean) {
            return "a boolean";
        }
        if (value instanceof Number) {
            return "a number";
        }
        return value instanceof Map ? "an object" : "an array";
    }
}
