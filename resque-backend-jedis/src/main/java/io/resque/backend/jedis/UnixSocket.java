package io.resque.backend.jedis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A Unix domain socket for Jedis, which needs a timeout for reads; the JDK's own channels have none. The channel does not
 * block, and a thread that must wait does so at a selector. As with TCP sockets, an interrupt does not end a read or a write,
 * and closing the socket in another thread does. One thread can read while another one writes.
 */
final class UnixSocket extends Socket {
    /** For each thread the JDK keeps memory outside the heap, as much as its largest read or write. */
    private static final int MOST_AT_ONCE = 64 * 1024;

    private final SocketChannel channel;
    private final Selector readable;
    private final Input input = new Input();
    private final Output output = new Output();
    private final Object closing = new Object();
    private @Nullable Selector writable;
    private volatile int timeout;

    private UnixSocket(SocketChannel channel, Duration timeout) throws IOException {
        this.channel = channel;
        this.timeout = (int) timeout.toMillis();
        channel.configureBlocking(false);
        readable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
    }

    /**
     * Connects at once or fails. It does not wait where too many connections wait for the server already.
     *
     * @throws IOException with the reason, such as that there is no such file
     */
    static UnixSocket connect(Path file, Duration timeout) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            if (!channel.connect(UnixDomainSocketAddress.of(file))) {
                throw new SocketException("The server is too busy to take a connection");
            }
            return new UnixSocket(channel, timeout);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Waits for the channel, although the thread may be interrupted. */
    private void await(Selector selector) throws IOException {
        boolean interrupted = false;
        int limit = timeout;
        long end = System.nanoTime() + limit * 1_000_000L;
        try {
            while (true) {
                interrupted |= Thread.interrupted(); // a selector would not wait in an interrupted thread
                long left = limit == 0 ? 0 : (end - System.nanoTime() + 999_999) / 1_000_000;
                if (limit > 0 && left <= 0) {
                    throw new SocketTimeoutException("Read timed out");
                }
                int ready = selector.select(left);
                selector.selectedKeys().clear();
                if (isClosed()) {
                    throw closed();
                }
                if (ready > 0) {
                    return;
                }
            }
        } catch (ClosedSelectorException e) {
            throw closed();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static SocketException closed() {
        return new SocketException("Socket closed");
    }

    private Selector writable() throws IOException {
        synchronized (closing) {
            if (isClosed()) {
                throw closed();
            }
            Selector known = writable;
            if (known == null) {
                known = Selector.open();
                channel.register(known, SelectionKey.OP_WRITE);
                writable = known;
            }
            return known;
        }
    }

    /** The JDK gives the descriptor free only once no selector knows the channel. */
    @Override
    public void close() throws IOException {
        synchronized (closing) {
            channel.close();
            readable.close();
            if (writable != null) {
                writable.close();
            }
        }
    }

    @Override
    public InputStream getInputStream() {
        return input;
    }

    @Override
    public OutputStream getOutputStream() {
        return output;
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        if (isClosed()) {
            throw closed();
        }
        timeout = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeout;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return false;
    }

    @Override
    public boolean isOutputShutdown() {
        return false;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return null; // a client's end has no name
    }

    @Override
    public String toString() {
        return "UnixSocket[" + getRemoteSocketAddress() + "]";
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            ByteBuffer into = ByteBuffer.wrap(bytes, offset, Math.min(length, MOST_AT_ONCE));
            try {
                int read = channel.read(into);
                while (read == 0) {
                    await(readable);
                    read = channel.read(into);
                }
                return read;
            } catch (ClosedChannelException e) {
                throw closed();
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int end = offset + length;
            int at = offset;
            try {
                while (at < end) {
                    int written = channel.write(ByteBuffer.wrap(bytes, at, Math.min(end - at, MOST_AT_ONCE)));
                    if (written == 0) {
                        await(writable());
                    }
                    at += written;
                }
            } catch (ClosedChannelException e) {
                throw closed();
            }
        }

        @Override
        public void close() throws IOException {
            UnixSocket.this.close();
        }
    }
}
