package io.resque.api.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a recurring job, as it stands.
 *
 * @param name its name
 * @param config its bytes; null if there are more of them than the caller wanted to read
 * @param size the number of its bytes
 * @param lastRun the text of its last run, whoever wrote it; null if there is none
 * @param paused whether it is paused
 */
public record RecurringEntry(
        String name,
        @Nullable Payload config,
        long size,
        @Nullable String lastRun,
        boolean paused) {
    /**
     * Refuses null for the name.
     *
     * @param name its name
     * @param config its bytes; null if there are more of them than the caller wanted to read
     * @param size the number of its bytes
     * @param lastRun the text of its last run
     * @param paused whether it is paused
     */
    public RecurringEntry {
        Objects.requireNonNull(name, "name");
    }
}
