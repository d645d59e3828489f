package io.resque.launcher;

import io.resque.launcher.internal.child.ChildMain;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.ParentAddress;
import io.resque.launcher.internal.frame.TreeWriter;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/** Runs instead of {@link ChildMain}: a child that breaks the rules of the conversation. */
final class BadChild {
    private BadChild() {}

    public static void main(String[] args) throws IOException {
        ParentAddress greeting = ParentAddress.read(System.in);
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(greeting.socket))) {
            switch (args[0]) {
                case "stranger" ->
                    channel.write(ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8)));
                case "wrong-token" -> channel.write(ByteBuffer.wrap(TreeWriter.frame(FrameType.HELLO, "guessed")));
                case "garbage" -> {
                    ready(channel, greeting.token);
                    channel.write(ByteBuffer.wrap(TreeWriter.frame(FrameType.BEGUN, null)));
                    channel.write(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 99, 0}));
                }
                case "silent" -> {}
                case "dies-before" -> {
                    ready(channel, greeting.token);
                    Runtime.getRuntime().halt(42);
                }
                default -> throw new IllegalArgumentException(args[0]);
            }
            LockSupport.parkNanos(60_000_000_000L);
        }
    }

    /** Behaves like a good child until it has its job. */
    private static void ready(SocketChannel channel, String token) throws IOException {
        channel.write(ByteBuffer.wrap(TreeWriter.frame(FrameType.HELLO, token)));
        channel.read(ByteBuffer.allocate(8192));
        channel.write(ByteBuffer.wrap(TreeWriter.frame(FrameType.READY, null)));
        channel.read(ByteBuffer.allocate(8192));
    }
}
