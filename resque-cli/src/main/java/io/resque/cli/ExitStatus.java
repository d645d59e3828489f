package io.resque.cli;

/** The status with which a command ends; {@code resque --help} tells them. */
final class ExitStatus {
    static final int OK = 0;

    /**
     * There is no such thing, or not all could be done; of {@code doctor}: no job can be worked, or with {@code --strict} anything is wrong.
     */
    static final int NO = 1;

    /** The command or the environment says something that cannot be done. */
    static final int USAGE = 2;

    /** Redis did not answer, or refused. */
    static final int REDIS = 3;

    /** Of {@code status --follow}: the job has failed. */
    static final int FAILED = 4;

    private ExitStatus() {}
}
