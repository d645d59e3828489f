package io.resque.core.internal.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.RunTimes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Run times in the memory of a process. */
class RunTimeSumsTest {
    private final RunTimeSums sums = new RunTimeSums();

    private void end(String jobClass, JobEnd.Kind kind, Duration took) {
        sums.jobEnded(
                "host:1:q",
                new JobInfo("q", jobClass, List.of(), Optional.empty()),
                new JobEnd(kind, took, Optional.empty()));
    }

    @Test
    void eachTimeIsInTheBucketOfItsBound() {
        for (Duration bound : RunTimes.BOUNDS) {
            end("A", JobEnd.Kind.COMPLETED, bound);
            end("A", JobEnd.Kind.FAILED, bound.plusNanos(1));
        }
        end("B", JobEnd.Kind.PUT_BACK, Duration.ofSeconds(1));
        RunTimes times = sums.drain().get(0);
        assertThat(times.buckets()).hasSize(20).startsWith(1L, 2L, 2L).endsWith(2L, 1L);
        assertThat(times.count()).isEqualTo(38);
        assertThat(times.total()).isEqualTo(Duration.ofMillis(2 * 1_888_888));
        assertThat(sums.drain()).isEmpty();
    }

    @Test
    void theNumberOfClassesIsBounded() {
        for (int i = 0; i < 1_000; i++) {
            end("C" + i, JobEnd.Kind.COMPLETED, Duration.ofMillis(1));
        }
        end("C3", JobEnd.Kind.COMPLETED, Duration.ofMillis(1));
        end("x".repeat(201), JobEnd.Kind.COMPLETED, Duration.ofMillis(1));
        List<RunTimes> all = sums.drain();
        assertThat(all).hasSize(201);
        assertThat(all)
                .filteredOn(each -> each.jobClass().isEmpty())
                .map(RunTimes::count)
                .containsExactly(801L);
        assertThat(all)
                .filteredOn(each -> each.jobClass().equals("C3"))
                .map(RunTimes::count)
                .containsExactly(2L);
    }
}
