package io.resque.tck;

/** A server that the kit starts, as a process or in Docker. It can be started again after it has ended. */
interface OwnServer extends AutoCloseable {
    /** Starts the server, waits until it answers, and returns its version. */
    String start();

    void stop();

    /** Ends the server at once, without a chance to save. */
    void kill();

    /** The last output of the server. */
    String output();

    @Override
    void close();
}
