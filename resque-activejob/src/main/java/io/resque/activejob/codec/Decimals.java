package io.resque.activejob.codec;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The texts of Ruby's {@code BigDecimal}. */
final class Decimals {
    private static final Pattern FORM = Pattern.compile("[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eEdD][-+]?\\d{1,9})?");

    private static final int MOST_CHARACTERS = 10_000;

    /** The largest distance of a decimal exponent from 0: a handler may write all digits. */
    private static final int MOST_EXPONENT = 9_999;

    /** Beyond it, a text with an exponent is written. */
    private static final int MOST_PLAIN_DIGITS = 1_000;

    private Decimals() {}

    /** As a Rails application writes it: without an exponent, and with a fraction. Null if that would be too long. */
    static @Nullable String text(BigDecimal value) {
        if (isTooFar(value) || value.precision() > MOST_CHARACTERS / 2) {
            return null;
        }
        BigDecimal stripped = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        if (Math.abs((long) stripped.scale()) > MOST_PLAIN_DIGITS) {
            return stripped.toString();
        }
        String plain = stripped.toPlainString();
        return plain.indexOf('.') < 0 ? plain + ".0" : plain;
    }

    /** Null if the text is no decimal, or one that is too long. */
    static @Nullable BigDecimal read(String text) {
        String digits = withoutUnderscores(text.strip());
        if (digits == null
                || digits.length() > MOST_CHARACTERS
                || !FORM.matcher(digits).matches()) {
            return null;
        }
        BigDecimal value;
        try {
            value = new BigDecimal(digits.replace('d', 'e').replace('D', 'e'));
        } catch (NumberFormatException e) {
            return null;
        }
        return isTooFar(value) ? null : value;
    }

    /** Ruby allows one between two digits. */
    private static @Nullable String withoutUnderscores(String text) {
        for (int i = text.indexOf('_'); i >= 0; i = text.indexOf('_', i + 1)) {
            if (i == 0
                    || i + 1 == text.length()
                    || !Character.isDigit(text.charAt(i - 1))
                    || !Character.isDigit(text.charAt(i + 1))) {
                return null;
            }
        }
        return text.replace("_", "");
    }

    static boolean isTooFar(BigDecimal value) {
        return Math.abs((long) value.precision() - value.scale()) > MOST_EXPONENT;
    }
}
