package io.resque.launcher.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobFailure;
import io.resque.api.ResqueException;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobMessagesTest {
    private static Frame frame(byte[] bytes) {
        return new Frame(bytes[Integer.BYTES], Arrays.copyOfRange(bytes, TreeWriter.HEADER, bytes.length));
    }

    private static Frame frame(byte type, @Nullable Object tree) {
        return frame(TreeWriter.frame(type, tree));
    }

    @Test
    void aJobCrosses() throws IOException {
        JobRequest job = new JobRequest(
                "vm:1:q",
                "q",
                "Mail",
                "ab",
                Arrays.asList(1L, null),
                Map.of("traceparent", "00-ab", "tenant", 7L),
                Instant.ofEpochSecond(3, 5_000),
                null,
                2,
                new JobFailure("java.io.IOException", "refused"),
                Map.of("line", 7L));
        Frame frame = frame(JobMessages.run(job, null));
        assertThat(frame.type).isEqualTo(FrameType.RUN);
        assertThat(JobMessages.run(frame)).isEqualTo(job);
    }

    @Test
    void theTimeLimitBeginsWhenItIsRead() throws IOException {
        JobRequest job = new JobRequest("vm:1:q", "q", "Mail", null, List.of(), Map.of(), null, null);
        Frame frame = frame(JobMessages.run(job, Duration.ofHours(1)));
        Instant before = Instant.now();
        Instant deadline = JobMessages.run(frame).deadline();
        assertThat(deadline).isBetween(before.plusSeconds(3_600), Instant.now().plusSeconds(3_600));
    }

    static Stream<JobOutcome> outcomes() {
        return Stream.of(
                new JobOutcome.Completed(null),
                new JobOutcome.Completed(List.of(1L, "x")),
                new JobOutcome.Vetoed(),
                new JobOutcome.Failed("E", "m", List.of("a", "b"), List.of("D", "java.lang.Throwable")));
    }

    @ParameterizedTest
    @MethodSource("outcomes")
    void anOutcomeCrosses(JobOutcome outcome) throws IOException {
        assertThat(JobMessages.outcome(frame(JobMessages.outcome(outcome)))).isEqualTo(outcome);
    }

    @Test
    void aFailureThatIsTooLargeKeepsItsClass() throws IOException {
        JobOutcome huge = new JobOutcome.Failed("E", "x".repeat(40 << 20), List.of("a"));
        assertThat(JobMessages.outcome(frame(JobMessages.outcome(huge))))
                .isEqualTo(new JobOutcome.Failed("E", "(its message is too large to tell)", List.of()));
    }

    static Stream<Object> failures() {
        return Stream.of(
                "E",
                List.of("E", "m"),
                List.of("E", "m", List.of()),
                List.of("E", "m", List.of(), 1),
                List.of("E", "m", List.of(), List.of(), 1),
                List.of(1, "m", List.of(), List.of()),
                List.of("E", 1, List.of(), List.of()),
                List.of("E", "m", "a", List.of()));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aFailureThatIsNoneIsRefused(Object tree) {
        assertThatThrownBy(() -> JobMessages.outcome(frame(FrameType.FAILED, tree)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("It sent a failure that cannot be read");
    }

    @Test
    void aFrameOfAnotherTypeIsNoOutcome() {
        assertThatThrownBy(() -> JobMessages.outcome(frame(FrameType.HELLO, null)))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("It sent a frame of the unknown type 1");
    }

    static Stream<RuntimeException> ours() {
        return Stream.of(
                new InvalidJobException("m"),
                new ConfigurationException("m"),
                new BackendException("m"),
                new BackendUnavailableException("m", new IOException(), false));
    }

    @ParameterizedTest
    @MethodSource("ours")
    void anExceptionOfThisLibraryComesBackAsItWas(RuntimeException thrown) throws IOException {
        Frame frame = frame(JobMessages.refusal(thrown));
        assertThat(frame.type).isEqualTo(FrameType.REFUSAL);
        assertThat(JobMessages.refusal(frame)).hasSameClassAs(thrown).hasMessage("m");
    }

    @Test
    void anyOtherExceptionIsNamed() throws IOException {
        assertThat(JobMessages.refusal(frame(JobMessages.refusal(new IllegalStateException("m")))))
                .isExactlyInstanceOf(ResqueException.class)
                .hasMessage("In the worker: java.lang.IllegalStateException: m");
    }

    @Test
    void theAddressOfTheWorkerCrosses() throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        new ParentAddress("/tmp/é", "token").write(pipe);
        ParentAddress read = ParentAddress.read(new ByteArrayInputStream(pipe.toByteArray()));
        assertThat(read.token).isEqualTo("token");
        assertThat(read.socket).isEqualTo("/tmp/é");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "token\n"})
    void aStreamMayHoldNoAddress(String text) throws IOException {
        assertThat(ParentAddress.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))))
                .isNull();
    }

    @Test
    void aChildThatHasEndedIsNoErrorForTheWriterOfTheAddress() {
        new ParentAddress("s", "t").write(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });
    }
}
