package io.resque.launcher.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkerEndTest {
    @ParameterizedTest
    @CsvSource({"0, DONE", "1, FAULT", "2, CONFIGURATION", "3, NO_REDIS", "10, NO_JOB_LEFT", "137, KILLED"})
    void aStatusMeansAnEnd(int status, WorkerEnd.Known end) {
        assertThat(WorkerEnd.of(status)).isSameAs(end);
        assertThat(end.status()).isEqualTo(status);
    }

    @Test
    void anyOtherStatusIsKept() {
        assertThat(WorkerEnd.of(143)).isEqualTo(new WorkerEnd.Other(143));
        assertThat(WorkerEnd.of(143).status()).isEqualTo(143);
    }
}
