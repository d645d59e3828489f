package io.resque.core.internal.wire;

import io.resque.api.Retry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The retry policies of a worker as a tree, as far as they say what follows from the death of the worker. Delays are in milliseconds.
 *
 * <pre>
 * {"Mail":{"limit":5,"delays":[10000],"doubles_to":3600000,"jitter":0.2,"queue":"later","records":true},"Charge":{"limit":0}}
 * </pre>
 */
public final class PolicyShape {
    private static final String LIMIT = "limit";
    private static final String DELAYS = "delays";
    private static final String DOUBLES_TO = "doubles_to";
    private static final String JITTER = "jitter";
    private static final String QUEUE = "queue";
    private static final String RECORDS = "records";

    private PolicyShape() {}

    public static Map<String, @Nullable Object> of(Map<String, Retry> policies) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        policies.forEach((jobClass, policy) -> tree.put(jobClass, tree(policy)));
        return tree;
    }

    private static Map<String, @Nullable Object> tree(Retry policy) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        if (!policy.retriesDeaths()) {
            tree.put(LIMIT, 0L);
            return tree;
        }
        Retry.Rule rule = policy.rule();
        tree.put(LIMIT, (long) rule.limit());
        tree.put(DELAYS, rule.delays().stream().map(Duration::toMillis).toList());
        rule.doublesTo().ifPresent(most -> tree.put(DOUBLES_TO, most.toMillis()));
        tree.put(JITTER, rule.jitter());
        policy.queue().ifPresent(queue -> tree.put(QUEUE, queue));
        if (policy.recordsAttempts()) {
            tree.put(RECORDS, true);
        }
        return tree;
    }

    /** What follows from a death of a worker over a job of this class; empty if the class has no policy that can be read. */
    public static Optional<Retry> read(@Nullable Object tree, String jobClass) {
        if (!(tree instanceof Map<?, ?> all)
                || !(all.get(jobClass) instanceof Map<?, ?> own)
                || !(own.get(LIMIT) instanceof Number limit)) {
            return Optional.empty();
        }
        try {
            if (limit.intValue() < 1) {
                return Optional.of(Retry.limit(1).retryDeaths(false));
            }
            Retry policy = Retry.limit(limit.intValue());
            List<Duration> delays = new ArrayList<>();
            if (own.get(DELAYS) instanceof List<?> some) {
                some.forEach(delay -> delays.add(millis(delay)));
            }
            if (!delays.isEmpty()) {
                policy = own.get(DOUBLES_TO) instanceof Number most
                        ? policy.exponential(delays.get(0), millis(most))
                        : policy.delays(
                                delays.get(0), delays.subList(1, delays.size()).toArray(Duration[]::new));
            }
            policy = policy.jitter(own.get(JITTER) instanceof Number share ? share.doubleValue() : 0);
            if (own.get(QUEUE) instanceof String queue) {
                policy = policy.queue(queue);
            }
            return Optional.of(Boolean.TRUE.equals(own.get(RECORDS)) ? policy.recordAttempts() : policy);
        } catch (IllegalArgumentException e) { // somebody else wrote it
            return Optional.empty();
        }
    }

    private static Duration millis(@Nullable Object value) {
        if (value instanceof Number number) {
            return Duration.ofMillis(number.longValue());
        }
        throw new IllegalArgumentException("A delay is no number");
    }
}
