package io.resque.backend.redis;

/** A thread with a connection that looks at one queue for all workers that wait for it. */
interface QueueReader {
    /** Closes the connection and ends the thread, soon. */
    void close();
}
