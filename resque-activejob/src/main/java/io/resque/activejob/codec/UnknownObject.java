package io.resque.activejob.codec;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object that nobody here can read: that of a serializer without an {@link ObjectSerializer}, a GlobalID whose text is none, or a decimal
 * that is no number. It is written as it was read.
 *
 * @param members all members of the JSON object as they stood there, with {@code _aj_serialized} or {@code _aj_globalid}; unmodifiable
 */
public record UnknownObject(Map<String, @Nullable Object> members) {
    /**
     * Makes an object of its members.
     *
     * @param members all members, JSON values, with a marker
     * @throws IllegalArgumentException if the marker is missing
     */
    public UnknownObject {
        if (!members.containsKey(Markers.SERIALIZED)
                && !(members.size() == 1 && members.containsKey(Markers.GLOBAL_ID))) {
            throw new IllegalArgumentException("The members of an object of Ruby hold neither " + Markers.SERIALIZED
                    + " nor alone " + Markers.GLOBAL_ID + "; write a plain hash as a Map");
        }
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /**
     * The Ruby class that wrote the object.
     *
     * @return for example {@code MoneySerializer}; empty if the object names none as a text
     */
    public Optional<String> serializer() {
        return members.get(Markers.SERIALIZED) instanceof String name ? Optional.of(name) : Optional.empty();
    }
}
