package io.resque.api.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FailureTextTest {
    private static final StackTraceElement FRAME = new StackTraceElement("Mail", "perform", "Mail.java", 7);

    private static JobOutcome.Failed of(Throwable thrown) {
        return JobOutcome.Failed.of(thrown, FailureTextTest.class);
    }

    /** An exception with one frame, which is cut off behind it. */
    private static Exception thrown(String message, @Nullable Throwable cause) {
        Exception thrown = new Exception(message, cause);
        thrown.setStackTrace(new StackTraceElement[] {
            FRAME, new StackTraceElement(FailureTextTest.class.getName() + "$Inner", "run", null, 1), FRAME
        });
        return thrown;
    }

    /** Causes that are numbered from the innermost: the first one has so many below it. */
    private static Exception chain(int causes) {
        Exception last = thrown("0", null);
        for (int i = 1; i <= causes; i++) {
            last = thrown(String.valueOf(i), last);
        }
        return last;
    }

    private static String causedBy(int number) {
        return "Caused by: java.lang.Exception: " + number;
    }

    @Test
    void classMessageAndFramesUpToThoseOfTheRunner() {
        assertThat(of(thrown("No such user", null)))
                .isEqualTo(new JobOutcome.Failed(
                        "java.lang.Exception",
                        "No such user",
                        List.of(FRAME.toString()),
                        List.of("java.lang.Throwable")));
    }

    @Test
    void withoutAMessageTheClassStandsInItsPlace() {
        assertThat(of(thrown(null, null)).message()).isEqualTo("java.lang.Exception");
    }

    @Test
    void aFewCausesAreAllShown() {
        assertThat(of(chain(9)).frames())
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 9)
                        .boxed()
                        .sorted(Collections.reverseOrder())
                        .flatMap(i ->
                                (i == 9 ? List.of(FRAME.toString()) : List.of(causedBy(i), FRAME.toString())).stream())
                        .toList());
    }

    @Test
    void ofManyCausesTheLastOneIsShown() {
        assertThat(of(chain(10)).frames())
                .hasSize(1 + 9 * 2 + 3)
                .endsWith(causedBy(1), FRAME.toString(), "… more causes, left out", causedBy(0), FRAME.toString());
        assertThat(of(chain(10 + 999)).frames())
                .hasSize(1 + 9 * 2 + 3)
                .endsWith("… more causes, left out", causedBy(0), FRAME.toString());
        assertThat(of(chain(10 + 1_000)).frames())
                .as("the last cause cannot be reached in a thousand steps")
                .hasSize(1 + 9 * 2 + 1)
                .endsWith("… more causes, left out");
    }

    @Test
    void causesThatGoInACircleEnd() {
        Exception inner = new Exception("inner");
        inner.setStackTrace(new StackTraceElement[] {FRAME});
        Exception outer = thrown("outer", inner);
        inner.initCause(outer);
        assertThat(of(outer).frames())
                .containsExactly(
                        FRAME.toString(),
                        "Caused by: java.lang.Exception: inner",
                        FRAME.toString(),
                        "… caused by one of these again");
    }

    private static Exception suppressing(int count) {
        Exception thrown = thrown("outer", null);
        for (int i = 0; i < count; i++) {
            thrown.addSuppressed(thrown("suppressed " + i, thrown("its cause", null)));
        }
        return thrown;
    }

    @Test
    void suppressedExceptionsAreShownWithTheirCauses() {
        assertThat(of(suppressing(1)).frames())
                .containsExactly(
                        FRAME.toString(),
                        "Suppressed: java.lang.Exception: suppressed 0",
                        FRAME.toString(),
                        "Caused by: java.lang.Exception: its cause",
                        FRAME.toString());
        assertThat(of(suppressing(10)).frames()).hasSize(1 + 10 * 4).doesNotContain("… more suppressed, left out");
        assertThat(of(suppressing(11)).frames()).hasSize(1 + 10 * 4 + 1).endsWith("… more suppressed, left out");
        assertThat(of(suppressing(12)).frames()).hasSize(1 + 10 * 4 + 1);
    }

    /** An exception whose methods are a user's code. */
    private static final class Weird extends Exception {
        private final StackTraceElement @Nullable [] frames;

        Weird(StackTraceElement @Nullable ... frames) {
            this.frames = frames;
        }

        @Override
        public StackTraceElement[] getStackTrace() {
            return frames;
        }
    }

    @Test
    void aStackThatIsNoneOrHoldsNoFrameIsTaken() {
        assertThat(of(new Weird((StackTraceElement[]) null)).frames()).isEmpty();
        assertThat(of(new Weird(null, FRAME)).frames()).containsExactly("null", FRAME.toString());
    }

    @Test
    void aStackHasABoundedNumberOfFrames() {
        StackTraceElement[] frames = Collections.nCopies(10_001, FRAME).toArray(StackTraceElement[]::new);
        assertThat(of(new Weird(frames)).frames()).hasSize(10_000);
    }

    @Test
    void methodsThatThrowAreLeftOut() {
        JobOutcome.Failed failed = of(new Exception() {
            @Override
            public String getMessage() {
                throw new IllegalStateException();
            }

            @Override
            public StackTraceElement[] getStackTrace() {
                throw new IllegalArgumentException();
            }

            @Override
            public Throwable getCause() {
                throw new UnsupportedOperationException();
            }
        });
        assertThat(failed.message())
                .isEqualTo(failed.exception() + " (its getMessage threw java.lang.IllegalStateException)");
        assertThat(failed.frames())
                .containsExactly(
                        "… left out: its getStackTrace threw java.lang.IllegalArgumentException",
                        "… left out: its getCause threw java.lang.UnsupportedOperationException");
    }
}
