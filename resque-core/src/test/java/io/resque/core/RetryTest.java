package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.DelayedJob;
import io.resque.api.FailedJob;
import io.resque.api.FailureFilter;
import io.resque.api.JobContext;
import io.resque.api.JobEnd;
import io.resque.api.JobFailure;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.JobModule;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobType;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.tck.WireRule;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;

/** What follows from a failed run of a job that has a retry policy. */
@Timeout(60)
class RetryTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final List<String> runs = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    /** Fails as its first argument says. */
    private void run(JobContext job) throws Exception {
        runs.add(job.attempt() + " "
                + job.lastFailure()
                        .map(failure -> failure.exception() + ": " + failure.message())
                        .orElse("first"));
        switch (job.args().get(0, String.class)) {
            case "missing" -> throw new FileNotFoundException("no file");
            case "io" -> throw new IOException("no network");
            case "state" -> throw new IllegalStateException("wrong state");
            case "once" -> {
                if (job.attempt() == 0) {
                    throw new IOException("not yet");
                }
            }
            default -> {}
        }
    }

    private WorkerBuilder worker(Retry retry, String... queues) {
        return resque.workerBuilder(queues).register("A", () -> this::run).retry("A", retry);
    }

    private void drain(Retry retry) throws InterruptedException {
        worker(retry, "q").drain();
    }

    private long counter(String name) {
        String text = CLIENT.text("GET", redis.key("stat:" + name));
        return text == null ? 0 : Long.parseLong(text);
    }

    private List<DelayedJob> waiting() {
        return resque.delayed().jobs().toList();
    }

    private void next() {
        assertThat(resque.delayed().enqueueNow(JobMatch.of("A"))).isEqualTo(1);
    }

    @Test
    @WireRule({"W-353", "W-695"})
    void aFailedRunThatIsRetriedIsNoFailure() throws Exception {
        resque.enqueue("q", "A", "io");
        Instant before = Instant.now();
        drain(Retry.limit(2).fixed(HOUR));
        assertThat(waiting()).singleElement().satisfies(job -> {
            assertThat(job.job().queue()).isEqualTo("q");
            assertThat(job.job().args()).containsExactly("io");
            assertThat(Duration.between(before, job.dueAt())).isBetween(HOUR, HOUR.plusSeconds(10));
        });
        assertThat(resque.failures().count()).isZero();
        assertThat(List.of(counter("processed"), counter("failed"), counter("java:retried")))
                .containsExactly(1L, 0L, 1L);
    }

    @Test
    @WireRule("W-695")
    void afterTheLastRunTheJobHasFailed() throws Exception {
        resque.enqueue("q", "A", "io");
        drain(Retry.limit(2));
        assertThat(runs)
                .containsExactly("0 first", "1 java.io.IOException: no network", "2 java.io.IOException: no network");
        assertThat(failures())
                .singleElement()
                .satisfies(failed -> assertThat(failed.exception()).isEqualTo("java.io.IOException"));
        assertThat(List.of(counter("processed"), counter("failed"), counter("java:retried")))
                .containsExactly(3L, 1L, 2L);
        Set<String> left = new HashSet<>(redis.dump().keySet());
        left.removeIf(key -> key.startsWith(redis.key("java:policies:")) && CLIENT.number("TTL", key) > 0);
        assertThat(left)
                .as("no counter and no item of the job is left")
                .containsExactlyInAnyOrder(
                        redis.key("failed"),
                        redis.key("queues"),
                        redis.key("stat:processed"),
                        redis.key("stat:failed"),
                        redis.key("stat:java:retried"));
    }

    @Test
    void aRetryThatSucceedsLeavesNothingBehind() throws Exception {
        String token = resque.enqueueTracked("q", JobSpec.of("A", "once").withMetadata("trace", "t1"))
                .orElseThrow();
        Map<String, Object> seen = Collections.synchronizedMap(new HashMap<>());
        resque.listen(new ResqueListener() {
            @Override
            public void beforePerform(JobContext job) {
                seen.put(job.attempt() + "", List.of(job.id(), job.metadata(), job.queuedAt()));
            }
        });
        Retry retry = Retry.limit(1).fixed(HOUR);
        drain(retry);
        assertThat(resque.status(token).orElseThrow().state())
                .as("a job that waits for its retry waits")
                .isEqualTo(JobState.WAITING);
        next();
        drain(retry);
        assertThat(seen.get("1"))
                .as("id, metadata and time of the enqueueing are those of the first run")
                .isEqualTo(seen.get("0"));
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.COMPLETE);
        assertThat(waiting()).isEmpty();
        assertThat(resque.failures().count()).isZero();
    }

    @Test
    void aStatusThatIsNotThereIsNotMade() throws Exception {
        redis.clear();
        CLIENT.call("RPUSH", redis.key("queue:q"), "{\"class\":\"A\",\"args\":[\"io\"],\"id\":\"foreign\"}");
        drain(Retry.limit(1).fixed(HOUR));
        assertThat(resque.status("foreign")).isEmpty();
    }

    @Test
    void theNearestClassDecides() throws Exception {
        Retry retry = Retry.limit(1)
                .fixed(HOUR)
                .on(Exception.class, Retry.limit(3).fixed(HOUR.multipliedBy(2)))
                .on(IOException.class, Retry.limit(3).fixed(HOUR.multipliedBy(3)))
                .fatal(IllegalStateException.class);
        resque.enqueue("q", "A", "missing");
        resque.enqueue("q", "A", "state");
        Instant before = Instant.now();
        drain(retry);
        assertThat(waiting())
                .singleElement()
                .satisfies(job -> assertThat(Duration.between(before, job.dueAt()))
                        .as("FileNotFoundException is an IOException")
                        .isBetween(HOUR.multipliedBy(3), HOUR.multipliedBy(3).plusSeconds(10)));
        assertThat(failures())
                .singleElement()
                .satisfies(failed -> assertThat(failed.exception()).isEqualTo("java.lang.IllegalStateException"));
    }

    @Test
    void aPredicateDecides() throws Exception {
        resque.enqueue("q", "A", "io");
        resque.enqueue("q", "A", "state");
        List<JobFailure> asked = new ArrayList<>();
        drain(Retry.limit(1).fixed(HOUR).when(failure -> {
            asked.add(failure);
            if (failure.message().equals("wrong state")) {
                throw new IllegalArgumentException("as if");
            }
            return true;
        }));
        assertThat(asked)
                .containsExactly(
                        new JobFailure("java.io.IOException", "no network"),
                        new JobFailure("java.lang.IllegalStateException", "wrong state"));
        assertThat(waiting()).hasSize(1);
        assertThat(resque.failures().count()).isEqualTo(1);
    }

    @Test
    void anotherQueueAndARecordOfEachAttempt() throws Exception {
        resque.enqueue("q", "A", "once");
        worker(Retry.limit(1).queue("later").recordAttempts(), "q").drain();
        assertThat(redis.queue("later"))
                .containsExactly(
                        "{\"class\":\"A\",\"args\":[\"once\"],\"java_retry\":{\"attempt\":1,"
                                + "\"exception\":\"java.io.IOException\",\"error\":\"not yet\",\"ruby_args\":\"1863835675e3970e15e5c22411ef60824eb55591\"}}");
        assertThat(resque.failures().count()).isEqualTo(1);
        assertThat(counter("failed")).isZero();
        worker(Retry.limit(1), "later").drain();
        assertThat(runs).containsExactly("0 first", "1 java.io.IOException: not yet");
    }

    @Test
    void listenersHearOfEachRunHowItEnded() throws Exception {
        List<JobEnd.Kind> ends = Collections.synchronizedList(new ArrayList<>());
        List<String> givenUp = Collections.synchronizedList(new ArrayList<>());
        resque.listen(new ResqueListener() {
            @Override
            public void jobEnded(String worker, JobInfo job, JobEnd end) {
                ends.add(end.kind());
                assertThat(end.exception()).contains("java.io.IOException");
            }

            @Override
            public void gaveUp(String worker, JobInfo job, JobFailure last) {
                givenUp.add(job.jobClass() + " " + last);
                assertThat(failures()).as("Redis has the record").hasSize(1);
                throw new IllegalStateException("as if");
            }
        });
        resque.enqueue("q", "A", "io");
        drain(Retry.limit(1));
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.FAILED);
        assertThat(givenUp).containsExactly("A JobFailure[exception=java.io.IOException, message=no network]");
    }

    record Input(String how) {}

    @Test
    void aTypeAndAModuleGivePolicies() throws Exception {
        JobType<Input> type =
                JobType.of("A", "q", Input.class).retry(Retry.limit(1).fixed(HOUR));
        resque.enqueue(type, new Input("io"));
        resque.workerBuilder("q")
                .register(type, (input, context) -> {
                    throw new UncheckedIOException(new IOException(input.how()));
                })
                .drain();
        assertThat(waiting()).hasSize(1);
        next();
        JobModule module = jobs ->
                jobs.register("A", () -> this::run).retry("A", Retry.limit(2).fixed(HOUR));
        resque.workerBuilder("q").module(module).drain();
        assertThat(waiting()).hasSize(1);
    }

    @Test
    void aPolicyForAJobThatIsNotRegisteredIsRefused() {
        assertThatThrownBy(() -> resque.workerBuilder("q").retry("B", Retry.limit(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No job is registered for \"B\"");
    }

    /** What the payload of another program says of its attempts must not stop the worker. */
    @Test
    void aMemberThatCannotBeReadIsTheFirstRun() throws Exception {
        for (String member :
                List.of("1", "{}", "{\"attempt\":\"x\"}", "{\"attempt\":-1}", "{\"attempt\":1e300}", "null")) {
            CLIENT.call(
                    "RPUSH", redis.key("queue:q"), "{\"class\":\"A\",\"args\":[\"\"],\"java_retry\":" + member + "}");
        }
        drain(Retry.limit(1));
        assertThat(runs).hasSize(6).containsOnly("0 first");
    }

    @Test
    void aRetryKeepsWhatOtherLibrariesHaveWritten() throws Exception {
        CLIENT.call(
                "RPUSH",
                redis.key("queue:q"),
                "{\"class\":\"A\",\"args\":null,\"vars\":{\"n\":1},\"queue\":\"old\",\"x\":1.5}");
        resque.workerBuilder("q")
                .register("A", () -> job -> {
                    throw new IOException("no network");
                })
                .retry("A", Retry.limit(1).fixed(HOUR))
                .drain();
        assertThat(waiting())
                .singleElement()
                .satisfies(job -> assertThat(text(job)).contains("\"vars\":{\"n\":1}", "\"x\":1.5"));
    }

    @Test
    void rubyMustNotMakeAFailureOfADeadJobFirst() throws Exception {
        try (Resque late = redis.builder().deadAfter(Duration.ofSeconds(300)).build()) {
            WorkerBuilder worker = late.workerBuilder("q").register("A", () -> this::run);
            assertThatThrownBy(() -> worker.retry("A", Retry.limit(1)).drain())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContainingAll("deadAfter is PT5M", "Ruby", "PT3M20S", "retryDeaths(false)");
            assertThat(CLIENT.keys(redis.key("worker*"))).isEmpty();
            late.workerBuilder("q")
                    .register("A", () -> this::run)
                    .retry("A", Retry.limit(1).retryDeaths(false))
                    .drain();
        }
        CLIENT.call("SADD", redis.key("workers"), "far:1:q", "old:1:q");
        long now = Long.parseLong(CLIENT.texts("TIME").get(0));
        CLIENT.call("HSET", redis.key("workers:heartbeat"), "far:1:q", Instant.ofEpochSecond(now - 190));
        CLIENT.call("HSET", redis.key("workers:heartbeat"), "old:1:q", Instant.ofEpochSecond(now - 215));
        resque.recoverDeadWorkers();
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).contains("far:1:q", "old:1:q");
        drain(Retry.limit(1));
        resque.recoverDeadWorkers();
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers")))
                .as("with such a policy a worker is dead after 200 s")
                .containsExactly("far:1:q");
    }

    /** celery 6715: after a second death nothing was retried; bullmq 892: a death did not count as one of the attempts. */
    @Test
    @WireRule("W-697")
    void eachDeathCountsAsARun() throws Exception {
        resque.enqueue("q", "A", "x");
        for (int deaths = 1; deaths <= 2; deaths++) {
            die(Retry.limit(2).fixed(HOUR), redis.builder());
            int attempt = deaths;
            assertThat(waiting())
                    .singleElement()
                    .satisfies(job -> assertThat(job.attempt()).isEqualTo(attempt));
            next();
        }
        die(Retry.limit(2).fixed(HOUR), redis.builder());
        assertThat(waiting()).isEmpty();
        assertThat(failures()).hasSize(1);
    }

    /** resque-retry 177: a fatal failure whose process died while it was recorded was retried for ever, each time as the first run. */
    @Test
    @WireRule("W-697")
    void aDeathAfterAFatalFailureIsRetriedAsOftenAsThePolicySays() throws Exception {
        Retry retry = Retry.limit(1).fixed(HOUR).fatal(Throwable.class);
        resque.enqueue("q", "A", "x");
        die(retry, redis.builder());
        next();
        die(retry, redis.builder());
        assertThat(waiting()).isEmpty();
        assertThat(failures()).hasSize(1);
    }

    @Test
    @WireRule("W-697")
    void aJobThatIsTooLargeToBeReadGoesBackWholeUntilNoRunIsLeft() throws Exception {
        resque.enqueue("q", "A", "x".repeat(1_200_000));
        String payload = redis.queue("q").get(0);
        die(Retry.limit(1).fixed(HOUR), redis.builder());
        assertThat(redis.queue("q"))
                .as("whole, since it cannot be written again")
                .containsExactly(payload);
        assertThat(failures()).isEmpty();
        die(Retry.limit(1).fixed(HOUR), redis.builder());
        assertThat(redis.queue("q")).as("no run is left").isEmpty();
        assertThat(failures()).hasSize(1);
        resque.enqueue("q", "A", "x".repeat(1_200_000));
        die(Retry.limit(1).retryDeaths(false), redis.builder());
        assertThat(redis.queue("q")).isEmpty();
        assertThat(failures()).hasSize(2);
    }

    @Test
    @WireRule("W-698")
    void aJobCanBringItsOwnPolicy() throws Exception {
        JobSpec job = JobSpec.of("A", "io")
                .withMetadata("m", 1)
                .withRetry(Retry.limit(2).queue("q"));
        resque.enqueue("q", job);
        assertThat(redis.queue("q"))
                .containsExactly("{\"class\":\"A\",\"args\":[\"io\"],\"m\":1,"
                        + "\"java_retry\":{\"attempt\":0,\"policy\":{\"limit\":2,\"queue\":\"q\"}}}");
        drain(Retry.limit(1).fixed(HOUR));
        assertThat(runs).as("it goes by its own policy in each run").hasSize(3);
        assertThat(failures()).hasSize(1);

        resque.in(HOUR).enqueue("q", JobSpec.of("A", "once").withRetry(Retry.limit(1)));
        next();
        resque.workerBuilder("q").register("A", () -> this::run).drain();
        assertThat(runs).hasSize(5).endsWith("0 first", "1 java.io.IOException: not yet");
    }

    /** Steps of many loops go together, each with a retry at once or with a delay. */
    @Test
    @WireRule({"W-691", "W-692"})
    void manyJobsOfManyLoopsRunAsOftenAsTheirPolicySays() throws Exception {
        int jobs = 2_000;
        Map<Integer, Integer> times = new ConcurrentHashMap<>();
        resque.enqueueAll(
                "q", IntStream.range(0, jobs).mapToObj(i -> JobSpec.of("A", i)).toList());
        for (int round = 0; round < 2; round++) {
            Worker worker = resque.workerBuilder("q")
                    .register("A", () -> job -> {
                        times.merge(job.args().get(0, int.class), 1, Integer::sum);
                        if (job.attempt() < 3) {
                            throw new IOException("not yet");
                        }
                    })
                    .retry("A", Retry.limit(3).delays(Duration.ZERO, HOUR, Duration.ZERO))
                    .concurrency(16)
                    .untilEmpty()
                    .start();
            worker.join();
            if (round == 0) {
                assertThat(times.values()).hasSize(jobs).containsOnly(2);
                assertThat(resque.delayed().enqueueNow(JobMatch.of("A"))).isEqualTo(jobs);
            }
        }
        assertThat(times.values()).containsOnly(4);
        assertThat(failures()).isEmpty();
        assertThat(waiting()).isEmpty();
        assertThat(redis.queue("q")).isEmpty();
        assertThat(List.of(counter("processed"), counter("failed"), counter("java:retried")))
                .containsExactly(4L * jobs, 0L, 3L * jobs);
    }

    // Jobs that a worker does not know

    @Test
    void aJobThatIsNotKnownWaitsForAWorkerThatKnowsIt() throws Exception {
        resque.enqueue("q", "A", "once");
        Retry retry = Retry.limit(1).fixed(HOUR);
        drain(retry);
        next();
        for (int look = 0; look < 2; look++) {
            resque.workerBuilder("q")
                    .register("B", () -> this::run)
                    .unknownJobs(UnknownJobs.waitFor(HOUR))
                    .drain();
            assertThat(waiting())
                    .singleElement()
                    .satisfies(job -> assertThat(Duration.between(Instant.now(), job.dueAt()))
                            .isBetween(Duration.ZERO, Duration.ofSeconds(35)));
            next();
        }
        drain(retry);
        assertThat(runs)
                .as("to wait is no attempt, and the last failure is kept")
                .containsExactly("0 first", "1 java.io.IOException: not yet");
        assertThat(failures()).isEmpty();
    }

    @Test
    void aJobThatWaitedForTooLongFails() throws Exception {
        long anHourAgo = Instant.now().getEpochSecond() - 3_600;
        CLIENT.call(
                "RPUSH",
                redis.key("queue:q"),
                "{\"class\":\"A\",\"args\":[],\"java_retry\":{\"attempt\":0,\"unknown_since\":" + anHourAgo + "}}");
        resque.workerBuilder("q")
                .register("B", () -> this::run)
                .unknownJobs(UnknownJobs.waitFor(Duration.ofMinutes(59)))
                .drain();
        assertThat(waiting()).isEmpty();
        assertThat(failures())
                .singleElement()
                .satisfies(failed -> assertThat(failed.exception()).isEqualTo("io.resque.api.UnknownJobException"));
    }

    // Deaths

    private List<FailedJob> failures() {
        return resque.failures().oldest(FailureFilter.all(), 0, 10);
    }

    @Test
    @WireRule("W-695")
    void theDeathOfAChildIsAFailedRun() throws Exception {
        JobExecutor dying = Mockito.mock();
        Mockito.when(dying.run(Mockito.any())).thenReturn(new JobOutcome.Died("killed"));
        for (boolean retried : new boolean[] {true, false}) {
            resque.enqueue("q", "A", "dies");
            resque.workerBuilder("q")
                    .register("A", () -> this::run)
                    .retry("A", Retry.limit(1).fixed(HOUR).retryDeaths(retried).when(failure -> false))
                    .executor(new MadeExecutor(dying))
                    .drain();
        }
        assertThat(waiting())
                .singleElement()
                .satisfies(job ->
                        assertThat(text(job)).contains("\"exception\":\"Resque::DirtyExit\",\"error\":\"killed\""));
        assertThat(failures())
                .singleElement()
                .satisfies(failed -> assertThat(failed.exception()).isEqualTo("Resque::DirtyExit"));
    }

    private static String text(DelayedJob job) {
        return new String(job.job().raw(), StandardCharsets.UTF_8);
    }

    /** Lets a worker die over a job, as another process sees it, and lets that process recover it. */
    private void die(Retry retry, ResqueBuilder other) throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (Worker worker = resque.workerBuilder("q")
                        .register("A", () -> job -> {
                            runs.countDown();
                            mayEnd.await();
                        })
                        .retry("A", retry)
                        .start();
                Resque recovering = other.build()) {
            assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
            String id = worker.ids().get(0);
            CLIENT.call("HSET", redis.key("worker:" + id + ":java"), "pid", "4194305"); // no process has such a number
            assertThat(recovering.recoverDeadWorkers()).containsExactly(id);
            mayEnd.countDown();
        }
    }

    @Test
    @WireRule("W-697")
    void theJobOfADeadWorkerIsRetriedByItsOwnPolicies() throws Exception {
        String token = resque.enqueueTracked("q", "A", "x").orElseThrow();
        Instant before = Instant.now();
        die(Retry.limit(1).delays(HOUR).queue("later"), redis.builder().requeueAfterWorkerDeath(3));
        assertThat(waiting()).singleElement().satisfies(job -> {
            assertThat(job.job().queue()).isEqualTo("later");
            assertThat(text(job)).contains("\"attempt\":1,\"exception\":\"Resque::PruneDeadWorkerDirtyExit\"");
            assertThat(Duration.between(before, job.dueAt())).isBetween(HOUR.minusSeconds(2), HOUR.plusSeconds(20));
        });
        assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);
        assertThat(failures()).isEmpty();
        assertThat(redis.queue("q"))
                .as("the policy wins over requeueAfterWorkerDeath")
                .isEmpty();
        assertThat(List.of(counter("processed"), counter("failed"), counter("java:retried")))
                .containsExactly(1L, 0L, 1L);

        assertThat(resque.delayed().enqueueNow(JobMatch.of("A"))).isEqualTo(1);
        CLIENT.call("RENAME", redis.key("queue:later"), redis.key("queue:q"));
        List<String> givenUp = Collections.synchronizedList(new ArrayList<>());
        die(Retry.limit(1), redis.builder().requeueAfterWorkerDeath(3).listen(new ResqueListener() {
            @Override
            public void gaveUp(String worker, JobInfo job, JobFailure last) {
                givenUp.add(last.exception());
            }
        }));
        assertThat(givenUp).containsExactly("Resque::PruneDeadWorkerDirtyExit");
        assertThat(failures()).as("no run is left").hasSize(1);
        assertThat(redis.queue("q")).isEmpty();
    }

    @Test
    @WireRule("W-698")
    void theJobOfADeadWorkerIsRetriedByItsOwnPolicy() throws Exception {
        resque.enqueue("q", JobSpec.of("A", "x").withRetry(Retry.limit(1).fixed(HOUR)));
        die(Retry.limit(5).retryDeaths(false), redis.builder());
        assertThat(waiting()).hasSize(1);
        assertThat(failures()).isEmpty();
    }

    @Test
    @WireRule("W-697")
    void aPolicyCanLeaveTheJobOfADeadWorkerFailed() throws Exception {
        resque.enqueue("q", "A", "x");
        die(Retry.limit(5).retryDeaths(false), redis.builder().requeueAfterWorkerDeath(3));
        assertThat(failures()).hasSize(1);
        assertThat(redis.queue("q")).isEmpty();
        assertThat(waiting()).isEmpty();
    }
}
