package io.resque.core.internal.wire;

import io.resque.api.Unique;
import io.resque.api.spi.JobSerializer;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names that plugins of Ruby and Node give to their locks.
 *
 * <pre>
 * lock:Sync-[1, "a"]                                      resque-lock
 * lock:Sync:1-a                                           resque-lock-timeout
 * loner:lock:Sync:1-a                                     resque-lock-timeout with &#64;loner
 * lonely_job:low                                          resque-lonely_job
 * loners:queue:low:job:79ed16aa85b6494fdaf148f2e0e0761f   resque-loner; solo: resque_solo
 * lock:sync:low:[1,"a"]                                   QueueLock of node-resque
 * workerslock:sync:low:[1,"a"]                            JobLock of node-resque
 * </pre>
 */
final class PluginLockName {
    private PluginLockName() {}

    /** The name of the lock of a job with these arguments, which are a JSON tree, or with the key of the option. */
    static String of(
            Unique unique,
            String queue,
            String jobClass,
            List<? extends @Nullable Object> args,
            JobSerializer serializer) {
        RubyText ruby = new RubyText(unique.isRuby34());
        String key = unique.keyFor(args).orElse(null);
        return switch (unique.plugin().orElseThrow()) {
            case RESQUE_LOCK -> "lock:" + (key != null ? key : jobClass + "-" + ruby.inspected(args));
            case RESQUE_LOCK_TIMEOUT -> "lock:" + (key != null ? key : jobClass + ":" + ruby.joined(args, "-"));
            case RESQUE_LOCK_TIMEOUT_LONER ->
                "loner:lock:" + (key != null ? key : jobClass + ":" + ruby.joined(args, "-"));
            case LONELY_JOB -> "lonely_job:" + (key != null ? key : queue);
            case RESQUE_LONER ->
                "loners:queue:" + queue + ":job:" + (key != null ? key : md5(jobClass, args, serializer));
            case RESQUE_SOLO -> "solo:queue:" + queue + ":job:" + (key != null ? key : md5(jobClass, args, serializer));
            case NODE_QUEUE_LOCK -> "lock:" + (key != null ? key : ofNode(queue, jobClass, args, serializer));
            case NODE_JOB_LOCK -> "workerslock:" + (key != null ? key : ofNode(queue, jobClass, args, serializer));
        };
    }

    /** Of class and arguments, each hash among which is the list of its sorted pairs; hashes in these stay. */
    private static String md5(String jobClass, List<? extends @Nullable Object> args, JobSerializer serializer) {
        List<@Nullable Object> shown = new ArrayList<>();
        for (Object arg : args) {
            if (arg instanceof Map<?, ?> map) {
                List<Object> pairs = new ArrayList<>();
                new TreeMap<>(map).forEach((name, value) -> {
                    List<@Nullable Object> pair = new ArrayList<>();
                    pair.add(name);
                    pair.add(value);
                    pairs.add(pair);
                });
                shown.add(pairs);
            } else {
                shown.add(arg);
            }
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("class", jobClass);
        tree.put("args", shown);
        return LockShape.digest("MD5", serializer.encode(tree).toBytes());
    }

    private static String ofNode(
            String queue, String jobClass, List<? extends @Nullable Object> args, JobSerializer serializer) {
        return jobClass + ":" + queue + ":" + serializer.encode(ofNode(args)).text();
    }

    /** JavaScript writes a whole number without a fraction. */
    private static @Nullable Object ofNode(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(ofNode(element)));
            return copy;
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, member) -> copy.put((String) name, ofNode(member)));
            return copy;
        } else if (value instanceof Number number
                && number.doubleValue() % 1 == 0
                && Math.abs(number.doubleValue()) < 1e21
                && (number instanceof Double || number instanceof Float || number instanceof BigDecimal)) {
            return new BigDecimal(number.toString()).toBigInteger();
        }
        return value;
    }
}
