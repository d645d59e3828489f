package io.resque.api.spi;

import io.resque.api.InvalidJobException;
import io.resque.api.JobArgumentException;
import io.resque.api.MalformedPayloadException;
import io.resque.api.TypeNames;
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
 * The rules that every {@link JobSerializer} must follow and no JSON library follows by default: numbers in the layout
 * of Ruby's json gem, strict UTF-8, and limits. Also shortens and escapes text for logs. Thread-safe.
 */
public final class JsonRules {
    /** The most levels of nested lists and maps that are read. Ruby writes up to 100 levels, with the Oj gem more. */
    public static final int MAX_DEPTH = 200;

    /** The most characters of a number. To parse an integer takes time that grows with the square of its length. */
    public static final int MAX_NUMBER_LENGTH = 1_000;

    /** The largest distance of a decimal exponent from 0. */
    public static final int MAX_EXPONENT = 9_999;

    /** The most characters of one text in a line of a log. */
    private static final int MOST_IN_A_LOG = 1_000;

    /**
     * Different decimals of up to this many digits read as different normal doubles, so each is the shortest form of
     * its double.
     */
    private static final int EXACT_DIGITS = 15;

    private JsonRules() {}

    /**
     * The text of a double, as Ruby's json gem 2.6 writes it: the fewest digits that read back as this double. The text has
     * no exponent if the double is 0, or is at least 0.0001 and either below 10^15 or no integer; otherwise it has an
     * exponent of at least two digits. For a negative double its magnitude decides.
     *
     * @param value a finite double
     * @return for example {@code 1.0}, {@code 1.0e+15}, {@code 5.0e-324}
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
     * The shortest decimal that reads back as this double; of several, the one nearest to it. Before JDK 19,
     * Double.toString sometimes has a digit too many, or a last digit that is not the nearest.
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
        // Above a power of two, doubles are twice as far apart as below it: the decimal further away may be the one
        // that fits.
        BigDecimal above = exact.round(new MathContext(digits, RoundingMode.UP));
        return above.doubleValue() == magnitude ? above : null;
    }

    /**
     * The value of a JSON number.
     *
     * @param text the number as the JSON text spells it; must be valid JSON
     * @return for an integer a {@link Long}, or a {@link BigInteger} if a long is too small; for a number with a
     *     fraction or an exponent a {@link Double}, or a {@link BigDecimal} if a double would lose digits or overflow
     * @throws MalformedPayloadException if the text is longer than {@link #MAX_NUMBER_LENGTH}, or the exponent is beyond
     *     {@link #MAX_EXPONENT}; the message has no position
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

    /**
     * Whether {@link #numberOf} makes values of a type.
     *
     * @param type a class
     * @return true for the primitive numbers, their classes, {@link BigInteger} and {@link BigDecimal}
     */
    public static boolean isNumber(Class<?> type) {
        return Numbers.isNumber(type);
    }

    /**
     * Converts a value of a tree to a type of number, without loss: an integer must be in the range of the type, and a
     * double or float must hold all digits.
     *
     * @param tree the value
     * @param type a type for which {@link #isNumber} is true
     * @return the number; null if the value is neither a number nor a string that holds a JSON number, or does not fit
     */
    public static @Nullable Object numberOf(Object tree, Class<?> type) {
        return Numbers.of(tree, type);
    }

    /**
     * Says which values {@link #numberOf} takes, for messages.
     *
     * @param type a type for which {@link #isNumber} is true
     * @return for example {@code an integer from -128 to 127}
     */
    public static String wantedNumber(Class<?> type) {
        return Numbers.wanted(type);
    }

    /** Whether the text of the double is this decimal: the double then loses nothing. */
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
     * The text of a payload, which must be valid UTF-8 and must not begin with a byte order mark.
     *
     * @param payload the bytes
     * @return the text
     * @throws MalformedPayloadException if the bytes are not valid UTF-8, or begin with a byte order mark
     */
    public static String decodeUtf8(Payload payload) {
        byte[] bytes = payload.toBytes();
        int ascii = 0;
        while (ascii < bytes.length && bytes[ascii] >= 0) {
            ascii++;
        }
        if (ascii == bytes.length) {
            return new String(
                    bytes, StandardCharsets.ISO_8859_1); // nearly every payload; this is faster than a decoder
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
     * Escapes a text from outside for a log or the MDC: it stays on one line, and cannot control a terminal.
     *
     * @param text the text; null becomes {@code null}
     * @return the text with control characters, line separators and direction marks escaped as in JSON, for example
     *     {@code \n} and {@code \u001b}
     */
    public static String onOneLine(@Nullable String text) {
        if (text == null) {
            return "null";
        }
        int plain = 0;
        while (plain < text.length() && isPlain(text, plain)) {
            plain++;
        }
        if (plain == text.length()) {
            return text; // nearly every text; this method is called for each job
        }
        StringBuilder line = new StringBuilder(text.length() + 16).append(text, 0, plain);
        for (int i = plain; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (isPlain(text, i)) {
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
     * Escapes and shortens a name or message for a log, the MDC, the name of a thread or the title of a process. If the
     * text is long, the result is its beginning and the number of characters that are left out.
     *
     * @param text any text
     * @return about 1,000 characters of it at most, escaped as by {@link #onOneLine}
     */
    public static String forLog(@Nullable String text) {
        return text == null || text.length() <= MOST_IN_A_LOG
                ? onOneLine(text)
                : onOneLine(text.substring(0, MOST_IN_A_LOG)) + "… (" + (text.length() - MOST_IN_A_LOG)
                        + " more characters)";
    }

    /** Of the two halves of a surrogate pair, both are what their character is. */
    private static boolean isPlain(String text, int at) {
        char c = text.charAt(at);
        int whole = !Character.isSurrogate(c)
                ? c
                : Character.isHighSurrogate(c) ? text.codePointAt(at) : text.codePointBefore(at + 1);
        return switch (Character.getType(whole)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /**
     * Finds half of a surrogate pair, which UTF-8 cannot encode.
     *
     * @param text the text
     * @return the index of the first one, or -1
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
     * Refuses a tree that {@link JobSerializer#encode} must not write: JSON or UTF-8 cannot express it, or
     * {@link JobSerializer#decode} would not read it back.
     *
     * @param tree the tree
     * @throws InvalidJobException if the tree holds anything but text, booleans, {@link Byte}, {@link Short},
     *     {@link Integer}, {@link Long}, {@link BigInteger}, {@link Double}, {@link BigDecimal}, lists, maps with
     *     string keys and null; or holds NaN, an infinity, a lone surrogate, or a number beyond
     *     {@link #MAX_NUMBER_LENGTH} or {@link #MAX_EXPONENT}; or nests deeper than {@link #MAX_DEPTH}, as a list that
     *     holds itself does
     */
    public static void requireWritable(@Nullable Object tree) {
        requireWritable(tree, 0);
    }

    private static void requireWritable(@Nullable Object value, int depth) {
        // Classes before interfaces: a check that fails takes several times as long for an interface such as List.
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
        // The number of bits first: to count the digits of a very long number takes long.
        boolean readable = number.unscaledValue().bitLength() <= 4 * MAX_NUMBER_LENGTH
                && Math.abs((long) number.precision() - number.scale()) <= MAX_EXPONENT
                && number.toString().length() <= MAX_NUMBER_LENGTH;
        if (!readable) {
            throw new InvalidJobException("A number of more than " + MAX_NUMBER_LENGTH
                    + " characters or an exponent beyond " + MAX_EXPONENT + " would not be read back; send it as text");
        }
    }

    private static String className(@Nullable Object value) {
        return value == null ? "null" : TypeNames.of(value.getClass());
    }

    /**
     * Creates the exception for {@link JobSerializer#convert}, with a message for the author of the job.
     *
     * @param tree the tree; the message names its kind, not its content
     * @param type the type that it does not fit
     * @param reason names the component and the kind of the value, and does not quote the value, as many a library's own message does;
     *     or it is the message of an exception of the class's own constructor, as it is. Up to 300 characters of the first line are
     *     used. An {@link java.lang.reflect.InvocationTargetException} has no message: unwrap it first
     * @param cause the JSON library's exception, or null
     * @return the exception
     */
    public static JobArgumentException doesNotFit(
            @Nullable Object tree, Type type, @Nullable String reason, @Nullable Throwable cause) {
        String line = String.valueOf(reason).lines().findFirst().orElse("");
        String message =
                "Cannot make " + type.getTypeName() + " of " + (tree instanceof String ? "a string" : kind(tree)) + ": "
                        + (line.length() > 300 ? line.substring(0, 300) + "…" : line);
        return cause == null ? new JobArgumentException(message) : new JobArgumentException(message, cause);
    }

    /**
     * The kind of a JSON value, for messages: they get into logs, so they must not show the value.
     *
     * @param tree the value
     * @return such as {@code a string} or {@code an empty string}; for a value that JSON does not have, its class with an article
     */
    public static String kind(@Nullable Object tree) {
        if (tree == null) {
            return "null";
        } else if (tree instanceof String text) {
            return text.isEmpty() ? "an empty string" : "a string";
        } else if (tree instanceof Boolean) {
            return "a boolean";
        } else if (tree instanceof Number) {
            return "a number";
        } else if (tree instanceof List) {
            return "an array";
        } else if (tree instanceof Map) {
            return "an object";
        }
        return TypeNames.withArticle(tree.getClass());
    }
}
