package io.resque.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Writes figures with as many digits as a measurement deserves. */
final class FigureText {
    private static final int DIGITS = 3;

    private FigureText() {}

    /** With three digits, such as 119,000 and 0.22. */
    static String of(double value) {
        return of(value, DIGITS);
    }

    static String of(double value, int digits) {
        return new DecimalFormat("#,##0.####", DecimalFormatSymbols.getInstance(Locale.ROOT))
                .format(rounded(value, digits));
    }

    static double rounded(double value, int digits) {
        return new BigDecimal(value)
                .round(new MathContext(digits, RoundingMode.HALF_UP))
                .doubleValue();
    }
}
