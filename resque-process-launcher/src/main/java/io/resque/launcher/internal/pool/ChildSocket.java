package io.resque.launcher.internal.pool;

import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.ParentAddress;
import io.resque.launcher.internal.frame.SocketFrames;
import io.resque.launcher.internal.frame.TreeWriter;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The socket to which one new child connects, where it can have no pipes. */
final class ChildSocket implements AutoCloseable {
    /** A process that connects must send the token within this time, and in so few bytes; it may be a stranger. */
    private static final long HELLO = TimeUnit.SECONDS.toNanos(5);

    private static final int MAX_HELLO = 256;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final SocketFolder folder;
    private final ServerSocketChannel server;
    private final ParentAddress address;

    private ChildSocket(SocketFolder folder, ServerSocketChannel server, ParentAddress address) {
        this.folder = folder;
        this.server = server;
        this.address = address;
    }

    static ChildSocket open() throws IOException, ChildStartException {
        byte[] random = new byte[16];
        RANDOM.nextBytes(random);
        SocketFolder folder = SocketFolder.create();
        try {
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(folder.socket));
            String token = HexFormat.of().formatHex(random);
            return new ChildSocket(folder, server, new ParentAddress(folder.socket.toString(), token));
        } catch (IOException e) {
            folder.close();
            throw e;
        }
    }

    /** Waits for the connection of the child. Null if the child ended or the time is over. */
    @Nullable
    FrameChannel accept(Process process, long until) throws IOException, InterruptedException {
        address.write(process.getOutputStream());
        server.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            process.onExit().thenRun(selector::wakeup);
            while (process.isAlive() && System.nanoTime() - until < 0) {
                SocketChannel connection = server.accept();
                if (connection == null) {
                    selector.select(TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime()) + 1);
                    selector.selectedKeys().clear();
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    continue;
                }
                SocketFrames channel = new SocketFrames(connection, MAX_HELLO);
                if (saysHello(channel, address.token, Math.min(until, System.nanoTime() + HELLO))) {
                    channel.allow(TreeWriter.MAX_BODY);
                    return channel;
                }
            }
            return null;
        }
    }

    /** Whether the token arrives in time. Otherwise the connection is closed. */
    private static boolean saysHello(SocketFrames channel, String token, long until)
            throws IOException, InterruptedException {
        boolean known = false;
        try {
            Frame hello = channel.receive(until);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            known = hello != null && hello.type == FrameType.HELLO && token.equals(hello.value());
            return known;
        } catch (IOException e) {
            return false;
        } finally {
            if (!known) {
                channel.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try (folder) {
            server.close();
        }
    }
}
