package io.resque.activejob.codec;

import org.jspecify.annotations.Nullable;

/**
 * A Ruby range. Its ends are arguments of any type.
 *
 * @param begin the first value; null for a range without a beginning
 * @param end the last value; null for a range without an end
 * @param excludeEnd whether the end is not part of the range: {@code 1...5} rather than {@code 1..5}
 */
public record RubyRange(@Nullable Object begin, @Nullable Object end, boolean excludeEnd) {
    /**
     * A range with its end: {@code begin..end}.
     *
     * @param begin the first value; null for a range without a beginning
     * @param end the last value; null for a range without an end
     * @return the range
     */
    public static RubyRange closed(@Nullable Object begin, @Nullable Object end) {
        return new RubyRange(begin, end, false);
    }

    /**
     * A range without its end: {@code begin...end}.
     *
     * @param begin the first value; null for a range without a beginning
     * @param end the value behind the last one; null for a range without an end
     * @return the range
     */
    public static RubyRange halfOpen(@Nullable Object begin, @Nullable Object end) {
        return new RubyRange(begin, end, true);
    }
}
