package io.resque.backend.jedis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a server that the test plays itself. */
@Timeout(60)
class UnixSocketTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(50);

    private Path file;
    private ServerSocketChannel server;

    @BeforeEach
    void listen() throws IOException {
        // The path of JUnit's own folder may be too long for a socket.
        file = Files.createTempDirectory("s").resolve("r.sock");
        server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(file));
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
        Files.delete(file.getParent());
    }

    private static <T> Future<T> apart(Callable<T> action) {
        FutureTask<T> task = new FutureTask<>(action);
        Thread thread = new Thread(task, "apart");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static Thread waiting(String name) {
        return await().until(
                        () -> Thread.getAllStackTraces().entrySet().stream()
                                .filter(each -> each.getKey().getName().equals(name)
                                        && each.getValue().length > 0
                                        && each.getValue()[0]
                                                .getMethodName()
                                                .toLowerCase(Locale.ROOT)
                                                .contains("wait"))
                                .map(Map.Entry::getKey)
                                .findFirst()
                                .orElse(null),
                        thread -> thread != null);
    }

    @Test
    void aReadEndsAtTheTimeoutAndTheNextOneGoesOn() throws Exception {
        try (UnixSocket socket = UnixSocket.connect(file, SHORT);
                SocketChannel peer = server.accept()) {
            InputStream in = socket.getInputStream();
            assertThatThrownBy(in::read).isInstanceOf(SocketTimeoutException.class);
            peer.write(ByteBuffer.wrap(new byte[] {7, -1}));
            assertThat(in.read()).isEqualTo(7);
            assertThat(in.read()).isEqualTo(255);
            assertThat(in.read(new byte[4], 1, 0)).isZero();
            socket.setSoTimeout((int) LONG.toMillis());
            assertThat(socket.getSoTimeout()).isEqualTo(LONG.toMillis());
            Future<Integer> later = apart(in::read);
            waiting("apart");
            peer.write(ByteBuffer.wrap(new byte[] {9}));
            assertThat(later.get()).isEqualTo(9);
        }
    }

    @Test
    void theEndOfTheServerIsTheEndOfTheStream() throws Exception {
        try (UnixSocket socket = UnixSocket.connect(file, LONG)) {
            Future<Integer> read = apart(socket.getInputStream()::read);
            waiting("apart");
            server.accept().close();
            assertThat(read.get()).isEqualTo(-1);
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void anotherThreadThatClosesItEndsAReadAndAWrite() throws Exception {
        UnixSocket socket = UnixSocket.connect(file, Duration.ZERO); // for ever
        Future<Integer> read = apart(socket.getInputStream()::read);
        waiting("apart");
        CompletableFuture<Void> write = CompletableFuture.runAsync(() -> assertThatThrownBy(
                        () -> socket.getOutputStream().write(new byte[16 << 20]))
                .isInstanceOf(SocketException.class)
                .hasMessage("Socket closed"));
        socket.close();
        assertThatThrownBy(read::get).hasCauseInstanceOf(SocketException.class).hasMessageContaining("Socket closed");
        write.join();
        socket.close();
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> socket.setSoTimeout(1)).isInstanceOf(SocketException.class);
    }

    /** As with TCP, an interrupt stays for the caller, and no answer is lost. */
    @Test
    void anInterruptEndsNothingAndIsKept() throws Exception {
        try (UnixSocket socket = UnixSocket.connect(file, LONG);
                SocketChannel peer = server.accept()) {
            Future<Boolean> read = apart(() -> {
                Thread.currentThread().interrupt();
                assertThat(socket.getInputStream().read()).isEqualTo(5);
                return Thread.interrupted();
            });
            Thread reader = waiting("apart");
            reader.interrupt();
            peer.write(ByteBuffer.wrap(new byte[] {5}));
            assertThat(read.get()).isTrue();
            peer.write(ByteBuffer.wrap(new byte[] {6}));
            assertThat(socket.getInputStream().read()).isEqualTo(6);
        }
    }

    @Test
    void anInterruptDoesNotMakeTheTimeoutLonger() throws Exception {
        try (UnixSocket socket = UnixSocket.connect(file, SHORT)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void muchIsWrittenAsFastAsItIsReadAndNoFaster() throws Exception {
        byte[] much = new byte[3 << 20];
        new Random(1).nextBytes(much);
        try (UnixSocket socket = UnixSocket.connect(file, LONG);
                SocketChannel peer = server.accept()) {
            Future<byte[]> echo = apart(() -> socket.getInputStream().readNBytes(much.length));
            Future<Object> written = apart(() -> {
                socket.getOutputStream().write(much, 0, much.length);
                return much;
            });
            ByteBuffer through = ByteBuffer.allocate(much.length);
            while (through.hasRemaining()) {
                peer.read(through);
            }
            written.get();
            through.flip();
            while (through.hasRemaining()) {
                peer.write(through);
            }
            assertThat(echo.get()).isEqualTo(much);
        }
    }

    @Test
    void aWriteToAServerThatDoesNotReadEndsAtTheTimeout() throws Exception {
        try (UnixSocket socket = UnixSocket.connect(file, SHORT)) {
            assertThatThrownBy(() -> socket.getOutputStream().write(new byte[16 << 20]))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void whereNobodyListensConnectingFails() throws Exception {
        server.close();
        assertThatThrownBy(() -> UnixSocket.connect(file, SHORT)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> UnixSocket.connect(file.resolveSibling("none"), SHORT))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No such file");
        assertThatThrownBy(() -> UnixSocket.connect(Path.of("/" + "x".repeat(300)), SHORT))
                .isInstanceOf(IOException.class);
    }
}
