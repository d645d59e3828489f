package io.resque.core.internal.wire;

/** The names of Ruby's counters, which are its keys {@code stat:<name>}. */
public final class CounterNames {
    /** Jobs that workers have ended, whether or not they failed. */
    public static final String PROCESSED = "processed";

    public static final String FAILED = "failed";

    private CounterNames() {}

    public static String processedBy(String worker) {
        return PROCESSED + ":" + worker;
    }

    public static String failedBy(String worker) {
        return FAILED + ":" + worker;
    }
}
