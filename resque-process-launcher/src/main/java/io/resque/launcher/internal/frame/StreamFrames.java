package io.resque.launcher.internal.frame;

import java.io.EOFException;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;

/**
 * Frames over two pipes, as a child has them. No interrupt ends a wait, and it has no limit of time. File streams and not channels: a
 * child would have to load many more classes for these.
 */
public final class StreamFrames implements FrameChannel {
    /** In the arguments of a child: it has pipes as descriptors 3 and 4. */
    public static final String PIPES = "pipes";

    private final InputStream in;
    private final OutputStream out;
    private final byte[] header = new byte[TreeWriter.HEADER];

    public StreamFrames(InputStream in, OutputStream out) {
        this.in = in;
        this.out = out;
    }

    /** The pipes that {@link #PIPES} names. */
    public static StreamFrames ofChild() throws IOException {
        return new StreamFrames(new FileInputStream("/dev/fd/3"), new FileOutputStream("/dev/fd/4"));
    }

    /** Waits for a frame without limit, and never returns null. */
    @Override
    public Frame receive(long until) throws IOException {
        fill(header);
        int length = (header[0] & 0xff) << 24 | (header[1] & 0xff) << 16 | (header[2] & 0xff) << 8 | header[3] & 0xff;
        if (length < 1 || length > TreeWriter.MAX_BODY) {
            throw new ProtocolException("No frame: its length would be " + length);
        }
        byte[] body = new byte[length];
        fill(body);
        return new Frame(header[Integer.BYTES], body);
    }

    private void fill(byte[] bytes) throws IOException {
        for (int filled = 0; filled < bytes.length; ) {
            int read = in.read(bytes, filled, bytes.length - filled);
            if (read < 0) {
                throw new EOFException("The other side has closed the connection");
            }
            filled += read;
        }
    }

    /** Waits without limit until the other side has taken all. */
    @Override
    public boolean send(byte[] frame, long until) throws IOException {
        out.write(frame);
        out.flush();
        return true;
    }

    /** Has no effect. */
    @Override
    public void wakeup() {}

    /** Says so to the other side, which then closes its end: a stream that is closed here goes on to wait. */
    @Override
    public void close() throws IOException {
        synchronized (this) {
            send(TreeWriter.frame(FrameType.LEAVING, null), FOREVER);
        }
    }

    /** Closes the stream by which the other side receives. */
    public void closeOut() throws IOException {
        out.close();
    }
}
