package io.resque.launcher.internal.frame;

/**
 * The messages between a worker and its child, each with the tree that it carries. Constants and not an enum, which a child would
 * have to load.
 */
public final class FrameType {
    // From the child

    /** The token of {@link ParentAddress}, through a socket only. */
    public static final byte HELLO = 1;

    /** Null: the modules are loaded. Otherwise a text: why they could not be loaded. */
    public static final byte READY = 2;

    /** Null. From now on the job must not be given to another child. */
    public static final byte BEGUN = 3;

    /**
     * How to enqueue, the queue, for each job its class, arguments, id or null, and metadata, and when they are due or null: see
     * {@link JobMessages#enqueue}. The worker replies with ANSWER or REFUSAL.
     */
    public static final byte ENQUEUE = 4;

    /** A value that the worker must convert into a JSON tree. It replies with ANSWER or REFUSAL. */
    public static final byte TREE = 5;

    /** The result of the job. */
    public static final byte COMPLETED = 6;

    /** Null. A listener has vetoed the job. */
    public static final byte VETOED = 7;

    /** Class, message and frames of the exception that the job threw. */
    public static final byte FAILED = 8;

    /** What the job has left behind in its process: for each kind its name and a text. Sent before the outcome. */
    public static final byte LEFT_BEHIND = 9;

    /** A checkpoint of the job, or null. The worker replies with ANSWER or REFUSAL. */
    public static final byte CHECKPOINT = 10;

    /** How much is done, how much there is to do, and a text. There is no reply. */
    public static final byte PROGRESS = 11;

    /** A line that the job logs. There is no reply. */
    public static final byte LOG = 12;

    /** Null, through pipes only. The child exits, and sends nothing more. */
    public static final byte LEAVING = 13;

    // From the worker

    /**
     * Class names of the modules, class name of the serializer, what may be left behind by a job, and the names of the classes whose
     * converters only the worker has. What may be left behind is null for a child that runs one job; otherwise a list of the memory limit
     * in bytes, 0 for none, and the names of the kinds.
     */
    public static final byte SETUP = 20;

    /**
     * Worker, queue, class, id, arguments, metadata, when it was enqueued as seconds and nanoseconds or null, the time limit in
     * milliseconds or null, how many runs failed, class and message of the last failure or null, and the checkpoint or null.
     */
    public static final byte RUN = 21;

    /** Null. The job is cancelled. */
    public static final byte CANCEL = 22;

    /** Null. The thread of the job must be interrupted. */
    public static final byte INTERRUPT = 23;

    /** The answer to ENQUEUE, TREE or CHECKPOINT. */
    public static final byte ANSWER = 24;

    /** Class and message of the exception that ENQUEUE, TREE or CHECKPOINT threw in the worker. */
    public static final byte REFUSAL = 25;

    /** Null. Load all classes that a job may need, then exit as programs do, so that the JVM writes the whole list of classes. */
    public static final byte REHEARSE = 26;

    private FrameType() {}
}
