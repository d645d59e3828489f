package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.JobType;
import io.resque.api.ResqueListener;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many tracked jobs at once, tracked jobs without waiting, and the same from a running job. */
@Timeout(60)
class TrackedJobsTest {
    record Welcome(long user, String name) {}

    private static final JobType<Welcome> WELCOME = JobType.of("WelcomeMail", "mail", Welcome.class);

    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
        CLIENT.deleteKeys("apart-" + redis.namespace + ":");
    }

    private ResqueBuilder builder(String where) {
        return switch (where) {
            case "memory" -> Resque.builder().url("memory:" + UUID.randomUUID()).serializer("gson");
            case "statuses apart" ->
                redis.builder().statusStore("jedis", SERVER.url() + "?namespace=apart-" + redis.namespace);
            default -> redis.builder().backend(where);
        };
    }

    private static List<JobSpec> jobs(int count) {
        return IntStream.range(0, count).mapToObj(i -> JobSpec.of("A", i)).toList();
    }

    private static <T> T ended(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    private static Stream<Optional<JobState>> states(Resque resque, List<Optional<String>> tokens) {
        return tokens.stream().map(token -> token.flatMap(resque::status).map(JobStatus::state));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "memory", "statuses apart"})
    void manyAreWrittenInTheirOrderEachWithItsStatus(String where) throws Exception {
        int count = 600; // more than go in one request
        List<JobSpec> jobs = jobs(count);
        try (Resque resque = builder(where).build()) {
            List<Optional<String>> tokens = resque.enqueueAllTracked("q", jobs);
            List<Optional<String>> later = ended(resque.enqueueAllTrackedAsync("q", jobs));
            assertThat(tokens).hasSize(count).doesNotHaveDuplicates().allMatch(Optional::isPresent);
            assertThat(later).hasSize(count).doesNotHaveDuplicates().doesNotContainAnyElementsOf(tokens);
            assertThat(states(resque, tokens)).containsOnly(Optional.of(JobState.WAITING));
            assertThat(states(resque, later)).containsOnly(Optional.of(JobState.WAITING));
            assertThat(resque.inspector().peek("q", 0, 2 * count))
                    .extracting(job -> job.args().get(0) + " " + job.token().orElseThrow())
                    .containsExactlyElementsOf(Stream.of(tokens, later)
                            .flatMap(all -> IntStream.range(0, count)
                                    .mapToObj(i -> i + " " + all.get(i).orElseThrow()))
                            .toList());
            resque.workerBuilder("q")
                    .register(
                            "A", () -> context -> context.result(context.args().get(0)))
                    .drain();
            assertThat(states(resque, tokens)).containsOnly(Optional.of(JobState.COMPLETE));
            assertThat(resque.status(later.get(count - 1).orElseThrow())
                            .orElseThrow()
                            .result())
                    .isEqualTo(count - 1L);
        }
    }

    @Test
    void aVetoedJobHasNoTokenAndNoStatus() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        ResqueListener odd = new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                if (job.args().equals(List.of(1)) || job.jobClass().equals("No")) {
                    throw new DontCreateException("no");
                }
            }

            @Override
            public void afterEnqueue(JobInfo job) {
                told.add(
                        job.args() + " " + job.id().isPresent() + job.queuedAt().isPresent());
            }
        };
        try (Resque resque = redis.builder().listen(odd).build()) {
            assertThat(resque.enqueueAllTracked("q", jobs(3)).stream().map(Optional::isPresent))
                    .containsExactly(true, false, true);
            assertThat(ended(resque.enqueueTrackedAsync("q", "No"))).isEmpty();
            assertThat(resque.enqueueAllTracked("q", List.of(JobSpec.of("No")))).containsExactly(Optional.empty());
            assertThat(resque.enqueueAllTracked("q", List.of())).isEmpty();
            assertThat(ended(resque.enqueueAllTrackedAsync("q", List.of()))).isEmpty();
        }
        assertThat(told).containsExactly("[0] truetrue", "[2] truetrue");
        assertThat(redis.queue("q")).hasSize(2);
        assertThat(CLIENT.keys(redis.key("job:*"))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "memory", "statuses apart"})
    void anIdThatIsTakenIsNamedAndLeavesNothingOfItsRequest(String where) {
        List<JobSpec> jobs = IntStream.range(0, 600)
                .mapToObj(i -> JobSpec.of("A", i).withId("order-" + i))
                .toList();
        try (Resque resque = builder(where).build()) {
            resque.enqueueTracked("other", jobs.get(3));
            assertThatThrownBy(() -> resque.enqueueAllTracked("q", jobs.subList(0, 5)))
                    .isInstanceOf(JobIdTakenException.class)
                    .hasMessage("The id \"order-3\" is that of another job, whose status is still there; nothing was"
                            + " enqueued. Take another id, or resque.stopTracking(id) first");
            assertThat(resque.status("order-0")).isEmpty();
            assertThat(resque.inspector().queueSize("q")).isZero();
            resque.stopTracking("order-3");
            resque.enqueueTracked("other", jobs.get(300));
            assertThatThrownBy(() -> ended(resque.enqueueAllTrackedAsync("q", jobs)))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(JobIdTakenException.class)
                    .hasMessageContaining("The id \"order-300\" is that of another job")
                    .hasMessageContaining("; 250 of 600 jobs are on the queue. ");
            assertThat(resque.inspector().queueSize("q")).isEqualTo(250);
            assertThat(resque.status("order-249")).isPresent();
            assertThat(resque.status("order-250")).isEmpty();
        }
    }

    @Test
    void idsAreCheckedBeforeAnythingIsWritten() {
        JobSpec own = JobSpec.of("A").withId("order-1");
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() -> resque.enqueueAllTracked("q", List.of(JobSpec.of("A"), own, own)))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessage("Two jobs have the id \"order-1\"; leave one of them out, or give it another id");
            assertThatThrownBy(() -> resque.enqueueAllTracked(
                            "q", List.of(own, JobSpec.of("A").withId(" "))))
                    .isInstanceOf(InvalidJobException.class);
            String untracked =
                    "The job with the id \"order-1\" is not tracked, and only a tracked job has an id; enqueue it by"
                            + " enqueueTracked(queue, job)";
            assertThatThrownBy(() -> resque.enqueue("q", own)).hasMessage(untracked);
            assertThatThrownBy(() -> resque.enqueueAsync("q", own)).hasMessage(untracked);
            assertThatThrownBy(() -> resque.enqueueAll("q", List.of(own))).hasMessage(untracked);
            assertThatThrownBy(() -> resque.enqueueTrackedAsync("*", own)).isInstanceOf(InvalidJobException.class);
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void ofATypeInAllForms() throws Exception {
        List<Welcome> two = List.of(new Welcome(1, "Kim"), new Welcome(2, "Alex"));
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.enqueueAllTracked(WELCOME, two)).hasSize(2);
            assertThat(ended(resque.enqueueAllTrackedAsync(WELCOME, two))).hasSize(2);
            assertThat(ended(resque.enqueueTrackedAsync(WELCOME, two.get(0)))).isPresent();
            assertThat(ended(resque.enqueueAsync("mail", "WelcomeMail", 1, "Kim")))
                    .isTrue();
            assertThat(ended(resque.enqueueTrackedAsync("mail", "WelcomeMail", 1, "Kim")))
                    .isPresent();
        }
        assertThat(redis.queue("mail"))
                .hasSize(7)
                .allMatch(json -> json.startsWith("{\"class\":\"WelcomeMail\",\"args\":["));
        assertThat(CLIENT.keys(redis.key("job:*"))).hasSize(6);
    }

    @Test
    void ownIdsOfSeveralCallsAreNotMixed() throws Exception {
        try (Resque resque = redis.builder().build()) {
            resque.enqueueTracked("q", JobSpec.of("A").withId("taken"));
            List<CompletableFuture<Optional<String>>> all = IntStream.range(0, 50)
                    .mapToObj(i -> resque.enqueueTrackedAsync(
                            "q", i % 10 == 5 ? JobSpec.of("A", i).withId("taken") : JobSpec.of("A", i)))
                    .toList();
            for (int i = 0; i < 50; i++) {
                if (i % 10 == 5) {
                    CompletableFuture<Optional<String>> refused = all.get(i);
                    assertThatThrownBy(() -> ended(refused)).hasCauseInstanceOf(JobIdTakenException.class);
                } else {
                    assertThat(ended(all.get(i))).isPresent();
                }
            }
        }
        assertThat(redis.queue("q")).hasSize(46);
    }

    @Test
    void inlineEachIsRunWithItsStatus() throws Exception {
        try (Resque resque = redis.builder()
                .inline(jobs -> jobs.register(
                        "A", () -> context -> context.result(context.args().get(0))))
                .build()) {
            List<Optional<String>> tokens = resque.enqueueAllTracked("q", jobs(3));
            assertThat(states(resque, tokens)).containsOnly(Optional.of(JobState.COMPLETE));
            String last = ended(resque.enqueueTrackedAsync("q", "A", 9)).orElseThrow();
            assertThat(resque.status(last).orElseThrow().result()).isEqualTo(9L);
        }
    }

    @Test
    void aRunningJobEnqueuesAllThatTheResqueDoes() {
        List<Object> results = new CopyOnWriteArrayList<>();
        List<Welcome> two = List.of(new Welcome(1, "Kim"), new Welcome(2, "Alex"));
        try (Resque resque = redis.builder().build()) {
            resque.enqueue("q", "All");
            resque.workerBuilder("q")
                    .register("All", () -> context -> {
                        results.add(context.enqueue("next", "B"));
                        results.add(
                                context.enqueueTracked("next", JobSpec.of("B").withId("own"))
                                        .orElseThrow());
                        results.add(context.enqueueTracked(WELCOME, two.get(0)).isPresent());
                        results.add(context.enqueueAll("next", jobs(2)));
                        results.add(context.enqueueAll("next", jobs(1_500).stream()));
                        results.add(context.enqueueAll(WELCOME, two.stream()));
                        results.add(context.enqueueAllTracked(WELCOME, two).size());
                        results.add(context.enqueueAsync("next", "B").join());
                        results.add(
                                context.enqueueTrackedAsync("next", "B").join().isPresent());
                        results.add(context.enqueueAllAsync(WELCOME, two).join());
                        results.add(context.enqueueAllTrackedAsync("next", jobs(3))
                                .join()
                                .size());
                    })
                    .drain();
            assertThat(results).containsExactly(true, "own", true, 2L, 1_500L, 2L, 2, true, true, 2L, 3);
            assertThat(resque.inspector().queues())
                    .containsEntry("next", 1_509L)
                    .containsEntry("mail", 7L);
            assertThat(resque.status("own")).isPresent();
        }
    }

    @Test
    void theEndOfAJobIsAFuture() throws Exception {
        try (Resque resque = redis.builder().build()) {
            String token = resque.enqueueTracked("q", "A", 7).orElseThrow();
            CompletableFuture<Optional<JobStatus>> end = resque.whenEnded(token, Duration.ofMinutes(1));
            CompletableFuture<Optional<JobStatus>> cancelled = resque.whenEnded(token, Duration.ofMinutes(1));
            assertThat(ended(resque.whenEnded(token, Duration.ZERO))
                            .orElseThrow()
                            .state())
                    .isEqualTo(JobState.WAITING);
            assertThat(ended(resque.whenEnded(token, Duration.ofMillis(120)))
                            .orElseThrow()
                            .state())
                    .isEqualTo(JobState.WAITING);
            assertThat(ended(resque.whenEnded("unknown", Duration.ofMinutes(1))))
                    .isEmpty();
            assertThat(end).isNotDone();
            cancelled.cancel(false);
            resque.workerBuilder("q")
                    .register(
                            "A", () -> context -> context.result(context.args().get(0)))
                    .drain();
            JobStatus last = ended(end).orElseThrow();
            assertThat(last.state()).isEqualTo(JobState.COMPLETE);
            assertThat(last.result()).isEqualTo(7L);
        }
    }

    @Test
    void theEndOfAJobIsAwaitedUntilTheResqueIsClosed() {
        Resque resque = redis.builder().build();
        String token = resque.enqueueTracked("q", "A").orElseThrow();
        CompletableFuture<Optional<JobStatus>> end = resque.whenEnded(token, Duration.ofDays(1_000_000));
        resque.close();
        String closed = "The Resque was closed before the job had ended; ask another Resque for its status";
        assertThatThrownBy(end::join)
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(BackendException.class)
                .hasMessage(closed);
        assertThatThrownBy(() -> resque.whenEnded(token, Duration.ofMinutes(1)).join())
                .cause()
                .hasMessage(closed);
    }

    @Test
    void aRedisThatIsAwayEndsTheWaiting() {
        try (Resque resque = redis.builder().url("redis://127.0.0.1:1").build()) {
            assertThatThrownBy(
                            () -> resque.whenEnded("t", Duration.ofMinutes(1)).join())
                    .cause()
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("127.0.0.1:1");
        }
    }
}
