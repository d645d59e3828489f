package io.resque.core.internal.wire;

import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockClaim;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of a payload to which no Resque library gives a meaning, and their bounds. */
final class Metadata {
    static final int MAX_MEMBERS = 16;

    /** Of the JSON object that holds the members and nothing else. */
    static final int MAX_BYTES = 8_192;

    /** The names of members that mean something to Ruby, PHP, Node, Jesque or this library. */
    static final Set<String> RESERVED = Set.of(
            "class",
            "args",
            "id",
            "queue_time",
            "prefix",
            "queue",
            "vars",
            "data",
            RetryShape.MEMBER,
            LockClaim.MEMBER,
            CheckpointShape.MEMBER);

    /** The members of a stand-in describe the stand-in. */
    private static final Set<String> STAND_INS = Set.of(OversizePayload.CLASS, FailureShape.UNREADABLE);

    private Metadata() {}

    /** Any program may have written the payload, so this leaves out what is beyond the bounds. */
    static Map<String, @Nullable Object> read(Map<?, ?> payload) {
        Map<String, @Nullable Object> found = null;
        int room = MAX_BYTES - 1; // a brace
        for (Map.Entry<?, ?> member : payload.entrySet()) {
            if (!(member.getKey() instanceof String name) || name.isEmpty() || RESERVED.contains(name)) {
                continue;
            }
            if (found == null) {
                if (payload.get("class") instanceof String jobClass && STAND_INS.contains(jobClass)) {
                    return Map.of();
                }
                found = new LinkedHashMap<>();
            }
            int size = size(name, member.getValue(), room);
            if (size <= room) {
                room -= size;
                found.put(name, member.getValue());
                if (found.size() == MAX_MEMBERS) {
                    break;
                }
            }
        }
        return found == null || found.isEmpty() ? Map.of() : Collections.unmodifiableMap(found);
    }

    /** The bytes that a member takes in an object: name, colon, value, and the comma or brace after it. */
    static int size(String name, @Nullable Object value, int most) {
        int size = text(name) + 2;
        return size > most ? size : size + value(value, most - size);
    }

    /** The bytes of a value as JSON. A number greater than {@code most} stands for all such numbers. */
    static int value(@Nullable Object value, int most) {
        if (value == null) {
            return 4;
        }
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Map<?, ?> map) {
            int size = map.isEmpty() ? 2 : 1;
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (size > most) {
                    break;
                }
                size += size((String) entry.getKey(), entry.getValue(), most - size);
            }
            return size;
        }
        if (value instanceof List<?> list) {
            int size = list.isEmpty() ? 2 : 1;
            for (Object element : list) {
                if (size > most) {
                    break;
                }
                size += value(element, most - size) + 1;
            }
            return size;
        }
        return value instanceof Number number
                ? digits(number)
                : value.toString().length();
    }

    private static int digits(Number number) {
        if (number instanceof Double d) {
            return JsonRules.formatDouble(d).length();
        }
        if (number instanceof BigInteger integer && integer.bitLength() > 4 * MAX_BYTES
                || number instanceof BigDecimal decimal && decimal.precision() > MAX_BYTES) {
            return MAX_BYTES + 1; // to write such a number takes long, and no serializer takes it
        }
        return number.toString().length();
    }

    private static int text(String text) {
        int size = 2;
        for (int i = 0; i < text.length() && size <= MAX_BYTES; i++) {
            char c = text.charAt(i);
            if (c < ' ') {
                size += "\b\f\n\r\t".indexOf(c) < 0 ? 6 : 2;
            } else if (c < 0x80) {
                size += c == '"' || c == '\\' ? 2 : 1;
            } else {
                size += c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
            }
        }
        return size;
    }
}
