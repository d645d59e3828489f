package io.resque.api;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What a tracked job has told of itself while it ran, by {@link JobContext#progress} and {@link JobContext#log}.
 *
 * @param done how much of its work is done; 0 if it has not said
 * @param total how much there is to do; 0 if it does not know
 * @param text what it does; empty if it has not said
 * @param lines the last lines that it has logged, at most 20, the oldest first
 * @param logged how many lines it has logged in its last run
 * @param updatedAt when this was written, by the clock of Redis, to the second
 */
public record JobProgress(long done, long total, String text, List<String> lines, long logged, Instant updatedAt) {
    /**
     * Copies the list.
     *
     * @param done how much of its work is done
     * @param total how much there is to do
     * @param text what it does
     * @param lines the last lines that it has logged
     * @param logged how many lines it has logged
     * @param updatedAt when this was written
     */
    public JobProgress {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(updatedAt, "updatedAt");
        lines = List.copyOf(lines);
    }
}
