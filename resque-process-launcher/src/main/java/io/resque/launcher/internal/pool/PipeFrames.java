package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.StreamFrames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frames over the pipes to a child, with limits of time, which streams do not have: one thread reads, and one more writes a frame
 * that is too long for the pipe. Both end when the child is killed.
 */
final class PipeFrames implements FrameChannel {
    /** So many bytes always fit into the pipe: a child takes each frame, and gets the next long one only after it has replied. */
    private static final int SHORT = 2_048;

    /** A process that a job left behind may hold the pipe open. So the end of the child itself is looked for, too. */
    private static final long LOOK_MILLIS = 500;

    private final Process process;
    private final StreamFrames streams;
    private @Nullable Frame received;
    private @Nullable IOException end;
    private boolean woken;
    private boolean closed;

    PipeFrames(Process process) {
        this.process = process;
        this.streams = new StreamFrames(process.getInputStream(), process.getOutputStream());
        start(this::read, "frames");
    }

    private void start(Runnable task, String name) {
        Thread thread = new Thread(null, task, "resque-child-" + process.pid() + "-" + name, 0, false);
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try {
            while (true) {
                Frame frame = streams.receive(FOREVER);
                if (frame.type == FrameType.LEAVING) {
                    streams.closeOut(); // otherwise the child waits 300 ms for its thread that reads
                    throw new EOFException("The child exits");
                }
                put(frame);
            }
        } catch (IOException e) {
            end(e);
        } catch (RuntimeException | Error e) {
            end(new IOException(e));
        }
    }

    /** Waits until the frame before was taken. So a child cannot send faster than its frames are handled. */
    private synchronized void put(Frame frame) throws IOException {
        while (received != null && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new EOFException("The thread was interrupted");
            }
        }
        received = frame;
        notifyAll();
    }

    private synchronized void end(IOException e) {
        end = e;
        notifyAll();
    }

    @Override
    public synchronized @Nullable Frame receive(long until) throws IOException {
        boolean ended = false;
        while (true) {
            Frame frame = received;
            IOException e = end;
            if (frame != null) {
                received = null;
                notifyAll();
                return frame;
            } else if (e != null) {
                throw e instanceof ProtocolException ? e : new EOFException("The other side has closed the connection");
            } else if (closed || ended && !process.isAlive()) {
                throw new EOFException("The child has ended");
            } else if (woken) {
                woken = false;
                return null;
            }
            long left = until == FOREVER ? LOOK_MILLIS : millis(until);
            if (left <= 0) {
                return null;
            }
            ended = !process.isAlive();
            try {
                wait(Math.min(left, LOOK_MILLIS));
            } catch (InterruptedException interrupt) {
                Thread.currentThread().interrupt();
                return null;
            }
        }
    }

    private static long millis(long until) {
        long left = until - System.nanoTime();
        return left <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1;
    }

    @Override
    public boolean send(byte[] frame, long until) throws IOException {
        if (frame.length <= SHORT) {
            return streams.send(frame, until);
        }
        LongFrame sending = new LongFrame(frame);
        start(sending, "send");
        return sending.await(until);
    }

    private final class LongFrame implements Runnable {
        private final byte[] frame;
        private boolean done;
        private @Nullable IOException failure;

        LongFrame(byte[] frame) {
            this.frame = frame;
        }

        @Override
        public void run() {
            IOException caught = null;
            try {
                streams.send(frame, FOREVER);
            } catch (IOException e) {
                caught = e;
            }
            synchronized (this) {
                failure = caught;
                done = true;
                notifyAll();
            }
        }

        synchronized boolean await(long until) throws IOException {
            boolean interrupted = false;
            while (!done) {
                long left = until == FOREVER ? 0 : millis(until);
                if (left == 0 && until != FOREVER) {
                    break;
                }
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure != null) {
                throw failure;
            }
            return done;
        }
    }

    @Override
    public synchronized void wakeup() {
        woken = true;
        notifyAll();
    }

    /** The child must have been killed before: a thread that writes to it holds the stream. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        try (InputStream in = process.getInputStream()) {
            streams.closeOut();
        } catch (IOException e) {
            // It closes what a child that has ended has not read.
        }
    }
}
