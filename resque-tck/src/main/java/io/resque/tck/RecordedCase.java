package io.resque.tck;

import io.resque.api.spi.Payload;
import java.util.Base64;
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

    @Override
    public String toString() {
        return name;
    }
}
