package io.resque.launcher.internal.frame;

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a socket, where there is no shell that could give pipes to a child. The channel is non-blocking: an interrupt would
 * close a blocking one, and a job may interrupt any thread at any time.
 */
public final class SocketFrames implements FrameChannel {
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
    public SocketFrames(SocketChannel channel, int maxBody) throws IOException {
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

    /** Connects a child to its worker. */
    public static SocketFrames connect(ParentAddress address) throws IOException {
        SocketFrames channel =
                new SocketFrames(SocketChannel.open(UnixDomainSocketAddress.of(address.socket)), TreeWriter.MAX_BODY);
        channel.send(TreeWriter.frame(FrameType.HELLO, address.token), FOREVER);
        return channel;
    }

    /** Changes the limit for the frames that come next. */
    public void allow(int maxBody) {
        this.maxBody = maxBody;
    }

    @Override
    public void wakeup() {
        readable.wakeup();
    }

    @Override
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

    @Override
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
