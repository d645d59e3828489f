package io.resque.tck;

/** A server that we started, in whatever way; it can be started again after it ended. */
interface OwnServer extends AutoCloseable {
    /** Starts the server, waits until it answers, and tells its version. */
    String start();

    void stop();

    /** Ends it at once. */
    void kill();

    /** What the server said last. */
    String output();

    @Override
    void close();
}
