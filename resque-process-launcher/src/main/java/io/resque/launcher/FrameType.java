package io.resque.launcher;

/** What parent and child say to each other. A child loads no enum for it. */
final class FrameType {
    // From the child
    /** The token. */
    static final byte HELLO = 1;
    /** Modules are loaded: null; or why they could not be. */
    static final byte READY = 2;
    /** The job is not to be given to another child any more. */
    static final byte BEGUN = 3;
    /** Queue, class, arguments. */
    static final byte ENQUEUE = 4;
    /** A result that shall be made a JSON tree. */
    static final byte TREE = 5;
    /** The result. */
    static final byte COMPLETED = 6;

    static final byte VETOED = 7;
    /** Class, message, frames. */
    static final byte FAILED = 8;
    /** What the job has changed for its whole process, before its end is told. */
    static final byte CHANGED = 9;

    // From the parent
    /** Names of the modules, class of the serializer, whether there is more than one job. */
    static final byte SETUP = 20;
    /** Worker, queue, class, id, arguments, milliseconds or null. */
    static final byte RUN = 21;

    static final byte CANCEL = 22;

    static final byte INTERRUPT = 23;
    /** What was asked for. */
    static final byte ANSWER = 24;
    /** Class and message of what the request threw. */
    static final byte REFUSAL = 25;
    /** Load what a job may need, and exit as programs do, for the archive. */
    static final byte REHEARSE = 26;

    private FrameType() {}
}
