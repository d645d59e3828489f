package io.resque.tck;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads all keys under a prefix, as plain sorted values. */
final class NamespaceDump {
    private NamespaceDump() {}

    static Map<String, Object> of(RespClient client, String prefix) {
        Map<String, Object> dump = new TreeMap<>();
        for (String key : client.keys(RespValues.literally(prefix) + "*")) {
            Object value = value(client, key);
            if (value != null) {
                dump.put(key, value);
            }
        }
        return dump;
    }

    private static @Nullable Object value(RespClient client, String key) {
        String type = String.valueOf(client.text("TYPE", key));
        return switch (type) {
            case "none" -> null;
            case "string" -> client.text("GET", key);
            case "list" -> client.texts("LRANGE", key, 0, -1);
            case "set" -> new TreeSet<>(client.texts("SMEMBERS", key));
            case "hash" -> client.hash(key);
            case "zset" -> pairs(client.texts("ZRANGE", key, 0, -1, "WITHSCORES"));
            default -> throw new IllegalStateException("The kit cannot read '" + key + "', which is a " + type);
        };
    }

    static Map<String, String> pairs(List<@Nullable String> texts) {
        Map<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < texts.size(); i += 2) {
            pairs.put(String.valueOf(texts.get(i)), String.valueOf(texts.get(i + 1)));
        }
        return pairs;
    }
}
