package io.resque.launcher.internal.frame;

import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection between a worker and its child, which carries frames. One thread receives; senders must take turns. */
public interface FrameChannel extends AutoCloseable {
    /** As a time limit: none. */
    long FOREVER = Long.MAX_VALUE;

    /**
     * Waits for a frame.
     *
     * @param until by {@link System#nanoTime}, or {@link #FOREVER}
     * @return null if the time is over, or the thread was interrupted or woken; the thread stays interrupted
     * @throws EOFException if the other side has closed
     * @throws IOException if the connection broke, or carries no frames
     */
    @Nullable
    Frame receive(long until) throws IOException;

    /**
     * Sends a frame, even if the thread is interrupted meanwhile; the thread stays interrupted.
     *
     * @param frame of {@link TreeWriter#frame}
     * @param until by {@link System#nanoTime}, or {@link #FOREVER}
     * @return false if the time was over before the other side had taken all
     */
    boolean send(byte[] frame, long until) throws IOException;

    /** Makes {@link #receive} return null. Any thread may call this. */
    void wakeup();

    /** The other side learns of it. Any thread may call this. */
    @Override
    void close() throws IOException;
}
