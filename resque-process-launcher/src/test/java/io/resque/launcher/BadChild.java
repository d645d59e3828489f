package io.resque.launcher;

import io.resque.launcher.internal.child.ChildMain;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.ParentAddress;
import io.resque.launcher.internal.frame.SocketFrames;
import io.resque.launcher.internal.frame.StreamFrames;
import io.resque.launcher.internal.frame.TreeWriter;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Runs instead of {@link ChildMain}: a child that breaks the rules of the conversation, by pipes or by a socket. */
final class BadChild {
    private BadChild() {}

    public static void main(String[] args) throws IOException {
        ParentAddress greeting = ParentAddress.read(System.in);
        FrameChannel channel = greeting == null
                ? StreamFrames.ofChild()
                : new SocketFrames(
                        SocketChannel.open(UnixDomainSocketAddress.of(greeting.socket)), TreeWriter.MAX_BODY);
        switch (args[0]) {
            case "stranger" -> send(channel, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            case "wrong-token" -> send(channel, TreeWriter.frame(FrameType.HELLO, "guessed"));
            case "garbage" -> {
                ready(channel, greeting);
                send(channel, TreeWriter.frame(FrameType.BEGUN, null));
                send(channel, new byte[] {0, 0, 0, 1, 99, 0});
            }
            case "silent" -> {}
            case "dies-before" -> {
                ready(channel, greeting);
                Runtime.getRuntime().halt(42);
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
        LockSupport.parkNanos(60_000_000_000L);
    }

    private static void send(FrameChannel channel, byte[] bytes) throws IOException {
        channel.send(bytes, FrameChannel.FOREVER);
    }

    /** Behaves like a good child until it has its job. */
    private static void ready(FrameChannel channel, @Nullable ParentAddress greeting) throws IOException {
        if (greeting != null) {
            send(channel, TreeWriter.frame(FrameType.HELLO, greeting.token));
        }
        channel.receive(FrameChannel.FOREVER);
        send(channel, TreeWriter.frame(FrameType.READY, null));
        channel.receive(FrameChannel.FOREVER);
    }
}
