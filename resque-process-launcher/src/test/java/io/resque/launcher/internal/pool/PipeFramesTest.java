package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.TreeWriter;
import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class PipeFramesTest {
    private Process process;
    private PipeFrames channel;

    private void start(String... command) throws IOException {
        process = new ProcessBuilder(command).start();
        channel = new PipeFrames(process);
    }

    @AfterEach
    void end() {
        assertThat(Thread.interrupted()).isFalse();
        ChildProcess.kill(process);
        channel.close();
    }

    private static byte[] frame(Object tree) {
        return TreeWriter.frame((byte) 7, tree);
    }

    private Object received() throws IOException {
        Frame frame = channel.receive(FrameChannel.FOREVER);
        assertThat(frame).isNotNull();
        return frame.value();
    }

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 17, 1_000, 1_020, 4_000, 40_000, 5_000_000})
    void framesOfEachLengthComeBack(int length) throws IOException {
        start("cat");
        String text = "x".repeat(length);
        for (int i = 0; i < 3; i++) {
            assertThat(channel.send(frame(text), in(Duration.ofSeconds(20)))).isTrue();
            assertThat(received()).isEqualTo(text);
        }
    }

    @Test
    void aLongFrameIsSentWholeEvenUnderAnInterrupt() throws IOException {
        start("cat");
        Thread.currentThread().interrupt();
        assertThat(channel.send(frame("x".repeat(1_000_000)), FrameChannel.FOREVER))
                .isTrue();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(received()).isEqualTo("x".repeat(1_000_000));
    }

    @Test
    void aWaitEndsByItsTimeAWakeupOrAnInterrupt() throws IOException {
        start("cat");
        assertThat(channel.receive(System.nanoTime())).isNull();
        assertThat(channel.receive(in(Duration.ofMillis(1)))).isNull();
        channel.wakeup();
        assertThat(channel.receive(FrameChannel.FOREVER)).isNull();
        Thread.currentThread().interrupt();
        assertThat(channel.receive(FrameChannel.FOREVER)).isNull();
        assertThat(Thread.interrupted()).isTrue();
        channel.send(frame("still open"), FrameChannel.FOREVER);
        assertThat(received()).isEqualTo("still open");
    }

    @Test
    void aProcessThatReadsNothingEndsASendByItsTime() throws IOException {
        start("sleep", "60");
        assertThat(channel.send(frame("x"), FrameChannel.FOREVER))
                .as("there is room")
                .isTrue();
        assertThat(channel.send(frame("x".repeat(100_000)), in(Duration.ofMillis(1))))
                .isFalse();
    }

    @Test
    void theEndOfTheProcessIsSeen() throws IOException {
        start("sleep", "60");
        process.destroyForcibly();
        assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER)).isInstanceOf(EOFException.class);
        assertThatThrownBy(() -> channel.send(frame("x".repeat(100_000)), FrameChannel.FOREVER))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theEndOfTheProcessIsSeenEvenIfAnotherProcessHoldsItsPipes() throws Exception {
        start("sh", "-c", "sleep 60 <&0 2>/dev/null & echo $! >&2; exit 3");
        String left = process.errorReader().readLine();
        try {
            assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER)).isInstanceOf(EOFException.class);
            assertThat(process.waitFor(1, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(3);
        } finally {
            ProcessHandle.of(Long.parseLong(left)).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    @Test
    void whoeverLeavesReadsTheEnd() throws Exception {
        start("cat");
        channel.send(TreeWriter.frame(FrameType.LEAVING, null), FrameChannel.FOREVER);
        assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER)).isInstanceOf(EOFException.class);
        assertThat(process.waitFor(10, TimeUnit.SECONDS))
                .as("cat reads its end")
                .isTrue();
    }

    @Test
    void bytesThatAreNoFrameAreRefused() throws IOException {
        start("sh", "-c", "printf 'GET / HTTP/1.1'; sleep 60");
        assertThatThrownBy(() -> channel.receive(FrameChannel.FOREVER))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("No frame: its length would be " + 0x47455420);
    }

    @Test
    void afterACloseNobodyWaits() throws IOException {
        start("cat");
        channel.send(frame("one"), FrameChannel.FOREVER);
        channel.send(frame("two"), FrameChannel.FOREVER);
        ChildProcess.kill(process);
        channel.close();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 3; i++) {
                        channel.receive(FrameChannel.FOREVER);
                    }
                })
                .isInstanceOf(EOFException.class);
    }
}
