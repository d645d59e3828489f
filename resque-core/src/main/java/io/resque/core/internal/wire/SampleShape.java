package io.resque.core.internal.wire;

import io.resque.api.HistorySample;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sample of the history. A queue without jobs is left out. A sample that is kept for days has the lengths of the queues alone, as in {@code
 * {"mail":12}}.
 *
 * <pre>
 * {"processed":17,"failed":2,"failures":1,"workers":4,"working":1,"late":0,"queues":{"mail":[12,3735928559]},"left_out":0}
 * </pre>
 */
public final class SampleShape {
    private SampleShape() {}

    public static Map<String, @Nullable Object> of(HistorySample sample, boolean heads) {
        Map<String, @Nullable Object> queues = new LinkedHashMap<>();
        sample.queues().entrySet().stream()
                .sorted(Map.Entry.comparingByKey()) // so that two writers write the same bytes
                .forEach(queue -> queues.put(
                        queue.getKey(),
                        heads
                                ? List.of(
                                        queue.getValue().length(),
                                        queue.getValue().head())
                                : queue.getValue().length()));
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("processed", sample.processed());
        tree.put("failed", sample.failed());
        tree.put("failures", sample.failures());
        tree.put("workers", sample.workers());
        tree.put("working", sample.working());
        tree.put("late", sample.late());
        tree.put("queues", queues);
        tree.put("left_out", sample.queuesLeftOut());
        return tree;
    }

    /** Null if it is none; any program may have written it. */
    public static @Nullable HistorySample read(@Nullable Object tree, Instant at) {
        if (!(tree instanceof Map<?, ?> sample) || !(sample.get("queues") instanceof Map<?, ?> all)) {
            return null;
        }
        Map<String, HistorySample.Queue> queues = new LinkedHashMap<>();
        all.forEach((name, queue) -> {
            if (queue instanceof Number length) {
                queues.put(String.valueOf(name), new HistorySample.Queue(length.longValue(), HistorySample.NO_HEAD));
            } else if (queue instanceof List<?> numbers && numbers.size() == 2) {
                queues.put(
                        String.valueOf(name), new HistorySample.Queue(number(numbers.get(0)), number(numbers.get(1))));
            }
        });
        return new HistorySample(
                at,
                number(sample.get("processed")),
                number(sample.get("failed")),
                number(sample.get("failures")),
                number(sample.get("workers")),
                number(sample.get("working")),
                number(sample.get("late")),
                queues,
                number(sample.get("left_out")));
    }

    private static long number(@Nullable Object value) {
        return value instanceof Number number ? number.longValue() : 0;
    }
}
