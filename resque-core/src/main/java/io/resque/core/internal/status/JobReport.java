package io.resque.core.internal.status;

/** What a job tells of itself while it runs. No call but the last waits for Redis. Thread-safe. */
public interface JobReport {
    void progress(long done, long total, String text);

    void log(String line);

    /** The run is over: writes what is not written yet. */
    void end();
}
