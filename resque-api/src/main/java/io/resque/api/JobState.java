package io.resque.api;

import java.util.Optional;

/** Where a tracked job stands; the codes are php-resque's. */
public enum JobState {
    /** Enqueued, not yet taken. */
    WAITING(1),
    /** A worker runs it. */
    RUNNING(2),
    /** It ended with a failure. */
    FAILED(3),
    /** It ended well, or by {@link DontPerformException}. */
    COMPLETE(4);

    private final int code;

    JobState(int code) {
        this.code = code;
    }

    /**
     * The number in the status record.
     *
     * @return 1 to 4
     */
    public int code() {
        return code;
    }

    /**
     * Whether the job has ended; its status then expires.
     *
     * @return true for {@link #FAILED} and {@link #COMPLETE}
     */
    public boolean isFinal() {
        return this == FAILED || this == COMPLETE;
    }

    /**
     * The state of a code.
     *
     * @param code any number
     * @return the state, or empty for a number that php-resque does not define
     */
    public static Optional<JobState> ofCode(int code) {
        return code >= 1 && code <= values().length ? Optional.of(values()[code - 1]) : Optional.empty();
    }
}
