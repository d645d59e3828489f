package io.resque.core;

/** The names of Ruby's counters, which are its keys {@code stat:<name>}. */
final class CounterNames {
    /** Jobs that workers have ended, whether or not they failed. */
    static final String PROCESSED = "processed";

    static final String FAILED = "failed";

    private CounterNames() {}

    static String processedBy(String worker) {
        return PROCESSED + ":" + worker;
    }

    static String failedBy(String worker) {
        return FAILED + ":" + worker;
    }
}
