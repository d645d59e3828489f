package io.resque.launcher.internal.process;

/** How a worker process ends, or has ended. */
public sealed interface WorkerEnd {
    /** The status of the process. */
    int status();

    /** The end that this status means. */
    static WorkerEnd of(int status) {
        for (Known end : Known.values()) {
            if (end.status == status) {
                return end;
            }
        }
        return new Other(status);
    }

    /** An end with a status of its own; docs/operations.md tells of those that an operator can see. */
    enum Known implements WorkerEnd {
        /** After a signal, or when no job is left. */
        DONE(0),

        /** A fault of ours, or of a JVM that could not start. */
        FAULT(1),

        /** The environment says something that cannot be done. The same start would end in the same way. */
        CONFIGURATION(2),

        /** Redis did not answer at the start. */
        NO_REDIS(3),

        /**
         * Under INTERVAL=0 one of several workers has found no job. Its supervisor must know this from the end of a job that ended
         * the JVM with status 0.
         */
        NO_JOB_LEFT(10),

        /** The kernel or an operator has killed the process. */
        KILLED(128 + 9);

        private final int status;

        Known(int status) {
            this.status = status;
        }

        @Override
        public int status() {
            return status;
        }
    }

    /** Any other end: a job has ended the JVM, or a signal has. */
    record Other(int status) implements WorkerEnd {}
}
