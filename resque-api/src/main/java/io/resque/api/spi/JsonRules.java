package io.resque.api.spi;

import io.resque.api.InvalidJobException;
import io.resque.api.JobArgumentException;
import io.resque.api.MalformedPayloadException;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every {@link JobSerializer} must do alike and no JSON library does: the layout of numbers as Ruby's json gem
 * writes them, strict UTF-8, and the limits.
 */
public final class JsonRules {
    /** How deep a value may nest when read. Ruby writes 100 levels, or with the Oj gem more. */
    public static final int MAX_DEPTH = 200;

    /** How many characters a number may have. Turning a longer one into an integer takes quadratic time. */
    public static final int MAX_NUMBER_LENGTH = 1_000;

    /** How far a decimal exponent may be from 0. */
    public static final int MAX_EXPONENT = 9_999;

    /** Characters of one text in a line of a log. */
    private static final int MOST_IN_A_LOG = 1_000;

    /** Decimals of so many digits read as different normal doubles, so each is the shortest form of its double. */
    private static final int EXACT_DIGITS = 15;

    private JsonRules() {}

    /**
     * The text of a double, as Ruby's json gem 2.6 writes it: the shortest digits that read back as this double; plain
     * from 0.0001 up to 16 digits, with an exponent of at least two digits otherwise.
     *
     * @param value a finite double
     * @return such as {@code 1.0}, {@code 1.0e+15}, {@code 5.0e-324}
     * @throws IllegalArgumentException for NaN and the infinities, which JSON does not have
     */
    public static String formatDouble(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(value + " has no JSON form");
        }
        String sign = Double.compare(value, 0.0) < 0 ? "-" : "";
        double magnitude = Math.abs(value);
        if (magnitude == 0) {
            return sign + "0.0";
        }
        BigDecimal decimal = shortest(magnitude);
        String digits = decimal.unscaledValue().toString();
        int length = digits.length();
        int point = length - decimal.scale(); // value = 0.digits * 10^point
        if (point > 0 && point < length) {
            return sign + digits.substring(0, point) + "." + digits.substring(point);
        }
        if (point >= length && point <= 15) {
            return sign + digits + "0".repeat(point - length) + ".0";
        }
        if (point > -4 && point <= 0) {
            return sign + "0." + "0".repeat(-point) + digits;
        }
        int exponent = point - 1;
        return sign + digits.charAt(0) + "." + (length == 1 ? "0" : digits.substring(1)) + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
    }

    /**
     * The shortest decimal that reads back as this double, and of those the nearest to it: before JDK 19
     * Double.toString has a digit too many at times, or a last digit that is not the nearest.
     */
    private static BigDecimal shortest(double magnitude) {
        BigDecimal found = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
        if (found.precision() <= EXACT_DIGITS && magnitude >= Double.MIN_NORMAL) {
            return found;
        }
        BigDecimal exact = new BigDecimal(magnitude);
        for (int digits = found.precision(); digits > 0; digits--) {
            BigDecimal shorter = nearest(exact, digits, magnitude);
            if (shorter == null) {
                break;
            }
            found = shorter;
        }
        return found.stripTrailingZeros();
    }

    private static @Nullable BigDecimal nearest(BigDecimal exact, int digits, double magnitude) {
        BigDecimal nearest = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
        if (nearest.doubleValue() == magnitude) {
            return nearest;
        }
        // Above a power of two, doubles are twice as far apart as below: the farther decimal may be the one that fits.
        BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
        return above.doubleValue() == magnitude ? above : null;
    }

    /**
     * The value of a JSON number.
     *
     * @param text the number as it stands in the JSON text, valid by JSON's grammar
     * @return for an integer a {@link Long}, or a {@link BigInteger} where that is too small; for a number with
     *     fraction or exponent a {@link Double}, or a {@link BigDecimal} where that would lose digits or overflow
     * @throws MalformedPayloadException if it is longer than {@link #MAX_NUMBER_LENGTH}, or its exponent is beyond
     *     {@link #MAX_EXPONENT}
     */
    public static Number parseNumber(String text) {
        if (text.length() > MAX_NUMBER_LENGTH) {
            throw new MalformedPayloadException(
                    "A number of " + text.length() + " characters; at most " + MAX_NUMBER_LENGTH + " are read");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '.' || c > '9') { // an e or E
                return parseDecimal(text);
            }
        }
        if (text.length() < 19) {
            return Long.parseLong(text);
        }
        BigInteger integer = new BigInteger(text);
        return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
    }

    private static Number parseDecimal(String text) {
        BigDecimal exact;
        try {
            exact = new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw exponentTooLarge();
        }
        if (Math.abs((long) exact.precision() - exact.scale()) > MAX_EXPONENT) {
            throw exponentTooLarge();
        }
        double value = Double.parseDouble(text);
        return isFormOf(value, exact) ? (Number) value : exact;
    }

    /** Whether writing the double gives this decimal again, so that nothing is lost by keeping only the double. */
    private static boolean isFormOf(double value, BigDecimal exact) {
        double magnitude = Math.abs(value);
        if (magnitude == 0 || !Double.isFinite(value)) {
            return magnitude == 0 && exact.signum() == 0;
        }
        return magnitude >= Double.MIN_NORMAL && exact.stripTrailingZeros().precision() <= EXACT_DIGITS
                || shortest(magnitude).compareTo(exact.abs()) == 0;
    }

    private static MalformedPayloadException exponentTooLarge() {
        return new MalformedPayloadException("A number with an exponent beyond " + MAX_EXPONENT);
    }

    /**
     * The text of a payload, if it is UTF-8 throughout and does not begin with a byte order mark.
     *
     * @param payload the bytes
     * @return the text
     * @throws MalformedPayloadException if it is not
     */
    public static String decodeUtf8(Payload payload) {
        byte[] bytes = payload.toBytes();
        int ascii = 0;
        while (ascii < bytes.length && bytes[ascii] >= 0) {
            ascii++;
        }
        if (ascii == bytes.length) {
            return new String(bytes, StandardCharsets.ISO_8859_1); // as most, without a decoder
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedPayloadException("Not valid UTF-8", e);
        }
        if (!text.isEmpty() && text.charAt(0) == '\uFEFF') {
            throw new MalformedPayloadException("Begins with a byte order mark");
        }
        return text;
    }

    /**
     * A text from outside as it may stand in a log or an MDC: on its line, and without a say over a terminal.
     *
     * @param text the text; null for one that is not there
     * @return the text with control characters, line separators and marks of direction as JSON escapes them, such as
     *     {@code \n} and {@code \u001b}
     */
    public static String onOneLine(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        int plain = 0;
        while (plain < text.length() && isPlain(text.charAt(plain))) {
            plain++;
        }
        if (plain == text.length()) {
            return text; // as nearly all, and this is asked for each job
        }
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (isPlain(c)) {
                        line.append(c);
                    } else {
                        line.append(String.format("\\u%04x", (int) c));
                    }
                }
            }
        }
        return line.toString();
    }

    /**
     * A name or a message for a line of a log, for the MDC, the name of a thread or the title of a process: on one line, and of
     * a long one the beginning only, with the number of characters that are not shown.
     *
     * @param text any text
     * @return no more than about 1,000 characters of it, as {@link #onOneLine} gives them
     */
    public static String forLog(@Nullable String text) {
        return text == null || text.length() <= MOST_IN_A_LOG
                ? onOneLine(text)
                : onOneLine(text.substring(0, MOST_IN_A_LOG)) + "… (" + (text.length() - MOST_IN_A_LOG)
                        + " more characters)";
    }

    private static boolean isPlain(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /**
     * Where a text has half of a surrogate pair, which UTF-8 cannot carry.
     *
     * @param text the text
     * @return the index of the first, or -1
     */
    public static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isSurrogate(c)) {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else {
                return i;
            }
        }
        return -1;
    }

    /**
     * Refuses a tree that {@link JobSerializer#encode} must not write: one that JSON or UTF-8 cannot carry, or that
     * {@link JobSerializer#decode} would not read back.
     *
     * @param tree the tree
     * @throws InvalidJobException if it holds anything but text, booleans, {@link Byte}, {@link Short},
     *     {@link Integer}, {@link Long}, {@link BigInteger}, {@link Double}, {@link BigDecimal}, lists, maps with
     *     string keys and null; or NaN, an infinity, a lone surrogate, a number beyond {@link #MAX_NUMBER_LENGTH} or
     *     {@link #MAX_EXPONENT}; or nests deeper than {@link #MAX_DEPTH}, as a list that holds itself does
     */
    public static void requireWritable(@Nullable Object tree) {
        requireWritable(tree, 0);
    }

    private static void requireWritable(@Nullable Object value, int depth) {
        // Classes first: whether something is no List, an interface, takes Java several times as long.
        if (value instanceof String text) {
            requireUnicode(text);
        } else if (value == null
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Boolean
                || value instanceof Short
                || value instanceof Byte) {
            return;
        } else if (!(value instanceof AbstractMap) && value instanceof List<?> list) {
            requireDepth(depth + 1);
            for (Object element : list) {
                requireWritable(element, depth + 1);
            }
        } else if (value instanceof Map<?, ?> map) {
            requireDepth(depth + 1);
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                if (!(entry.getKey() instanceof String key)) {
                    throw new InvalidJobException(
                            "A map has a key of " + className(entry.getKey()) + "; keys in JSON are strings");
                }
                requireUnicode(key);
                requireWritable(entry.getValue(), depth + 1);
            }
        } else if (value instanceof Double number) {
            if (!Double.isFinite(number)) {
                throw new InvalidJobException(number + " has no JSON form; send null or text in its place");
            }
        } else if (value instanceof BigInteger integer) {
            requireSize(new BigDecimal(integer));
        } else if (value instanceof BigDecimal decimal) {
            requireSize(decimal);
        } else {
            throw new InvalidJobException("A value of " + className(value)
                    + " cannot be sent; send text, a boolean, an integer, a double, a BigDecimal, a list or a map");
        }
    }

    private static void requireUnicode(String text) {
        int at = loneSurrogate(text);
        if (at >= 0) {
            throw new InvalidJobException(
                    "Text with half of a surrogate pair at index " + at + " cannot be sent; UTF-8 has no bytes for it");
        }
    }

    private static void requireDepth(int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidJobException("Lists and maps nest deeper than " + MAX_DEPTH
                    + " levels, or one holds itself; no worker would read that");
        }
    }

    private static void requireSize(BigDecimal number) {
        // The bits come first: the digits of a very long number take long to count.
        boolean readable = number.unscaledValue().bitLength() <= 4 * MAX_NUMBER_LENGTH
                && Math.abs((long) number.precision() - number.scale()) <= MAX_EXPONENT
                && number.toString().length() <= MAX_NUMBER_LENGTH;
        if (!readable) {
            throw new InvalidJobException("A number of more than " + MAX_NUMBER_LENGTH
                    + " characters or an exponent beyond " + MAX_EXPONENT + " would not be read back; send it as text");
        }
    }

    private static String className(@Nullable Object value) {
        return value == null ? "null" : value.getClass().getName();
    }

    /**
     * What {@link JobSerializer#convert} throws, with all that a job's author needs in its message.
     *
     * @param tree what was found; its kind is named, not its content
     * @param type what was wanted
     * @param reason the library's words; the first line is kept, up to 300 characters
     * @param cause what the library threw, or null
     * @return the exception
     */
    public static JobArgumentException doesNotFit(
            @Nullable Object tree, Type type, @Nullable String reason, @Nullable Throwable cause) {
        String line = String.valueOf(reason).lines().findFirst().orElse("");
        String message = "Cannot make " + type.getTypeName() + " of " + kind(tree) + ": "
                + (line.length() > 300 ? line.substring(0, 300) + "…" : line);
        return cause == null ? new JobArgumentException(message) : new JobArgumentException(message, cause);
    }

    private static String kind(@Nullable Object tree) {
        if (tree == null) {
            return "null";
        } else if (tree instanceof String) {
            return "a string";
        } else if (tree instanceof Boolean) {
            return "a boolean";
        } else if (tree instanceof Number) {
            return "a number";
        } else if (tree instanceof List) {
            return "an array";
        } else if (tree instanceof Map) {
            return "an object";
        }
        return tree.getClass().getName();
    }
}
