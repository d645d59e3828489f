package io.resque.api;

import java.time.Instant;
import java.util.Objects;

/**
 * A mark in the history, such as a deploy.
 *
 * @param at when, to the second
 * @param text its text, one line
 */
public record HistoryMark(Instant at, String text) {
    /**
     * Refuses null.
     *
     * @param at when
     * @param text its text
     */
    public HistoryMark {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(text, "text");
    }
}
