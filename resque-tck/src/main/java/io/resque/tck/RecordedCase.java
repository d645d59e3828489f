package io.resque.tck;

import io.resque.api.spi.Payload;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One case of {@link RecordedCases}.
 *
 * @param name the recorded name, which is unique in its file: if a case has no name or shares it, its number in the
 *     file is added
 * @param members the recorded members, as a tree
 */
public record RecordedCase(String name, Map<String, @Nullable Object> members) {
    /**
     * Finds a value by a path of members.
     *
     * @param path for example {@code "expected", "payload"}
     * @return the value; null if it is null or absent
     */
    public @Nullable Object get(String... path) {
        Object value = members;
        for (String member : path) {
            value = value instanceof Map<?, ?> map ? map.get(member) : null;
        }
        return value;
    }

    /**
     * Finds bytes by a path of members. They are recorded as text, or as {@code {"base64": …}} if they are not UTF-8.
     *
     * @param path as for {@link #get}
     * @return the bytes; null if they are null or absent
     */
    public @Nullable Payload payload(String... path) {
        Object value = get(path);
        if (value instanceof Map<?, ?> map) {
            return Payload.of(Base64.getDecoder().decode((String) map.get("base64")));
        }
        return value == null ? null : Payload.ofText((String) value);
    }

    /**
     * Finds the recorded states of Redis: every member of the case, at any depth, that holds keys with their types.
     *
     * @return for the path of each state its keys, as {@code {"resque:failed": {"type": "list", "value": […]}}};
     *     without empty states
     */
    public Map<String, Map<?, ?>> states() {
        Map<String, Map<?, ?>> states = new LinkedHashMap<>();
        addStates("", members, states);
        return states;
    }

    private static void addStates(String path, Map<?, ?> tree, Map<String, Map<?, ?>> states) {
        tree.forEach((name, value) -> {
            if (value instanceof Map<?, ?> map) {
                boolean hasKeys = map.values().stream()
                        .anyMatch(entry ->
                                entry instanceof Map<?, ?> key && key.containsKey("type") && key.containsKey("value"));
                if (hasKeys) {
                    states.put(path + name, map);
                } else {
                    addStates(path + name + ".", map, states);
                }
            }
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
