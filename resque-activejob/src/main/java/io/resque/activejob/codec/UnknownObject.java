package io.resque.activejob.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object that nobody here can read: that of a serializer without an {@link ObjectSerializer}, or a GlobalID whose text is none. It is
 * written as it was read.
 *
 * @param members all members of the JSON object as they stood there, with {@code _aj_serialized} or {@code _aj_globalid}; unmodifiable
 */
public record UnknownObject(Map<String, @Nullable Object> members) {
    /**
     * Makes an object of its members.
     *
     * @param members all members, with the marker
     */
    public UnknownObject {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /**
     * The Ruby class that wrote the object.
     *
     * @return for example {@code MoneySerializer}; empty if the object names none as a text
     */
    public Optional<String> serializer() {
        return members.get("_aj_serialized") instanceof String name ? Optional.of(name) : Optional.empty();
    }
}
