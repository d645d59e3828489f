package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.DontPerformException;
import io.resque.api.RunTimes;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** History that worker processes write. */
@Timeout(60)
@SuppressWarnings("try") // a worker is only closed
class HistoryTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    private List<String> keysOfHistory() {
        return redis.dump().keySet().stream()
                .filter(key -> key.contains("java:history") || key.contains("java:metrics"))
                .toList();
    }

    private void work(Resque resque) {
        resque.enqueue("q", "Good");
        resque.enqueue("q", "Bad");
        resque.enqueue("q", "Good");
        resque.enqueue("q", "Vetoed");
        try (Worker worker = resque.workerBuilder("q")
                .register("Good", () -> job -> {})
                .register("Bad", () -> job -> {
                    throw new IllegalStateException("bad");
                })
                .register("Vetoed", () -> job -> {
                    throw new DontPerformException("not today");
                })
                .start()) {
            await().until(() -> "4".equals(CLIENT.text("GET", redis.key("stat:processed"))));
        }
    }

    @Test
    @WireRule("W-618")
    void workersWriteSamplesAndTheirRunTimes() {
        try (Resque resque = redis.builder().history(true).build();
                Resque other = redis.builder().build()) {
            work(resque);
            await("the first sample is written at once")
                    .until(() -> !resque.history().last(HOUR).samples().isEmpty());
            assertThat(CLIENT.text("GET", redis.key("java:history:leader"))).contains(":history");
            resque.close();
            List<RunTimes> times = other.history().runTimes(HOUR);
            assertThat(times)
                    .as("the last run times are written at the end; a veto is no run")
                    .extracting(RunTimes::jobClass)
                    .containsExactlyInAnyOrder("Good", "Bad");
            assertThat(times.stream()
                            .filter(each -> each.jobClass().equals("Good"))
                            .findFirst()
                            .orElseThrow()
                            .count())
                    .isEqualTo(2);
            assertThat(CLIENT.text("GET", redis.key("java:history:leader")))
                    .as("the lease is given back")
                    .isNull();
            assertThat(other.history().last(HOUR).samples()).isNotEmpty();
        }
    }

    @Test
    void nothingIsWrittenUnlessAskedFor() {
        try (Resque resque = redis.builder().build()) {
            work(resque);
            assertThat(resque.history().last(HOUR).samples()).isEmpty();
            assertThat(resque.history().runTimes(HOUR)).isEmpty();
            assertThat(keysOfHistory()).isEmpty();
        }
        assertThat(keysOfHistory()).isEmpty();
    }

    @Test
    void aProcessWithoutWorkersCanWriteSamples() {
        try (Resque resque =
                redis.builder().configure(Map.of("history", "false")).build()) {
            resque.history().start();
            resque.history().start();
            await().until(() -> resque.history().last(HOUR).samples().size() == 1);
        }
    }

    @Test
    void timesOutsideOfWhatIsKeptAreRefused() {
        try (Resque resque = redis.builder().build()) {
            for (Duration time : List.of(Duration.ofSeconds(59), Duration.ofDays(9))) {
                assertThatThrownBy(() -> resque.history().last(time))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("The time must be from 1 minute to 8 days, was " + time);
                assertThatThrownBy(() -> resque.history().runTimes(time)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void bucketsTellASharesTime() {
        List<Long> buckets = new ArrayList<>(Collections.nCopies(RunTimes.BUCKETS, 0L));
        assertThat(new RunTimes("A", Duration.ZERO, buckets).within(0.5)).isZero();
        buckets.set(0, 90L);
        buckets.set(4, 9L);
        buckets.set(RunTimes.BUCKETS - 1, 1L);
        RunTimes times = new RunTimes("A", Duration.ofSeconds(2_000), buckets);
        assertThat(times.mean()).isEqualTo(Duration.ofSeconds(20));
        assertThat(times.within(0.5)).isEqualTo(Duration.ofMillis(1));
        assertThat(times.within(0.95)).isEqualTo(Duration.ofMillis(20));
        assertThat(times.within(1)).isEqualTo(Duration.ofSeconds(1_000));
        assertThatThrownBy(() -> times.within(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RunTimes("A", Duration.ZERO, List.of(1L)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
