package io.resque.tck;

import io.resque.api.spi.Payload;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One case of {@link RecordedCases}.
 *
 * @param name as recorded, with its place in the file where it has none or shares it; unique in its file
 * @param members what was recorded, as a tree
 */
public record RecordedCase(String name, Map<String, @Nullable Object> members) {
    /**
     * The value at the end of a path of members.
     *
     * @param path such as {@code "expected", "payload"}
     * @return null if it is null or there is none
     */
    public @Nullable Object get(String... path) {
        Object value = members;
        for (String member : path) {
            value = value instanceof Map<?, ?> map ? map.get(member) : null;
        }
        return value;
    }

    /**
     * The bytes at the end of a path of members: recorded as text, or as {@code {"base64": …}} where they are not UTF-8.
     *
     * @param path as for {@link #get}
     * @return null if it is null or there is none
     */
    public @Nullable Payload payload(String... path) {
        Object value = get(path);
        if (value instanceof Map<?, ?> map) {
            return Payload.of(Base64.getDecoder().decode((String) map.get("base64")));
        }
        return value == null ? null : Payload.ofText((String) value);
    }

    /**
     * What stood in Redis at the moments that were recorded: every member of the case, however deep, that has keys with their types.
     *
     * @return the path of each to its keys, as {@code {"resque:failed": {"type": "list", "value": […]}}}; those that are empty are left
     *     out
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
