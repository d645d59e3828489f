package io.resque.cli;

import io.resque.api.spi.JsonRules;
import java.math.BigInteger;

/** Reads numbers of the command line. */
final class Numbers {
    private Numbers() {}

    /** Whether a text is a whole number from 0 to this one. */
    static boolean isWhole(String text, long most) {
        return text.matches("\\d{1,30}") && new BigInteger(text).compareTo(BigInteger.valueOf(most)) <= 0;
    }

    /** A text in a message. */
    static String shown(String text) {
        return "\"" + JsonRules.forLog(text) + "\"";
    }
}
