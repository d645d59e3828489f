package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.JobContext;
import io.resque.api.JobProgress;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.Retry;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@SuppressWarnings("try") // a worker is only closed
class ProgressTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;

    @AfterEach
    void close() {
        fixture.close();
    }

    private Optional<JobProgress> progress(String token) {
        return resque.status(token).flatMap(JobStatus::progress);
    }

    @Test
    @WireRule("W-753")
    void whatARunningJobTellsIsShownSoonAndStaysAfterItsEnd() throws Exception {
        String token = resque.enqueueTracked("q", "Import").orElseThrow();
        assertThat(progress(token)).isEmpty();
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicReference<JobContext> kept = new AtomicReference<>();
        Worker worker = resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    kept.set(context);
                    context.progress(1, 10, "first");
                    context.log("é 1");
                    context.progress(2, 10, "second");
                    mayEnd.await();
                    for (int i = 2; i <= 30; i++) {
                        context.log("line " + i + " " + "x".repeat(300));
                    }
                    context.progress(10, 10, "");
                })
                .start();
        await().until(() -> progress(token).map(JobProgress::done).orElse(0L) == 2);
        JobProgress shown = progress(token).orElseThrow();
        assertThat(shown.total()).isEqualTo(10);
        assertThat(shown.text()).isEqualTo("second");
        assertThat(shown.lines()).containsExactly("é 1");
        assertThat(shown.logged()).isOne();
        mayEnd.countDown();
        List<JobStatus> seen = new ArrayList<>();
        JobStatus last = resque.follow(token, Duration.ofSeconds(20), seen::add).orElseThrow();
        assertThat(last.state()).isEqualTo(JobState.COMPLETE);
        JobProgress end = last.progress().orElseThrow();
        assertThat(end.done()).isEqualTo(10);
        assertThat(end.logged()).isEqualTo(30);
        assertThat(end.lines()).hasSize(20).allMatch(line -> line.length() == 200);
        assertThat(end.lines().get(19)).startsWith("line 30 ");
        worker.close();
        assertThat(fixture.redis.number("TTL", fixture.key("java:progress:" + token)))
                .isBetween(86_000L, 86_400L);
        assertThat(fixture.redis.text("GET", fixture.key("job:" + token + ":status")))
                .as("PHP must read the status as before")
                .matches("\\{\"status\":4,\"updated\":\\d+,\"started\":\\d+,\"result\":null}");
        assertThatThrownBy(() -> kept.get().progress(1, 1, "")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kept.get().log("")).isInstanceOf(IllegalStateException.class);
        assertThat(resque.stopTracking(token)).isTrue();
        assertThat(fixture.redis.keys(fixture.key("java:progress:*"))).isEmpty();
    }

    @Test
    @WireRule("W-753")
    void aJobThatTellsAllTheTimeIsWrittenAboutOnceASecond() {
        String token = resque.enqueueTracked("q", "Import").orElseThrow();
        fixture.redis.call("CONFIG", "RESETSTAT");
        long begun = System.nanoTime();
        resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    for (int i = 0; System.nanoTime() - begun < TimeUnit.MILLISECONDS.toNanos(2_500); i++) {
                        context.progress(i, 0, "");
                    }
                })
                .drain();
        assertThat(progress(token).orElseThrow().done()).isGreaterThan(100);
        long written = String.valueOf(fixture.redis.text("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:") || line.startsWith("cmdstat_eval:"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*:calls=(\\d+),.*", "$1")))
                .sum();
        assertThat(written).as("calls of scripts, most of them not of this").isLessThan(60);
    }

    @Test
    @WireRule("W-753")
    void whatAnEarlierJobOfThisIdToldIsNotShown() {
        String token = resque.enqueueTracked("q", "Import").orElseThrow();
        fixture.redis.call(
                "SET", fixture.key("java:progress:" + token), "{\"updated\":1795361599,\"progress\":{\"done\":3}}");
        resque.workerBuilder("q").register("Import", () -> context -> {}).drain();
        assertThat(resque.status(token).map(JobStatus::state)).contains(JobState.COMPLETE);
        assertThat(progress(token)).isEmpty();
    }

    @Test
    void untrackedAndInlineJobsTellNobody() {
        resque.enqueue("q", "Import");
        assertThat(resque.workerBuilder("q")
                        .register("Import", () -> context -> {
                            context.progress(1, 2, "half");
                            context.log("line");
                            assertThatThrownBy(() -> context.progress(-1, 2, ""))
                                    .isInstanceOf(IllegalArgumentException.class);
                        })
                        .drain())
                .isOne();
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.redis.keys(fixture.key("java:progress:*"))).isEmpty();
    }

    @Test
    void theNextRunTellsAnew() {
        String token = resque.enqueueTracked("q", "Import").orElseThrow();
        resque.workerBuilder("q")
                .register("Import", () -> context -> {
                    context.log("run " + context.attempt());
                    if (context.attempt() == 0) {
                        throw new IllegalStateException("not yet");
                    }
                })
                .retry("Import", Retry.limit(1))
                .drain();
        assertThat(progress(token).orElseThrow().lines()).containsExactly("run 1");
    }
}
