package io.resque.tck;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether Docker answers on this machine. Testcontainers can do that, too, but takes seconds, and logs a
 * stack trace for each place where it finds none.
 */
final class DockerSocket {
    private static final long PATIENCE_MILLIS = 700;

    private DockerSocket() {}

    /** The sockets where Testcontainers looks on Linux and macOS. Docker on another machine gives no port of 127.0.0.1. */
    static List<Path> places() {
        String host = System.getenv("DOCKER_HOST");
        if (host != null && !host.isBlank()) {
            return host.startsWith("unix://") ? List.of(Path.of(host.substring("unix://".length()))) : List.of();
        }
        return List.of(
                Path.of("/var/run/docker.sock"), Path.of(System.getProperty("user.home"), ".docker/run/docker.sock"));
    }

    /** Null if one of the sockets answers; otherwise a text that says which were tried. */
    static @Nullable String whyNot(List<Path> sockets) {
        for (Path socket : sockets) {
            if (Files.exists(socket) && answers(socket)) {
                return null;
            }
        }
        return "no Docker answers at " + (sockets.isEmpty() ? "a socket of this machine" : sockets);
    }

    private static boolean answers(Path path) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
                Selector selector = Selector.open()) {
            channel.write(
                    ByteBuffer.wrap("GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            if (selector.select(PATIENCE_MILLIS) == 0) {
                return false;
            }
            ByteBuffer answer = ByteBuffer.allocate("HTTP/1.1 200".length());
            channel.read(answer);
            return new String(answer.array(), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
