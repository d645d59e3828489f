package io.resque.activejob;

import io.resque.activejob.codec.RubyClass;
import io.resque.activejob.codec.RubyDateTime;
import io.resque.activejob.codec.RubyDuration;
import io.resque.activejob.codec.RubySymbol;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/** Values of the codec as values of other classes. */
final class RubyValues {
    /** A text of a few characters can stand for a number of a billion digits. */
    private static final int MOST_DIGITS = 10_000;

    private RubyValues() {}

    @SuppressWarnings("unchecked")
    static <T> Class<T> boxed(Class<T> type) {
        return type.isPrimitive()
                ? (Class<T>) MethodType.methodType(type).wrap().returnType()
                : type;
    }

    /** Null if the value is none of this class. */
    static @Nullable Object as(Object value, Class<?> wanted) {
        Class<?> type = boxed(wanted);
        if (type.isInstance(value)) {
            return value;
        }
        if (value instanceof Number number) {
            return number(number, type);
        }
        if (type == String.class) {
            return value instanceof RubySymbol symbol
                    ? symbol.name()
                    : value instanceof RubyClass module ? module.name() : null;
        }
        if (type == Duration.class && value instanceof RubyDuration duration) {
            return duration.toDuration();
        }
        return time(value, type);
    }

    private static @Nullable Object time(Object value, Class<?> type) {
        if (value instanceof RubyDateTime dateTime) {
            return time(dateTime.value(), type);
        }
        if (value instanceof ZonedDateTime zoned) {
            return type == Instant.class
                    ? zoned.toInstant()
                    : type == OffsetDateTime.class ? zoned.toOffsetDateTime() : null;
        }
        if (value instanceof OffsetDateTime time) {
            return type == Instant.class
                    ? time.toInstant()
                    : type == ZonedDateTime.class ? time.toZonedDateTime() : type == OffsetDateTime.class ? time : null;
        }
        return null;
    }

    private static @Nullable Object number(Number number, Class<?> type) {
        BigDecimal exact = exact(number);
        if (exact == null) {
            return null;
        }
        try {
            if (type == Double.class) {
                return exact.doubleValue();
            } else if (type == Float.class) {
                return exact.floatValue();
            } else if (type == BigDecimal.class) {
                return exact;
            } else if (Math.abs((long) exact.scale()) + exact.precision() > MOST_DIGITS) {
                return null;
            } else if (type == Long.class) {
                return exact.longValueExact();
            } else if (type == Integer.class) {
                return exact.intValueExact();
            } else if (type == Short.class) {
                return exact.shortValueExact();
            } else if (type == Byte.class) {
                return exact.byteValueExact();
            } else if (type == BigInteger.class) {
                return exact.toBigIntegerExact();
            }
        } catch (ArithmeticException e) {
            return null;
        }
        return null;
    }

    private static @Nullable BigDecimal exact(Number number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (number instanceof Double || number instanceof Float) {
            double value = number.doubleValue();
            return Double.isFinite(value) ? BigDecimal.valueOf(value) : null;
        }
        return BigDecimal.valueOf(number.longValue());
    }
}
