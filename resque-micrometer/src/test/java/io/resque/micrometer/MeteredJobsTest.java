package io.resque.micrometer;

import static io.resque.micrometer.MetricsFixture.count;
import static io.resque.micrometer.MetricsFixture.counts;
import static io.resque.micrometer.MetricsFixture.ours;
import static io.resque.micrometer.MetricsFixture.repeat;
import static io.resque.micrometer.MetricsFixture.value;
import static io.resque.micrometer.MetricsFixture.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.core.WorkerBuilder;
import io.resque.launcher.ProcessJobExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of a process are counted in a registry as Redis counts them. */
@Timeout(180)
@SuppressWarnings("try") // some are only to be closed
class MeteredJobsTest {
    private final MetricsFixture fixture = new MetricsFixture();
    private final MeterRegistry registry = fixture.registry;

    @AfterEach
    void close() {
        fixture.close();
    }

    private WorkerBuilder worker(String queue) {
        return fixture.resque.workerBuilder(queue).module(new MetricsJobs()).retry("Again", Retry.limit(2));
    }

    @Test
    void tenThousandJobsAreCountedAsRedisCountsThem() throws Exception {
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.of("application", "shop"))) {
            metrics.bindTo(registry);
            List<JobSpec> jobs = new ArrayList<>();
            for (int i = 0; i < 9_000; i++) {
                jobs.add(JobSpec.of(
                        switch (i % 20) {
                            case 3 -> "Failing";
                            case 7 -> "Vetoed";
                            case 11 -> "Again";
                            default -> "Good";
                        },
                        i));
            }
            fixture.resque.enqueueAll("q", jobs);
            fixture.push("q", repeat(900, "{\"class\":\"Good\",\"args\":[]}"));
            fixture.push("q", repeat(95, "no JSON"));
            worker("q").concurrency(8).untilEmpty().start().join();
            fixture.push("forked", repeat(5, "{\"class\":\"Dying\",\"args\":[]}"));
            worker("forked").executor(ProcessJobExecutor.builder().build()).drain();

            Map<String, Long> ended = counts(registry, "resque.job", "outcome");
            assertThat(ended)
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "completed",
                            9_000L,
                            "failed",
                            450L,
                            "vetoed",
                            450L,
                            "retried",
                            900L,
                            "unreadable",
                            95L,
                            "died",
                            5L));
            long all = ended.values().stream().mapToLong(Long::longValue).sum();
            assertThat(all).isEqualTo(fixture.stat("processed"));
            assertThat(ended.get("failed") + ended.get("unreadable")).isEqualTo(fixture.stat("failed"));
            assertThat(ended.get("retried")).isEqualTo(fixture.stat("java:retried"));
            assertThat(fixture.resque.failures().count())
                    .isEqualTo(ended.get("failed") + ended.get("unreadable") + ended.get("died"));
            assertThat(count(
                            registry,
                            "resque.job",
                            "class",
                            "Failing",
                            "exception",
                            "IllegalStateException",
                            "application",
                            "shop"))
                    .isEqualTo(450);
            assertThat(registry.get("resque.enqueue.jobs").tag("outcome", "written").counters().stream()
                            .mapToDouble(each -> each.count())
                            .sum())
                    .isEqualTo(9_000);
            assertThat(count(registry, "resque.enqueue", "class", "several", "mode", "bulk"))
                    .isOne();
            assertThat(registry.get("resque.job.active").longTaskTimers()).allMatch(each -> each.activeTasks() == 0);
        }
        assertThat(ours(registry)).isEmpty();
    }

    @Test
    void callsAreCountedByMode() throws Exception {
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.empty())) {
            metrics.bindTo(registry);
            fixture.resque.enqueue("q", "Good");
            fixture.resque.enqueueAsync("q", JobSpec.of("Good")).get();
            JobSpec unique = JobSpec.of("Good", 1).withUnique(Unique.untilDone(Duration.ofMinutes(5)));
            fixture.resque.enqueue("q", unique);
            fixture.resque.enqueue("q", unique);
            assertThatThrownBy(() -> fixture.resque.enqueue("q", "Good", new Object()))
                    .hasMessageContaining("Good");
            assertThat(counts(registry, "resque.enqueue", "outcome"))
                    .isEqualTo(Map.of("written", 3L, "duplicate", 1L, "refused", 1L));
            assertThat(counts(registry, "resque.enqueue", "mode")).isEqualTo(Map.of("one", 4L, "async", 1L));
        }
    }

    @Test
    void aJobThatRunsIsActiveAndItsWaitIsTimed() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        try (ResqueMetrics metrics = ResqueMetrics.builder(fixture.resque)
                .classes(List.of("Slow"))
                .histograms(true)
                .build()) {
            metrics.bindTo(registry);
            fixture.resque.enqueueTracked("q", JobSpec.of("Slow"));
            try (var worker = fixture.resque
                    .workerBuilder("q")
                    .register("Slow", () -> context -> {
                        runs.countDown();
                        ends.await();
                    })
                    .concurrency(2)
                    .start()) {
                runs.await();
                assertThat(registry.get("resque.job.active")
                                .tags("queue", "q", "class", "Slow")
                                .longTaskTimer()
                                .activeTasks())
                        .isOne();
                assertThat(value(registry, "resque.worker.slots", "worker", "q"))
                        .isEqualTo(2);
                assertThat(value(registry, "resque.worker.busy", "worker", "q")).isEqualTo(1);
                assertThat(value(registry, "resque.worker.redis.lost", "worker", "q"))
                        .isZero();
                ends.countDown();
            }
            assertThat(value(registry, "resque.worker.slots", "worker", "q")).isZero();
            assertThat(count(registry, "resque.job.wait", "queue", "q", "class", "Slow"))
                    .isOne();
            assertThat(registry.get("resque.job").timer().takeSnapshot().histogramCounts())
                    .hasSizeGreaterThanOrEqualTo(14);
        }
    }

    @Test
    void tagsStayBoundedWhateverTheNames() {
        try (ResqueMetrics metrics = ResqueMetrics.builder(fixture.resque)
                .maxTagValues(10)
                .fleet(true)
                .build()) {
            metrics.bindTo(registry);
            for (int i = 0; i < 50; i++) {
                fixture.push("random-" + i, repeat(40, "{\"class\":\"Random" + i + "\",\"args\":[]}"));
            }
            fixture.push("good", repeat(1, "{\"class\":\"Good\",\"args\":[]}"));
            worker("*").drain();
            assertThat(values(registry, "queue")).hasSize(11).contains("other");
            assertThat(values(registry, "class")).containsExactlyInAnyOrder("Good", "other");
            assertThat(count(registry, "resque.job", "class", "other", "exception", "UnknownJobException"))
                    .isEqualTo(2_000);
            for (int i = 0; i < 50; i++) {
                fixture.resque.enqueue("mine-" + i, "Mine" + i);
            }
            assertThat(values(registry, "class")).hasSize(12);
            assertThat(values(registry, "queue")).hasSize(11);
        }
    }

    @Test
    void twoOnOneRegistryNeedTagsOfTheirOwn() {
        ResqueMetrics first = new ResqueMetrics(fixture.resque, Tags.of("instance", "a"));
        ResqueMetrics second = new ResqueMetrics(fixture.resque, Tags.of("instance", "b"));
        first.bindTo(registry);
        assertThatThrownBy(() -> first.bindTo(registry))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("instance");
        assertThatThrownBy(() -> new ResqueMetrics(fixture.resque, Tags.of("instance", "a")).bindTo(registry))
                .isInstanceOf(IllegalStateException.class);
        second.bindTo(registry);
        fixture.resque.enqueue("q", "Good");
        worker("q").drain();
        assertThat(count(registry, "resque.job", "instance", "a")).isOne();
        first.close();
        first.close();
        assertThat(values(registry, "instance")).containsExactly("b");
        fixture.resque.enqueue("q", "Good");
        worker("q").drain();
        assertThat(count(registry, "resque.job", "instance", "b")).isEqualTo(2);
        assertThatThrownBy(() -> first.bindTo(registry)).isInstanceOf(IllegalStateException.class);
        new ResqueMetrics(fixture.resque, Tags.of("instance", "a")).bindTo(registry);
        second.close();
    }

    @Test
    void oneCanBeBoundToSeveralRegistries() {
        CompositeMeterRegistry other = new CompositeMeterRegistry();
        other.add(new SimpleMeterRegistry());
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.empty())) {
            metrics.bindTo(registry);
            metrics.bindTo(other);
            fixture.resque.enqueue("q", "Good");
            worker("q").drain();
            assertThat(count(registry, "resque.job")).isOne();
            assertThat(count(other, "resque.job")).isOne();
        }
        assertThat(ours(other)).isEmpty();
    }

    @Test
    void otherListenersThatThrowChangeNothing() {
        ResqueListener throwing = new ResqueListener() {
            @Override
            public EnqueueWatch enqueueBegins(EnqueueCall call) {
                throw new IllegalStateException("as it was told");
            }

            @Override
            public void jobTaken(String worker, JobInfo job) {
                throw new IllegalStateException("as it was told");
            }

            @Override
            public void jobEnded(String worker, JobInfo job, JobEnd end) {
                throw new AssertionError("as it was told");
            }
        };
        fixture.resque.listen(throwing);
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.empty())) {
            metrics.bindTo(registry);
            fixture.resque.listen(throwing);
            fixture.resque.enqueueAll("q", List.of(JobSpec.of("Good"), JobSpec.of("Failing"), JobSpec.of("Good")));
            worker("q").drain();
            assertThat(counts(registry, "resque.job", "outcome")).isEqualTo(Map.of("completed", 2L, "failed", 1L));
            assertThat(registry.get("resque.enqueue.jobs").counters().stream()
                            .mapToDouble(each -> each.count())
                            .sum())
                    .isEqualTo(3);
        }
    }

    /** A registry that its application has closed, or that refuses a meter, must not fail a job. */
    @Test
    void aRegistryThatThrowsFailsNoJob() {
        AtomicReference<Boolean> throwing = new AtomicReference<>(false);
        registry.config().onMeterAdded(meter -> {
            if (throwing.get()) {
                throw new IllegalStateException("as it was told");
            }
        });
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.empty())) {
            metrics.bindTo(registry);
            throwing.set(true);
            assertThat(fixture.resque.enqueue("q", "Good")).isTrue();
            worker("q").drain();
            assertThat(fixture.stat("processed")).isOne();
            assertThat(fixture.stat("failed")).isZero();
            throwing.set(false);
        }
    }
}
