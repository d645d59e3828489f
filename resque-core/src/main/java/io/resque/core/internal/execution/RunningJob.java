package io.resque.core.internal.execution;

import org.jspecify.annotations.Nullable;

/** A job that runs, as far as it tells of itself. Thread-safe. */
public interface RunningJob {
    /**
     * Keeps how far it has come.
     *
     * @param cursor a JSON tree; null for nothing
     */
    void checkpoint(@Nullable Object cursor);

    void progress(long done, long total, String text);

    void log(String line);
}
