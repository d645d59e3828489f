package io.resque.launcher.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SocketFramesTest {
    private static final int MAX_BODY = 1_000;

    /** Sends bytes as they are, and reads what the channel sends. */
    private SocketChannel peer;

    private SocketFrames channel;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            peer = SocketChannel.open(server.getLocalAddress());
            channel = new SocketFrames(server.accept(), MAX_BODY);
        }
    }

    @AfterEach
    void close() throws IOException {
        assertThat(Thread.interrupted()).isFalse();
        channel.close();
        peer.close();
    }

    private void write(byte[] bytes) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            peer.write(out);
        }
    }

    private static byte[] announcing(int length) {
        return ByteBuffer.allocate(6).putInt(length).put((byte) 1).put((byte) 0).array();
    }

    private Object received() throws IOException {
        Frame frame = channel.receive(FrameChannel.FOREVER);
        assertThat(frame.type).isEqualTo((byte) 7);
        return frame.value();
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    @Test
    void framesThatComeTogetherAreReceivedOneByOne() throws IOException {
        write(joined(TreeWriter.frame((byte) 7, "one"), TreeWriter.frame((byte) 7, null)));
        assertThat(received()).isEqualTo("one");
        assertThat(received()).isNull();
        assertThat(channel.receive(System.nanoTime())).isNull();
    }

    @Test
    void aFrameThatComesInPartsIsReceivedOnce() throws IOException {
        byte[] frame = TreeWriter.frame((byte) 7, "a text");
        for (byte part : frame) {
            assertThat(channel.receive(System.nanoTime())).isNull();
            write(new byte[] {part});
        }
        assertThat(received()).isEqualTo("a text");
    }

    @Test
    void theRestOfAFrameMayComeWithTheNextOne() throws IOException {
        byte[] both = joined(TreeWriter.frame((byte) 7, "one"), TreeWriter.frame((byte) 7, "two"));
        for (int first : new int[] {3, TreeWriter.HEADER + 2}) {
            write(Arrays.copyOf(both, first));
            assertThat(channel.receive(System.nanoTime())).isNull();
            write(Arrays.copyOfRange(both, first, both.length));
            assertThat(received()).isEqualTo("one");
            assertThat(received()).isEqualTo("two");
        }
    }

    @Test
    void eachWaitEndsWithItsAnswer() throws IOException {
        byte[] frame = TreeWriter.frame((byte) 7, "x");
        CompletableFuture<Void> answering = CompletableFuture.runAsync(() -> {
            try {
                for (int i = 0; i < 200; i++) {
                    read(frame.length);
                    write(frame);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        for (int i = 0; i < 200; i++) { // the answer is seldom faster than the next call
            assertThat(channel.send(frame, FrameChannel.FOREVER)).isTrue();
            assertThat(received()).isEqualTo("x");
        }
        answering.join();
    }

    @Test
    void aFrameThatIsLongerThanTheBufferIsReceived() throws IOException {
        channel.allow(1 << 20);
        String text = "x".repeat(100_000);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try {
                write(TreeWriter.frame((byte) 7, text));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(received()).isEqualTo(text);
        writing.join();
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, MAX_BODY + 1})
    void aLengthThatNoFrameHasIsRefused(int length) throws IOException {
        write(announcing(length));
        assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("No frame: its length would be " + length);
    }

    @Test
    void theLongestFrameIsReceived() throws IOException {
        write(announcing(MAX_BODY));
        write(new byte[MAX_BODY - 1]);
        assertThat(channel.receive(FrameChannel.FOREVER).type).isEqualTo((byte) 1);
        channel.allow(10);
        write(announcing(11));
        assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER)).isInstanceOf(ProtocolException.class);
    }

    @Test
    void aPeerThatHasClosedIsNoticed() throws IOException {
        peer.close();
        assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER))
                .isInstanceOf(EOFException.class)
                .hasMessage("The other side has closed the connection");
    }

    @Test
    void aWaitEndsByItsTimeAWakeupOrAnInterrupt() throws IOException {
        assertThat(channel.receive(System.nanoTime() + 1_000_000)).isNull();
        channel.wakeup();
        assertThat(channel.receive(FrameChannel.FOREVER)).isNull();
        Thread.currentThread().interrupt();
        assertThat(channel.receive(FrameChannel.FOREVER)).isNull();
        assertThat(Thread.interrupted()).isTrue();
        write(TreeWriter.frame((byte) 7, "still open"));
        assertThat(received()).isEqualTo("still open");
    }

    private byte[] read(int length) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(length);
        while (in.hasRemaining() && peer.read(in) >= 0) {
            // until all is there
        }
        return in.array();
    }

    @ParameterizedTest
    @ValueSource(longs = {FrameChannel.FOREVER, 600})
    void aLargeFrameIsSentWholeToASlowPeerEvenUnderAnInterrupt(long seconds) throws Exception {
        long until = seconds == FrameChannel.FOREVER ? seconds : System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        byte[] frame = TreeWriter.frame((byte) 7, "x".repeat(10 << 20));
        CompletableFuture<byte[]> reading = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                reading.complete(read(frame.length));
            } catch (IOException e) {
                reading.completeExceptionally(e);
            }
        });
        Thread.currentThread().interrupt();
        assertThat(channel.send(new byte[0], FrameChannel.FOREVER)).isTrue();
        reader.start();
        assertThat(channel.send(frame, until)).isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(reading.join()).isEqualTo(frame);
    }

    @Test
    void aFrameForWhichThereIsRoomNeedsNoTime() throws IOException {
        byte[] frame = TreeWriter.frame((byte) 7, "x");
        assertThat(channel.send(frame, System.nanoTime())).isTrue();
        assertThat(read(frame.length)).isEqualTo(frame);
    }

    @Test
    void aPeerThatDoesNotReadEndsASendByItsTime() throws IOException {
        byte[] frame = TreeWriter.frame((byte) 7, "x".repeat(20 << 20));
        assertThat(channel.send(frame, System.nanoTime() + 1_000_000)).isFalse();
    }

    @Test
    void aClosedChannelIsClosedForThePeer() throws IOException {
        channel.close();
        assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
}
