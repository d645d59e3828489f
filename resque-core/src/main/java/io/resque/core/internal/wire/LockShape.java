package io.resque.core.internal.wire;

import io.resque.api.Unique;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.LockClaim;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The name of the lock of a unique job: {@code java:lock:<kind>:<queue>:<key>}. If the user chose no key, it is the class of the job and the SHA-1 of
 * its arguments as JSON, in which the members of each object are sorted by their names. Two spellings of equal arguments so have one name. Locks of plugins have
 * the names of {@link PluginLockName}.
 */
public final class LockShape {
    private static final String PREFIX = "java:lock:";

    private LockShape() {}

    /** The lock of a job with these arguments, which are a JSON tree. */
    public static LockClaim.Lock lock(
            Unique unique,
            String queue,
            String jobClass,
            List<? extends @Nullable Object> args,
            JobSerializer serializer) {
        ActiveJobHash job = ActiveJobHash.of(jobClass, args);
        if (job != null && unique.plugin().isEmpty()) { // its hash differs from that of each equal job
            return named(unique, queue, job.jobClass(), job.arguments(), serializer);
        }
        return named(unique, queue, jobClass, args, serializer);
    }

    private static LockClaim.Lock named(
            Unique unique,
            String queue,
            String jobClass,
            List<? extends @Nullable Object> args,
            JobSerializer serializer) {
        String key = unique.keyFor(args).orElse(null);
        return new LockClaim.Lock(
                unique.kind(),
                unique.plugin().isPresent()
                        ? PluginLockName.of(unique, queue, jobClass, args, serializer)
                        : PREFIX + unique.kind().name().toLowerCase(Locale.ROOT) + ":" + queue + ":"
                                + (key != null
                                        ? key
                                        : jobClass + ":"
                                                + digest(
                                                        "SHA-1",
                                                        serializer
                                                                .encode(sorted(args))
                                                                .toBytes())),
                seconds(unique.limit()),
                unique.conflictDelay().map(LockShape::seconds).orElse(0L));
    }

    private static long seconds(Duration duration) {
        return duration.getNano() == 0 ? duration.toSeconds() : duration.toSeconds() + 1;
    }

    private static @Nullable Object sorted(@Nullable Object value) {
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(sorted(element)));
            return copy;
        } else if (value instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new TreeMap<>();
            map.forEach((name, member) -> copy.put((String) name, sorted(member)));
            return copy;
        }
        return value;
    }

    static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has " + algorithm, e);
        }
    }

    /** The claim that a payload holds; null if it holds none. */
    static @Nullable LockClaim read(Map<?, ?> payload) {
        return payload.get(LockClaim.MEMBER) instanceof String text
                ? LockClaim.parse(text).orElse(null)
                : null;
    }
}
