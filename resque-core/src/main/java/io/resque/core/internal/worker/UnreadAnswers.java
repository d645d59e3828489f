package io.resque.core.internal.worker;

import io.resque.api.BackendUnavailableException;
import io.resque.core.internal.wire.OversizePayload;

/** Counts how often in a row an answer of Redis did not come whole: the job in it may be too large for this JVM. */
final class UnreadAnswers {
    /** If memory is short once, another job may be the cause. */
    private static final int WITHOUT_MEMORY = 2;

    /** Redis may as well be slow. */
    private static final int WITHOUT_ANSWER = 5;

    private static final long LARGE = 1 << 20;

    private int withoutMemory;
    private int withoutAnswer;
    private long most = Long.MAX_VALUE;

    void failed(Throwable e) {
        if (e instanceof OutOfMemoryError && ++withoutMemory >= WITHOUT_MEMORY) {
            most = OversizePayload.SMALL;
        } else if (e instanceof BackendUnavailableException lost
                && lost.maybeApplied()
                && ++withoutAnswer >= WITHOUT_ANSWER) {
            most = Math.min(most, LARGE);
        }
    }

    /** The job that is held was too large to be dealt with. */
    void tooLarge() {
        most = OversizePayload.SMALL;
    }

    /** Whether the loop must ask only for the job that is held, in {@link #most} bytes. */
    boolean isExpected() {
        return most < Long.MAX_VALUE;
    }

    long most() {
        return most;
    }

    void over() {
        withoutMemory = 0;
        withoutAnswer = 0;
        most = Long.MAX_VALUE;
    }
}
