package io.resque.tck;

import static io.resque.tck.Checking.ruleIfNamed;

import io.resque.api.spi.JsonRules;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds the first difference between what an adapter has read or written and what is right, and the rule of this place. */
final class JsonDifference {
    private JsonDifference() {}

    /** Chooses the rule of the check that compares two trees, the first of which was read. */
    static void ofRead(@Nullable Object read, @Nullable Object right) {
        Place place = place(read, right);
        if (place != null) {
            ruleIfNamed("W-206");
            ruleIfNamed(
                    switch (place) {
                        case INTEGER -> "W-207";
                        case NUMBER, DECIMAL -> "W-208";
                        case MEMBERS -> "W-215";
                        default -> "W-206";
                    });
        }
    }

    /** Chooses the rule of the check that compares two texts, the first of which was written. */
    static void ofWritten(String written, String right) {
        Place place = null;
        try {
            place = place(StrictJson.read(written), StrictJson.read(right));
        } catch (RuntimeException e) {
            // It is no JSON, and the texts themselves are compared.
        }
        if (!written.equals(right)) {
            ruleIfNamed(
                    switch (place == null ? placeInText(written, right) : place) {
                        case TEXT -> "W-202";
                        case NUMBER -> "W-203";
                        case INTEGER, DECIMAL -> "W-204";
                        default -> "W-201";
                    });
        }
    }

    private enum Place {
        /** A member is absent, or there is one too many. */
        MEMBERS,
        /** Members or elements are in another order, or values of another kind. */
        SHAPE,
        TEXT,
        INTEGER,
        /** A number with a fraction or an exponent. */
        NUMBER,
        DECIMAL
    }

    private static @Nullable Place place(@Nullable Object found, @Nullable Object right) {
        if (found instanceof Map<?, ?> map && right instanceof Map<?, ?> members) {
            if (!map.keySet().equals(members.keySet())) {
                return Place.MEMBERS;
            }
            if (!List.copyOf(map.keySet()).equals(List.copyOf(members.keySet()))) {
                return Place.SHAPE;
            }
            return members.keySet().stream()
                    .map(name -> place(map.get(name), members.get(name)))
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
        if (found instanceof List<?> list && right instanceof List<?> elements) {
            for (int i = 0; i < Math.min(list.size(), elements.size()); i++) {
                Place place = place(list.get(i), elements.get(i));
                if (place != null) {
                    return place;
                }
            }
            return list.size() == elements.size() ? null : Place.SHAPE;
        }
        if (JobSerializerTck.typed(found).equals(JobSerializerTck.typed(right))) {
            return null;
        }
        return right instanceof String ? Place.TEXT : right instanceof Number number ? place(number) : Place.SHAPE;
    }

    private static Place place(Number number) {
        return number instanceof Double ? Place.NUMBER : number instanceof BigDecimal ? Place.DECIMAL : Place.INTEGER;
    }

    /** Two texts of the same tree, or of which one is no JSON. */
    private static Place placeInText(String written, String right) {
        int at = 0;
        boolean quoted = false;
        while (at < Math.min(written.length(), right.length()) && written.charAt(at) == right.charAt(at)) {
            if (quoted && right.charAt(at) == '\\') {
                at++;
            } else if (right.charAt(at) == '"') {
                quoted = !quoted;
            }
            at++;
        }
        if (quoted) {
            return Place.TEXT;
        }
        boolean blank = at < written.length() && Character.isWhitespace(written.charAt(at));
        String number = blank ? "" : numberAround(right, at);
        try {
            return number.isEmpty() ? Place.SHAPE : place(JsonRules.parseNumber(number));
        } catch (RuntimeException e) {
            return Place.SHAPE;
        }
    }

    private static String numberAround(String text, int at) {
        int from = Math.min(at, text.length());
        while (from > 0 && isOfNumber(text.charAt(from - 1))) {
            from--;
        }
        int to = at;
        while (to < text.length() && isOfNumber(text.charAt(to))) {
            to++;
        }
        return text.substring(from, Math.max(from, to));
    }

    private static boolean isOfNumber(char c) {
        return "+-.eE".indexOf(c) >= 0 || c >= '0' && c <= '9';
    }
}
