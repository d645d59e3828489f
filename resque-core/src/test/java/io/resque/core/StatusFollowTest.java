package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.core.internal.status.StatusFollower;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StatusFollowTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final List<JobState> seen = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void cleanUp() {
        resque.close();
        redis.clear();
    }

    private void write(String token, String record) {
        CoreRedis.CLIENT.call("SET", redis.key("job:" + token + ":status"), record);
    }

    private Optional<JobStatus> follow(String token, Duration timeout) throws InterruptedException {
        return resque.follow(token, timeout, status -> seen.add(status.state()));
    }

    @Test
    @WireRule("W-752")
    void tellsEachChangeUpToTheEnd() throws Exception {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        CountDownLatch seenRunning = new CountDownLatch(1);
        CompletableFuture<Optional<JobStatus>> last = new CompletableFuture<>();
        Thread follower = new Thread(() -> {
            try {
                last.complete(resque.follow(token, LONG, status -> {
                    seen.add(status.state());
                    if (status.state() == JobState.RUNNING) {
                        seenRunning.countDown();
                    }
                }));
            } catch (Throwable e) {
                last.completeExceptionally(e);
            }
        });
        follower.start();
        await().until(() -> seen.contains(JobState.WAITING));
        Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    seenRunning.await();
                    context.result(Map.of("sum", 3));
                })
                .start();
        JobStatus status = last.get().orElseThrow();
        worker.close();
        assertThat(status.state()).isEqualTo(JobState.COMPLETE);
        assertThat(status.result()).isEqualTo(Map.of("sum", 3L));
        assertThat(seen).containsExactly(JobState.WAITING, JobState.RUNNING, JobState.COMPLETE);
    }

    @Test
    @WireRule("W-752")
    void anUnknownTokenIsEmptyAtOnce() throws Exception {
        assertThat(follow("nope", LONG)).isEmpty();
        write("bad", "not json");
        assertThat(follow("bad", LONG)).isEmpty();
        assertThat(seen).isEmpty();
        assertThat(resque.stopTracking("nope")).isFalse();
    }

    @Test
    @WireRule("W-752")
    void stoppingTheTrackingEndsIt() throws Exception {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        assertThat(resque.follow(token, LONG, status -> {
                    seen.add(status.state());
                    assertThat(resque.stopTracking(token)).isTrue();
                }))
                .isEmpty();
        assertThat(seen).containsExactly(JobState.WAITING);
        assertThat(resque.stopTracking(token)).isFalse();

        Worker worker =
                resque.workerBuilder("q").register("A", () -> context -> {}).start();
        await().until(() -> "1".equals(CoreRedis.CLIENT.text("GET", redis.key("stat:processed"))));
        worker.close();
        assertThat(resque.status(token)).as("a worker does not track it again").isEmpty();
    }

    @Test
    @WireRule("W-752")
    void dequeueingEndsIt() throws Exception {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        assertThat(resque.follow(token, LONG, status -> resque.dequeueClasses("q", List.of("A"))))
                .isEmpty();
    }

    @Test
    @WireRule("W-752")
    void theLastStatusIsGivenAtTheTimeout() throws Exception {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        assertThat(follow(token, Duration.ZERO).orElseThrow().state()).isEqualTo(JobState.WAITING);
        assertThat(follow(token, Duration.ofMillis(300)).orElseThrow().state()).isEqualTo(JobState.WAITING);
        assertThat(seen).containsExactly(JobState.WAITING, JobState.WAITING);
        assertThat(follow("nope", Duration.ofSeconds(Long.MAX_VALUE))).isEmpty();
        assertThat(resque.awaitEnd(token, Duration.ofMillis(1)).orElseThrow().state())
                .isEqualTo(JobState.WAITING);
        assertThat(resque.awaitEnd("nope", LONG)).isEmpty();
    }

    @Test
    void anInterruptEndsIt() {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> follow(token, LONG)).isInstanceOf(InterruptedException.class);
    }

    @Test
    void closingEndsIt() {
        String token = resque.enqueueTracked("q", "A", 1).orElseThrow();
        CompletableFuture<Optional<JobStatus>> last = CompletableFuture.supplyAsync(() -> {
            try {
                return follow(token, LONG);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> !seen.isEmpty());
        resque.close();
        assertThatThrownBy(last::get).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(BackendException.class);
    }

    @Test
    void looksSeldomWhileNothingChanges() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        JobStatus waiting = new JobStatus(JobState.WAITING, Instant.EPOCH, Optional.empty(), null);
        StatusFollower follower = new StatusFollower(() -> {
            looks.incrementAndGet();
            return Optional.of(waiting);
        });
        // At 0, 50, 150, 350, 750, 1550 and 2500 ms.
        follower.follow(Duration.ofMillis(2_500), status -> {});
        assertThat(looks.get()).isBetween(4, 7);
    }

    @Test
    void looksSoonAgainAfterAChange() throws Exception {
        // The 6th look is 1.55 s after the first; each of the next ones finds a change and is 50 ms after its last.
        AtomicInteger looks = new AtomicInteger();
        AtomicReference<Long> changing = new AtomicReference<>(0L);
        StatusFollower follower = new StatusFollower(() -> {
            int look = looks.incrementAndGet();
            if (look == 6) {
                changing.set(System.nanoTime());
            }
            JobState state = look == 16 ? JobState.COMPLETE : JobState.RUNNING;
            return Optional.of(new JobStatus(state, Instant.ofEpochSecond(Math.max(5, look)), Optional.empty(), null));
        });
        follower.follow(LONG, status -> {});
        assertThat(Duration.ofNanos(System.nanoTime() - changing.get()))
                .as("ten looks, which without changes would take ten seconds")
                .isLessThan(Duration.ofSeconds(5));
    }

    @Test
    @WireRule("W-752")
    void readsTheRecordsOfBothPhps() throws Exception {
        write("old", "{\"status\":4,\"updated\":1795361602}");
        write("new", "{\"status\":3,\"updated\":1795361602,\"started\":1795361599,\"result\":{\"sum\":3}}");
        write("app_1", "{\"status\":\"2\",\"updated\":1795361606}");
        write("odd", "{\"status\":99,\"updated\":1795361605}");
        Instant updated = Instant.ofEpochSecond(1795361602);
        assertThat(follow("old", LONG)).contains(new JobStatus(JobState.COMPLETE, updated, Optional.empty(), null));
        assertThat(follow("new", LONG))
                .contains(new JobStatus(
                        JobState.FAILED, updated, Optional.of(Instant.ofEpochSecond(1795361599)), Map.of("sum", 3L)));
        assertThat(follow("app_1", Duration.ZERO).orElseThrow().state()).isEqualTo(JobState.RUNNING);
        assertThat(follow("1", LONG)).as("without its prefix").isEmpty();
        assertThat(follow("odd", LONG)).isEmpty();
        assertThat(resque.stopTracking("app_1")).isTrue();
    }
}
