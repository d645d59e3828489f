package io.resque.core.internal.wire;

import io.resque.api.spi.JsonRules;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values as Ruby's {@code join} and {@code inspect} show them. Immutable. */
final class RubyText {
    private final String arrow;

    /**
     * For workers of one version of Ruby.
     *
     * @param spacedHashes whether a hash is shown as <code>{"a" => 1}</code>, as from Ruby 3.4 on, and not as <code>{"a"=>1}</code>
     */
    RubyText(boolean spacedHashes) {
        arrow = spacedHashes ? " => " : "=>";
    }

    /** As {@code values.join(separator)}: inner lists are joined in the same way. */
    String joined(List<?> values, String separator) {
        StringBuilder text = new StringBuilder();
        join(values, separator, text);
        return text.toString();
    }

    private void join(List<?> values, String separator, StringBuilder text) {
        boolean isFirst = true;
        for (Object value : values) {
            if (!isFirst) {
                text.append(separator);
            }
            isFirst = false;
            if (value instanceof List<?> inner) {
                join(inner, separator, text);
            } else if (value instanceof String string) {
                text.append(string);
            } else if (value != null) {
                inspect(value, text);
            }
        }
    }

    /** As {@code value.inspect}. */
    String inspected(@Nullable Object value) {
        StringBuilder text = new StringBuilder();
        inspect(value, text);
        return text.toString();
    }

    private void inspect(@Nullable Object value, StringBuilder text) {
        if (value == null) {
            text.append("nil");
        } else if (value instanceof String string) {
            inspect(string, text);
        } else if (value instanceof List<?> list) {
            String between = "[";
            for (Object each : list) {
                text.append(between);
                inspect(each, text);
                between = ", ";
            }
            text.append(list.isEmpty() ? "[]" : "]");
        } else if (value instanceof Map<?, ?> map) {
            String between = "{";
            for (Map.Entry<?, ?> each : map.entrySet()) {
                text.append(between);
                inspect(each.getKey(), text);
                text.append(arrow);
                inspect(each.getValue(), text);
                between = ", ";
            }
            text.append(map.isEmpty() ? "{}" : "}");
        } else if (value instanceof Number number) {
            text.append(number(number));
        } else {
            text.append(value);
        }
    }

    /** Ruby reads every number with a fraction or an exponent as a double. */
    private static String number(Number number) {
        if (number instanceof Long || number instanceof Integer || number instanceof BigInteger) {
            return number.toString();
        }
        double value = number.doubleValue();
        return Double.isInfinite(value) ? (value > 0 ? "Infinity" : "-Infinity") : JsonRules.formatDouble(value);
    }

    private static void inspect(String value, StringBuilder text) {
        text.append('"');
        for (int at = 0; at < value.length(); ) {
            int c = value.codePointAt(at);
            at += Character.charCount(c);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                case '\f' -> text.append("\\f");
                case 0x0B -> text.append("\\v");
                case '\b' -> text.append("\\b");
                case 0x07 -> text.append("\\a");
                case 0x1B -> text.append("\\e");
                case 0x7F -> text.append("\\x7F");
                case '#' -> text.append(isInterpolation(value, at) ? "\\#" : "#");
                default -> {
                    if (isPrintable(c)) {
                        text.appendCodePoint(c);
                    } else {
                        text.append(c > 0xFFFF ? String.format("\\u{%X}", c) : String.format("\\u%04X", c));
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean isInterpolation(String value, int at) {
        return at < value.length() && "{$@".indexOf(value.charAt(at)) >= 0;
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.UNASSIGNED,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }
}
