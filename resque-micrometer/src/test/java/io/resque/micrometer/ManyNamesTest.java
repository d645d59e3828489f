package io.resque.micrometer;

import static io.resque.micrometer.MetricsFixture.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.backend.memory.MemoryResque;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A hundred thousand names of classes, queues and exceptions. */
@Timeout(180)
class ManyNamesTest {
    private static final int NAMES = 100_000;

    /** So many of them run; {@code -Dmetrics.names=100000} runs all, which takes half a minute. */
    private static final int RUN = Integer.getInteger("metrics.names", 2_000);

    @RegisterExtension
    final MemoryResque memory = new MemoryResque();

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void aProducerAndAWorkerWithRandomNamesMakeAHundredTags() {
        try (Resque resque = Resque.connect(memory.url());
                ResqueMetrics metrics =
                        ResqueMetrics.builder(resque).classes(List.of("Always")).build()) {
            metrics.bindTo(registry);
            resque.enqueueAll("q", IntStream.range(0, RUN).mapToObj(i -> JobSpec.of("Random" + i)));
            resque.enqueue("q", "Always");
            assertThat(registry.get("resque.enqueue.jobs").counters().stream()
                            .mapToDouble(each -> each.count())
                            .sum())
                    .isEqualTo(RUN + 1);
            assertThat(values(registry, "class")).hasSize(103).contains("Always", "other", "several");
            resque.workerBuilder("q").register("Always", () -> context -> {}).drain();
            assertThat(MetricsFixture.count(registry, "resque.job", "class", "other"))
                    .isEqualTo(RUN);
            assertThat(values(registry, "class")).hasSize(103);
        }
    }

    @Test
    void callsWithRandomNamesMakeAHundredTags() {
        Meters meters = new Meters(registry, Tags.empty(), false);
        EnqueueMeters calls = new EnqueueMeters(meters, new TagValues(100), new TagValues(100));
        for (int i = 0; i < NAMES; i++) {
            EnqueueCall call = new EnqueueCall(
                    "queue" + i, List.of(JobSpec.of("Random" + i)), EnqueueCall.Mode.ONE, Optional.empty());
            calls.begin(call).ended(List.of(EnqueueWatch.Outcome.WRITTEN), Optional.empty());
        }
        assertThat(MetricsFixture.count(registry, "resque.enqueue")).isEqualTo(NAMES);
        for (String tag : List.of("queue", "class")) {
            assertThat(values(registry, tag)).hasSize(101);
        }
    }

    /** Also if the jobs of all these classes ran. */
    @Test
    void jobsWithRandomNamesMakeAHundredTags() {
        Meters meters = new Meters(registry, Tags.empty(), false);
        JobMeters jobs = new JobMeters(meters, new TagValues(100), new TagValues(100), new TagValues(100));
        for (int i = 0; i < NAMES; i++) {
            JobInfo job = new JobInfo("queue" + i, "Random" + i, List.of(), Optional.empty());
            jobs.taken("worker", job);
            jobs.ended(
                    "worker",
                    job,
                    new JobEnd(JobEnd.Kind.FAILED, Duration.ofMillis(1), Optional.of("com.acme.Exception" + i)));
        }
        assertThat(MetricsFixture.count(registry, "resque.job")).isEqualTo(NAMES);
        for (String tag : List.of("queue", "class", "exception")) {
            assertThat(values(registry, tag)).hasSize(101);
        }
    }

    /** A hundred values in each of three tags could make a million series. */
    @Test
    void theirCombinationsAreBoundedToo() {
        Meters.Series<Integer, Integer> series = new Meters.Series<>(key -> key, key -> -1);
        Set<Integer> made = new HashSet<>();
        for (int i = 0; i < NAMES; i++) {
            made.add(series.of(i));
        }
        assertThat(made).hasSize(Meters.Series.MOST + 1).contains(0, -1);
    }
}
