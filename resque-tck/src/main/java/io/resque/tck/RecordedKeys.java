package io.resque.tck;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes recorded keys, {@code {"resque:<name>": {"type": …, "value": …}}}, into Redis, and converts them to the form
 * of a dump.
 */
final class RecordedKeys {
    private static final String PREFIX = "resque:";

    private RecordedKeys() {}

    /** Recorded keys as a dump, without the prefix, and without keys that only the recording program used. */
    static Map<String, Object> dump(@Nullable Object recorded) {
        Map<String, Object> dump = new TreeMap<>();
        if (recorded instanceof Map<?, ?> keys) {
            keys.forEach((key, entry) -> {
                if (key.toString().startsWith(PREFIX)) {
                    Map<?, ?> typed = (Map<?, ?>) entry;
                    dump.put(name(key.toString()), value(String.valueOf(typed.get("type")), typed.get("value")));
                }
            });
        }
        return dump;
    }

    /** A key without its prefix. */
    static String name(String key) {
        return key.startsWith(PREFIX) ? key.substring(PREFIX.length()) : key;
    }

    private static Object value(String type, @Nullable Object value) {
        return switch (type) {
            case "string" -> text(value);
            case "list" ->
                ((List<?>) list(value)).stream().map(RecordedKeys::text).toList();
            case "set" ->
                new TreeSet<>(
                        ((List<?>) list(value)).stream().map(RecordedKeys::text).toList());
            case "hash", "zset" -> {
                Map<String, String> pairs = type.equals("zset") ? new Scores() : new TreeMap<>();
                if (value instanceof Map<?, ?> map) {
                    map.forEach((field, of) -> pairs.put(field.toString(), text(of)));
                } else {
                    List<?> flat = flat((List<?>) list(value));
                    for (int i = 0; i < flat.size(); i += 2) {
                        pairs.put(text(flat.get(i)), text(flat.get(i + 1)));
                    }
                }
                yield pairs;
            }
            default -> throw new IllegalStateException("A recorded key of type " + type);
        };
    }

    /** The members of a sorted set with their scores. */
    private static final class Scores extends TreeMap<String, String> {
        private static final long serialVersionUID = 1L;
    }

    /** Pairs are recorded as one flat list or as a list of pairs; this makes them flat. */
    private static List<Object> flat(List<?> pairs) {
        List<Object> flat = new ArrayList<>();
        for (Object element : pairs) {
            if (element instanceof List<?> pair) {
                flat.addAll(pair);
            } else {
                flat.add(element);
            }
        }
        return flat;
    }

    private static Object list(@Nullable Object value) {
        return value instanceof List<?> list ? list : List.of();
    }

    private static String text(@Nullable Object recorded) {
        return recorded instanceof Map<?, ?> map
                ? new String(Base64.getDecoder().decode((String) map.get("base64")), StandardCharsets.UTF_8)
                : String.valueOf(recorded);
    }

    /** Writes the keys of a {@link #dump} into Redis. */
    static void load(RespClient redis, String namespace, Map<String, Object> dump) {
        dump.forEach((name, value) -> {
            String key = namespace + ":" + name;
            if (value instanceof String text) {
                redis.call("SET", key, text);
            } else if (value instanceof List<?> list) {
                list.forEach(element -> redis.call("RPUSH", key, element));
            } else if (value instanceof Scores scores) {
                scores.forEach((member, score) -> redis.call("ZADD", key, score, member));
            } else if (value instanceof Map<?, ?> map) {
                map.forEach((field, of) -> redis.call("HSET", key, field, of));
            } else {
                ((Iterable<?>) value).forEach(member -> redis.call("SADD", key, member));
            }
        });
    }
}
