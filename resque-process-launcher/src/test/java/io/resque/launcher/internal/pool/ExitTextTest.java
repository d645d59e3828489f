package io.resque.launcher.internal.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.JobOutcome;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitTextTest {
    @ParameterizedTest
    @CsvSource({
        "0, ended with status 0",
        "128, ended with status 128",
        "129, was killed by signal 1 (SIGHUP)",
        "137, was killed by signal 9 (SIGKILL)",
        "192, was killed by signal 64",
        "193, ended with status 193",
    })
    void aStatusIsToldAsASignalOrANumber(int status, String text) {
        assertThat(ExitText.ended(status)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "6, false", "132, true", "134, true", "135, true", "137, false", "139, true", "143, false"})
    void onlyAFaultOfTheProcessItselfIsACrash(int status, boolean crash) {
        assertThat(ExitText.isCrash(status)).isEqualTo(crash);
    }

    private static ChildProcess printing(String line) throws IOException {
        Process process = new ProcessBuilder("echo", line).start();
        return new ChildProcess(process, null, new ChildOutput(process, process.getInputStream()), null);
    }

    private static String who(ChildProcess child) {
        return "The child process " + child.process.pid();
    }

    @Test
    void aChildWithoutMemoryIsToldByItsLastLine() throws IOException {
        ChildProcess child = printing("Terminating due to java.lang.OutOfMemoryError: Java heap space\nmore");
        assertThat(ExitText.byStatus(child, 3))
                .isEqualTo(who(child) + " ran out of memory and ended with status 3: "
                        + "Terminating due to java.lang.OutOfMemoryError: Java heap space");
        assertThat(ExitText.byStatus(child, 4)).isEqualTo(who(child) + " ended with status 4");
        ChildProcess other = printing("no such line");
        assertThat(ExitText.byStatus(other, 3)).isEqualTo(who(other) + " ended with status 3");
    }

    @Test
    void aKilledChildIsToldWithTheReason() throws IOException {
        ChildProcess child = printing("");
        assertThat(ExitText.killed(child, "too late"))
                .isEqualTo(who(child) + " was killed by signal 9 (SIGKILL): too late");
    }

    @Test
    void anInterruptByTermIsRubysException() {
        JobOutcome other = new JobOutcome.Failed("E", "m", List.of("a"));
        assertThat(ExitText.byTerm(new JobOutcome.Failed("java.lang.InterruptedException", "m", List.of("a"))))
                .isEqualTo(new JobOutcome.Failed("Resque::TermException", "SIGTERM", List.of("a")));
        assertThat(ExitText.byTerm(other)).isSameAs(other);
        assertThat(ExitText.byTerm(new JobOutcome.Vetoed())).isEqualTo(new JobOutcome.Vetoed());
    }
}
