package io.resque.launcher.internal.frame;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a socket. The channel is non-blocking: an interrupt would close a blocking one, and a job may interrupt any thread
 * at any time. One thread receives; senders must take turns.
 */
public final class FrameChannel implements AutoCloseable {
    /** As a time limit: none. */
    public static final long FOREVER = Long.MAX_VALUE;

    private static final int SLICE = 64 << 10;

    private final SocketChannel channel;
    private final Selector readable;
    private final ByteBuffer in = ByteBuffer.allocate(8 << 10).flip();
    private final byte[] header = new byte[TreeWriter.HEADER];
    private byte @Nullable [] body;
    private int filled;
    private int maxBody;

    /**
     * Takes the channel over, and closes it if this fails.
     *
     * @param maxBody in bytes; a longer frame is an error
     */
    public FrameChannel(SocketChannel channel, int maxBody) throws IOException {
        this.channel = channel;
        this.maxBody = maxBody;
        try {
            channel.configureBlocking(false);
            readable = Selector.open();
            channel.register(readable, SelectionKey.OP_READ);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Changes the limit for the frames that come next. */
    public void allow(int maxBody) {
        this.maxBody = maxBody;
    }

    /** Makes {@link #receive} return null. Any thread may call this. */
    public void wakeup() {
        readable.wakeup();
    }

    /**
     * Waits for a frame.
     *
     * @param until by {@link System#nanoTime}, or {@link #FOREVER}
     * @return null if the time is over, or the thread was interrupted or woken; the thread stays interrupted
     * @throws EOFException if the other side has closed
     * @throws IOException if the connection broke, or carries no frames
     */
    public @Nullable Frame receive(long until) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame != null) {
                return frame;
            }
            int read = channel.read(in.clear());
            in.flip();
            if (read < 0) {
                throw new EOFException("The other side has closed the connection");
            }
            if (read == 0) {
                if (!await(readable, until)) {
                    return null;
                }
            }
        }
    }

    /** The next frame in the buffer; null if the buffer ends before the frame does, and then the buffer is empty. */
    private @Nullable Frame next() throws IOException {
        while (in.hasRemaining()) {
            byte[] to = body == null ? header : body;
            int part = Math.min(in.remaining(), to.length - filled);
            in.get(to, filled, part);
            filled += part;
            if (filled < to.length) {
                return null;
            }
            if (body == null) {
                int length = ByteBuffer.wrap(header).getInt();
                if (length < 1 || length > maxBody) {
                    throw new ProtocolException("No frame: its length would be " + length);
                }
                body = new byte[length];
                filled = 0;
            } else {
                Frame frame = new Frame(header[Integer.BYTES], body);
                body = null;
                filled = 0;
                return frame;
            }
        }
        return null;
    }

    /**
     * Sends a frame, even if the thread is interrupted meanwhile; the thread stays interrupted.
     *
     * @param frame of {@link TreeWriter#frame}
     * @param until by {@link System#nanoTime}, or {@link #FOREVER}
     * @return false if the time was over before the other side had taken all
     */
    public boolean send(byte[] frame, long until) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(frame);
        int end = out.limit();
        while (out.position() < end) {
            out.limit(Math.min(end, out.position() + SLICE));
            if (channel.write(out) == 0 && !awaitWritable(until)) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitWritable(long until) throws IOException {
        boolean interrupted = false;
        try (Selector writable = Selector.open()) {
            channel.register(writable, SelectionKey.OP_WRITE);
            while (!await(writable, until)) {
                interrupted |= Thread.interrupted();
                if (System.nanoTime() - until >= 0 && until != FOREVER) {
                    return false;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** False if the wait ended for another reason than the channel: time, interrupt or wakeup. */
    private static boolean await(Selector selector, long until) throws IOException {
        int ready;
        if (until == FOREVER) {
            ready = selector.select();
        } else {
            long left = until - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            ready = selector.select(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        }
        selector.selectedKeys().clear();
        return ready > 0;
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            readable.close();
        }
    }
}
