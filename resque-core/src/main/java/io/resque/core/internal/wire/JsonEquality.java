package io.resque.core.internal.wire;

import io.resque.api.spi.JsonRules;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares JSON trees: members in any order, numbers by their value. */
final class JsonEquality {
    private JsonEquality() {}

    static boolean equal(@Nullable Object one, @Nullable Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return numbers(a, b);
        }
        if (one instanceof List<?> a && other instanceof List<?> b) {
            return lists(a, b);
        }
        if (one instanceof Map<?, ?> a && other instanceof Map<?, ?> b) {
            return maps(a, b);
        }
        return one == null ? other == null : one.equals(other);
    }

    private static boolean numbers(Number one, Number other) {
        return one.equals(other) || exact(one).compareTo(exact(other)) == 0;
    }

    /** A double stands for its shortest text, as it does in JSON: 0.1 is a tenth. */
    private static BigDecimal exact(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        return number instanceof Double value
                ? new BigDecimal(JsonRules.formatDouble(value))
                : BigDecimal.valueOf(number.longValue());
    }

    private static boolean lists(List<?> one, List<?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        Iterator<?> others = other.iterator();
        for (Object element : one) {
            if (!equal(element, others.next())) {
                return false;
            }
        }
        return true;
    }

    private static boolean maps(Map<?, ?> one, Map<?, ?> other) {
        if (one.size() != other.size()) {
            return false;
        }
        for (Map.Entry<?, ?> member : one.entrySet()) {
            if (!other.containsKey(member.getKey()) || !equal(member.getValue(), other.get(member.getKey()))) {
                return false;
            }
        }
        return true;
    }
}
