package io.resque.micrometer;

import static io.resque.micrometer.MetricsFixture.ours;
import static io.resque.micrometer.MetricsFixture.repeat;
import static io.resque.micrometer.MetricsFixture.value;
import static io.resque.micrometer.MetricsFixture.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.resque.api.JobSpec;
import io.resque.core.Resque;
import io.resque.core.ResqueHttp;
import io.resque.core.Worker;
import io.resque.tck.RedisServer;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues, workers and counters of all languages. */
@Timeout(180)
@SuppressWarnings("try") // some are only to be closed
class FleetMetersTest {
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)\\})? (\\S+)$");

    private final MetricsFixture fixture = new MetricsFixture();
    private final MeterRegistry registry = fixture.registry;

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Map<String, Double> shown(ResqueHttp http) throws Exception {
        String url = "http://127.0.0.1:" + http.address().getPort() + "/metrics";
        String text = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        Map<String, Double> samples = new HashMap<>();
        Matcher sample = SAMPLE.matcher(text);
        while (sample.find()) {
            String labels = sample.group(2) == null ? "" : sample.group(2);
            samples.put(sample.group(1) + "{" + labels + "}", Double.valueOf(sample.group(3)));
        }
        return samples;
    }

    private double processed(String name) {
        return registry.get(name).functionCounter().count();
    }

    /** The table in docs/metrics.md. */
    @Test
    void metersAndMetricsReportTheSame() throws Exception {
        CountDownLatch runs = new CountDownLatch(2);
        CountDownLatch ends = new CountDownLatch(1);
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.of("of", "process"));
                ResqueMetrics fleet = ResqueMetrics.builder(fixture.resque)
                        .tags(Tags.of("of", "fleet"))
                        .fleet(true)
                        .build();
                ResqueHttp http = ResqueHttp.open(fixture.resque, new InetSocketAddress("127.0.0.1", 0))) {
            metrics.bindTo(registry);
            List<JobSpec> jobs = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                jobs.add(JobSpec.of(i % 10 == 3 ? "Failing" : i % 10 == 7 ? "Vetoed" : "Good", i));
            }
            fixture.resque.enqueueAll("mail", jobs);
            fixture.push("mail", repeat(7, "no JSON"));
            fixture.resque.workerBuilder("mail").module(new MetricsJobs()).drain();
            fixture.push("ruby", repeat(3, "{\"class\":\"Ruby\",\"args\":[]}"));
            fixture.resque.in(Duration.ofHours(1)).enqueue("later", "Good");
            try (Worker worker = fixture.resque
                            .workerBuilder("slow")
                            .register("Slow", () -> context -> {
                                runs.countDown();
                                ends.await();
                            })
                            .concurrency(3)
                            .start();
                    AutoCloseable released = ends::countDown) {
                fixture.resque.enqueueAllTracked("slow", List.of(JobSpec.of("Slow"), JobSpec.of("Slow")));
                runs.await();
                fleet.bindTo(registry);
                Map<String, Double> shown = shown(http);
                assertThat(processed("resque.processed"))
                        .isEqualTo(307)
                        .isEqualTo(shown.get("resque_job_executions_total{}"));
                assertThat(processed("resque.failed"))
                        .isEqualTo(37)
                        .isEqualTo(shown.get("resque_failed_job_executions_total{}"));
                for (String queue : List.of("mail", "ruby", "slow")) {
                    assertThat(value(registry, "resque.queue.size", "queue", queue))
                            .isEqualTo(shown.get("resque_jobs_in_queue{queue=\"" + queue + "\"}"));
                }
                assertThat(value(registry, "resque.queue.size", "queue", "ruby"))
                        .isEqualTo(3);
                assertThat(value(registry, "resque.queue.stalled", "queue", "ruby"))
                        .isEqualTo(shown.get("resque_queue_head_age_seconds{queue=\"ruby\"}"));
                assertThat(value(registry, "resque.failures", "list", "failed"))
                        .isEqualTo(37)
                        .isEqualTo(shown.get("resque_jobs_in_failed_queue{queue=\"failed\"}"));
                for (String state : List.of("idle", "working", "paused", "dead")) {
                    assertThat(value(registry, "resque.workers", "state", state))
                            .isEqualTo(shown.get("resque_workers_by_state{state=\"" + state + "\"}"));
                }
                assertThat(value(registry, "resque.workers", "state", "working"))
                        .isEqualTo(2);
                assertThat(value(registry, "resque.delayed.size"))
                        .isEqualTo(1)
                        .isEqualTo(shown.get("resque_delayed_jobs{}"));
                assertThat(value(registry, "resque.delayed.lateness"))
                        .isEqualTo(shown.get("resque_delayed_lateness_seconds{}"));
                assertThat(value(registry, "resque.fleet.up")).isEqualTo(shown.get("resque_up{}"));
                assertThat(value(registry, "resque.worker.busy", "worker", "slow"))
                        .isEqualTo(2)
                        .isEqualTo(shown.get("resque_process_loops{state=\"running\"}"));
                assertThat(value(registry, "resque.worker.redis.lost", "worker", "slow"))
                        .isEqualTo(shown.get("resque_process_loops{state=\"troubled\"}"));
                MetricsFixture.counts(registry, "resque.job", "outcome").forEach((outcome, count) -> {
                    String labels = "outcome=\"" + outcome + "\",queue=\"mail\"";
                    assertThat(shown.get("resque_process_job_seconds_count{" + labels + "}"))
                            .as(outcome)
                            .isEqualTo(count.doubleValue());
                });
                assertThat(MetricsFixture.counts(registry, "resque.job", "outcome"))
                        .isEqualTo(Map.of("completed", 240L, "failed", 30L, "vetoed", 30L, "unreadable", 7L));
            }
        }
        assertThat(ours(registry)).isEmpty();
    }

    @Test
    void aQueueThatIsGoneHasNoMeter() {
        fixture.push("gone", repeat(1, "{}"));
        fixture.push("stays", repeat(2, "{}"));
        try (ResqueMetrics metrics =
                ResqueMetrics.builder(fixture.resque).fleet(true).build()) {
            metrics.bindTo(registry);
            await().until(() -> values(registry, "queue").size() == 2);
        }
        fixture.resque.removeQueue("gone");
        try (Resque fresh = Resque.builder()
                        .url(MetricsFixture.SERVER.url())
                        .namespace(fixture.namespace)
                        .build();
                ResqueMetrics metrics = ResqueMetrics.builder(fresh).fleet(true).build()) {
            metrics.bindTo(registry);
            assertThat(value(registry, "resque.fleet.up")).isEqualTo(1);
            assertThat(values(registry, "queue")).containsExactly("stays");
            assertThat(value(registry, "resque.queue.size", "queue", "stays")).isEqualTo(2);
        }
    }

    @Test
    void withoutRedisTheBindingDoesNotWaitAndTheMetersAreNaN() {
        MeterRegistry alone = new SimpleMeterRegistry();
        try (RedisServer gone = RedisServer.start()) {
            Resque resque = Resque.connect(gone.url());
            gone.close();
            try (resque;
                    ResqueMetrics metrics =
                            ResqueMetrics.builder(resque).fleet(true).build()) {
                metrics.bindTo(alone);
                assertThat(value(alone, "resque.fleet.up")).isZero();
                assertThat(value(alone, "resque.delayed.size")).isNaN();
                assertThat(alone.get("resque.processed").functionCounter().count())
                        .isZero();
                assertThat(values(alone, "queue")).isEmpty();
            }
        }
        assertThat(ours(alone)).isEmpty();
    }

    /** Otherwise the meters of each process would ask Redis. */
    @Test
    void withoutTheFleetNothingAsksRedis() {
        try (ResqueMetrics metrics = new ResqueMetrics(fixture.resque, Tags.empty())) {
            metrics.bindTo(registry);
            assertThat(registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
                    .isEmpty();
            assertThat(registry.find("resque.processed").meters()).noneMatch(meter -> meter instanceof FunctionCounter);
        }
    }
}
