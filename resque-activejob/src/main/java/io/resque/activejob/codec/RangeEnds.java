package io.resque.activejob.codec;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ruby makes a range only of two ends that it can compare. */
final class RangeEnds {
    private enum Kind {
        NUMBER,
        TEXT,
        SYMBOL,
        TIME,
        LIST,
        OTHER
    }

    private RangeEnds() {}

    static boolean fit(@Nullable Object begin, @Nullable Object end) {
        if (begin == null || end == null) {
            return true;
        }
        Kind kind = kind(begin);
        return kind == kind(end) && (kind != Kind.OTHER || begin.getClass() == end.getClass());
    }

    private static Kind kind(Object value) {
        if (value instanceof Number || value instanceof RubyDuration) {
            return Kind.NUMBER;
        }
        if (value instanceof String) {
            return Kind.TEXT;
        }
        if (value instanceof RubySymbol) {
            return Kind.SYMBOL;
        }
        if (value instanceof LocalDate
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof ZonedDateTime
                || value instanceof Instant
                || value instanceof RubyDateTime) {
            return Kind.TIME;
        }
        return value instanceof List ? Kind.LIST : Kind.OTHER;
    }
}
