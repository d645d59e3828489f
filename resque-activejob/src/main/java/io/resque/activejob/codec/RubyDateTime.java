package io.resque.activejob.codec;

import java.time.OffsetDateTime;
import java.util.Objects;

/**
 * A Ruby {@code DateTime}, which is another class than {@code Time}. A {@code Time} is an {@link OffsetDateTime}.
 *
 * @param value its date, time and offset
 */
public record RubyDateTime(OffsetDateTime value) {
    /**
     * Makes a date with its time.
     *
     * @param value its date, time and offset
     */
    public RubyDateTime {
        Objects.requireNonNull(value, "value");
    }
}
