package io.resque.api.spi;

import io.resque.api.MalformedPayloadException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** JSON's numbers as numbers of Java, without loss. */
final class Numbers {
    private static final Map<Class<?>, Integer> BITS = Map.of(
            byte.class,
            7,
            Byte.class,
            7,
            short.class,
            15,
            Short.class,
            15,
            int.class,
            31,
            Integer.class,
            31,
            long.class,
            63,
            Long.class,
            63);

    /** With so many digits every double can be told from its neighbours; some libraries always write them. */
    private static final int DIGITS_OF_A_DOUBLE = 17;

    private Numbers() {}

    /** Of a number, or a string that holds one, as forms in PHP send it; null if it does not fit. */
    static @Nullable Object of(Object tree, Class<?> type) {
        Number number = tree instanceof Number n ? n : tree instanceof String text ? Text.number(text) : null;
        return number == null ? null : of(number, type);
    }

    /** Loaded for a number in a string only. */
    private static final class Text {
        private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

        static @Nullable Number number(String text) {
            try {
                return NUMBER.matcher(text).matches() ? JsonRules.parseNumber(text) : null;
            } catch (MalformedPayloadException e) {
                return null;
            }
        }
    }

    static boolean isNumber(Class<?> type) {
        return BITS.containsKey(type) || type == BigInteger.class || type == BigDecimal.class || isFloating(type);
    }

    private static boolean isFloating(Class<?> type) {
        return isDouble(type) || type == float.class || type == Float.class;
    }

    private static boolean isDouble(Class<?> type) {
        return type == double.class || type == Double.class;
    }

    static String wanted(Class<?> type) {
        Integer bits = BITS.get(type);
        if (bits != null) {
            BigInteger end = BigInteger.ONE.shiftLeft(bits);
            return "an integer from " + end.negate() + " to " + end.subtract(BigInteger.ONE);
        }
        return type == BigInteger.class
                ? "an integer"
                : type == BigDecimal.class
                        ? "a number"
                        : isDouble(type) ? "a number that a double holds" : "a number that a float holds";
    }

    private static @Nullable Object of(Number number, Class<?> type) {
        if (type == BigDecimal.class) {
            return decimal(number);
        }
        if (isFloating(type)) {
            return isDouble(type) ? asDouble(number) : asFloat(number);
        }
        if (number instanceof Double || number instanceof BigDecimal) {
            return null;
        }
        BigInteger integer = number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
        Integer bits = BITS.get(type);
        if (bits == null) {
            return integer;
        }
        return integer.bitLength() <= bits ? narrowed(integer.longValue(), bits) : null;
    }

    private static Object narrowed(long value, int bits) {
        return switch (bits) {
            case 7 -> (Object) (byte) value;
            case 15 -> (Object) (short) value;
            case 31 -> (Object) (int) value;
            default -> (Object) value;
        };
    }

    private static BigDecimal decimal(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof Double value) {
            return new BigDecimal(JsonRules.formatDouble(value));
        }
        return number instanceof BigInteger integer ? new BigDecimal(integer) : BigDecimal.valueOf(number.longValue());
    }

    private static @Nullable Object asDouble(Number number) {
        if (number instanceof Double) {
            return number;
        }
        BigDecimal exact = decimal(number);
        double value = exact.doubleValue();
        if (!Double.isFinite(value)) {
            return null;
        }
        int digits = exact.stripTrailingZeros().precision();
        boolean same = digits <= DIGITS_OF_A_DOUBLE
                && new BigDecimal(value)
                                .round(new MathContext(digits, RoundingMode.HALF_EVEN))
                                .compareTo(exact)
                        == 0;
        return same || new BigDecimal(value).compareTo(exact) == 0 ? (Object) value : null;
    }

    private static @Nullable Object asFloat(Number number) {
        float value = number.floatValue();
        boolean same = Float.isFinite(value) && new BigDecimal(Float.toString(value)).compareTo(decimal(number)) == 0;
        return same ? (Object) value : null;
    }
}
