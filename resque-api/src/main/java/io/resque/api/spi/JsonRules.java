package io.resque.api.spi;

import io.resque.api.MalformedPayloadException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
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

    /** Digits that a double may need; a number with more is kept exactly. */
    private static final int DOUBLE_DIGITS = 17;

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

    /** The shortest decimal that reads back as this double: before JDK 19 Double.toString has a digit too many at times. */
    private static BigDecimal shortest(double magnitude) {
        BigDecimal decimal = new BigDecimal(Double.toString(magnitude)).stripTrailingZeros();
        while (decimal.precision() > 1) {
            BigDecimal shorter = shorten(decimal, magnitude);
            if (shorter == null) {
                break;
            }
            decimal = shorter;
        }
        return decimal;
    }

    private static @Nullable BigDecimal shorten(BigDecimal decimal, double magnitude) {
        BigDecimal below = new BigDecimal(decimal.unscaledValue().divide(BigInteger.TEN), decimal.scale() - 1);
        if (below.doubleValue() == magnitude) {
            return below.stripTrailingZeros();
        }
        BigDecimal above = new BigDecimal(below.unscaledValue().add(BigInteger.ONE), below.scale());
        return above.doubleValue() == magnitude ? above.stripTrailingZeros() : null;
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
        if (text.indexOf('.') >= 0 || text.indexOf('e') >= 0 || text.indexOf('E') >= 0) {
            return parseDecimal(text);
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
            throw exponentTooLarge(text);
        }
        if (Math.abs((long) exact.precision() - exact.scale()) > MAX_EXPONENT) {
            throw exponentTooLarge(text);
        }
        double value = Double.parseDouble(text);
        boolean fits = Double.isFinite(value)
                && (value != 0 || exact.signum() == 0)
                && exact.stripTrailingZeros().precision() <= DOUBLE_DIGITS;
        return fits ? (Number) value : exact;
    }

    private static MalformedPayloadException exponentTooLarge(String text) {
        return new MalformedPayloadException("The number " + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                + " has an exponent beyond " + MAX_EXPONENT);
    }

    /**
     * The text of a payload, if it is UTF-8 throughout and does not begin with a byte order mark.
     *
     * @param payload the bytes
     * @return the text
     * @throws MalformedPayloadException if it is not
     */
    public static String decodeUtf8(Payload payload) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(payload.toBytes()))
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
}
