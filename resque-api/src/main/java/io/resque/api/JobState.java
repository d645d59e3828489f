package io.resque.api;

import java.util.Optional;

/** The state of a tracked job, with php-resque's codes. */
public enum JobState {
    /** The job is in a queue, or is delayed; no worker has taken it yet. */
    WAITING(1),
    /** A worker runs the job. */
    RUNNING(2),
    /**
     * The job ended with a failure. The status does not hold the cause: it is in the failure record, which {@link FailureFilter#token}
     * finds. If the failure is retried, the status stays so, since the new job is not tracked.
     */
    FAILED(3),
    /** The job ended without a failure, or by {@link DontPerformException}. */
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
     * Whether the job has ended. Its status expires some time after the end.
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
