package io.resque.activejob.codec;

import java.math.BigDecimal;
import java.math.BigInteger;

/** The numbers of JSON. */
final class Numbers {
    private Numbers() {}

    /** A number of a duration, which Ruby takes for a Float if it has a fraction. */
    static Number seconds(Number number, Place place) {
        return tree(number instanceof BigDecimal decimal ? decimal.doubleValue() : number, place);
    }

    /** A number of a tree: a {@link Long}, a {@link BigInteger} for more, a finite {@link Double} or a {@link BigDecimal}. */
    static Number tree(Number number, Place place) {
        if (number instanceof Long || number instanceof BigInteger) {
            return number;
        }
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.longValue();
        }
        if (number instanceof BigDecimal decimal) {
            if (Decimals.isTooFar(decimal)) {
                throw place.refused("is a number with an exponent beyond 9,999; send it as a text");
            }
            return decimal;
        }
        if (number instanceof Double || number instanceof Float) {
            // By its text, so that 0.1f is 0.1 and not 0.10000000149011612.
            double value = number instanceof Float ? Double.parseDouble(number.toString()) : number.doubleValue();
            if (!Double.isFinite(value)) {
                throw place.refused("is " + number + ", which JSON does not have; send null or a text");
            }
            return value;
        }
        throw place.refused("is a " + number.getClass().getName() + "; send its longValue() or doubleValue()");
    }
}
