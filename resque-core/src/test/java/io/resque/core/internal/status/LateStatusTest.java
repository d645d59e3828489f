package io.resque.core.internal.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CoreRedis;
import io.resque.core.Resque;
import io.resque.core.Worker;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** PHP pushes a job first and writes its status afterwards: a short job has ended by then. */
class LateStatusTest {
    private static final int JOBS = 1_000;

    private final CoreRedis redis = new CoreRedis();
    private final ManualTime time = new ManualTime();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
    private final AtomicInteger calls = new AtomicInteger();
    private final List<StatusEnd> ends = new CopyOnWriteArrayList<>();
    private final StatusStore counted = new Plain(backend.statuses()) {
        @Override
        public List<Boolean> endAgain(List<StatusEnd> written) {
            calls.incrementAndGet();
            ends.addAll(written);
            return store.endAgain(written);
        }
    };
    private final LateStatuses late = new LateStatuses(counted, time, time);
    private final Resque resque = redis.resque(late);
    private final long now = Instant.now().getEpochSecond();

    @AfterEach
    void cleanUp() {
        resque.close();
        backend.close();
        redis.clear();
    }

    /** Without the methods that have a default. */
    private static class Plain implements StatusStore {
        final StatusStore store;

        Plain(StatusStore store) {
            this.store = store;
        }

        @Override
        public boolean write(StatusChange change) {
            return store.write(change);
        }

        @Override
        public Optional<StatusRecord> find(String token) {
            return store.find(token);
        }

        @Override
        public boolean remove(String token) {
            return store.remove(token);
        }

        @Override
        public void close() {
            store.close();
        }
    }

    /** As php-resque pushes it. */
    private void push(String token, double queueTime) {
        CoreRedis.CLIENT.call(
                "RPUSH",
                redis.key("queue:q"),
                "{\"class\":\"A\",\"args\":[{\"n\":1}],\"id\":\"" + token + "\",\"prefix\":\"\",\"queue_time\":"
                        + queueTime + "}");
    }

    private void push(String token) {
        push(token, now + 0.25);
    }

    /** As php-resque writes it afterwards; the older one has no result. */
    private void waits(String token, boolean older) {
        CoreRedis.CLIENT.call(
                "SET",
                redis.key("job:" + token + ":status"),
                "{\"status\":1,\"updated\":" + now + ",\"started\":" + now + (older ? "}" : ",\"result\":null}"));
    }

    private void waits(String token) {
        waits(token, false);
    }

    private String status(String token) {
        return CoreRedis.CLIENT.text("GET", redis.key("job:" + token + ":status"));
    }

    private void assertState(String token, JobState state) {
        assertThat(status(token)).as(token).startsWith("{\"status\":" + state.code() + ",");
    }

    private void runAll(int jobs) {
        try (Worker worker = resque.workerBuilder("q")
                .concurrency(4)
                .register("A", () -> context -> context.result("done"))
                .start()) {
            await().until(() ->
                    Integer.toString(jobs).equals(CoreRedis.CLIENT.text("GET", redis.key("stat:processed"))));
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    @WireRule("W-714")
    void aThousandShortJobsOfPhpEndWithTheirStatusesRight() {
        for (int job = 0; job < JOBS; job++) {
            push("t" + job);
            if (job < JOBS / 10) {
                waits("t" + job); // in time
            }
        }
        runAll(JOBS);
        int written = JOBS / 10;
        for (int tick = 0; tick <= 50; tick++) {
            for (; written < JOBS / 10 + (JOBS - JOBS / 10) * tick / 50; written++) {
                waits("t" + written, written % 2 == 0);
            }
            time.goOn(Duration.ofMillis(100));
        }
        assertThat(written).isEqualTo(JOBS);
        time.goOn(Duration.ofSeconds(6));
        for (int job = 0; job < JOBS; job++) {
            assertThat(status("t" + job))
                    .as("job %s", job)
                    .matches("\\{\"status\":4,\"updated\":\\d+,\"started\":" + now + ",\"result\":\"done\"\\}");
        }
        assertThat(CoreRedis.CLIENT.number("TTL", redis.key("job:t999:status"))).isBetween(86_300L, 86_400L);
        assertThat(late.kept()).isZero();
        assertThat(time.tasks()).as("nothing is left to be done").isZero();
        assertThat(calls).as("round trips, for %s jobs", JOBS).hasValueLessThan(20);
    }

    /** A status begins at a whole second, so a fraction of the payload's time would make it seem to be of an earlier job. */
    @Test
    @WireRule("W-714")
    void theTimeOfAPayloadCountsInWholeSeconds() {
        push("t", now + 0.75);
        runAll(1);
        time.goOn(Duration.ofMillis(200));
        assertThat(ends)
                .isNotEmpty()
                .allSatisfy(end -> assertThat(end.enqueued()).isEqualTo(Instant.ofEpochSecond(now - 1)));
    }

    @Test
    @WireRule("W-714")
    void aFailureIsWrittenAgainToo() {
        push("t");
        CoreRedis.CLIENT.call("RPUSH", redis.key("queue:q"), "{\"class\":\"B\",\"args\":[],\"id\":\"u\"}");
        runAll(2);
        waits("u");
        time.goOn(Duration.ofSeconds(1));
        assertState("u", JobState.FAILED);
        assertThat(status("t")).as("it is not tracked").isNull();
    }

    @Test
    @WireRule("W-714")
    void withoutAnybodyElsesHelp() {
        try (Resque real = redis.builder().build();
                Worker worker = real.workerBuilder("q")
                        .register("A", () -> context -> {})
                        .start()) {
            push("t");
            await().until(() -> "1".equals(CoreRedis.CLIENT.text("GET", redis.key("stat:processed"))));
            waits("t");
            await().untilAsserted(() -> assertState("t", JobState.COMPLETE));
            assertThat(threads()).isOne();
            assertThat(worker.isRunning()).isTrue();
            push("u");
            await().until(() -> "2".equals(CoreRedis.CLIENT.text("GET", redis.key("stat:processed"))));
        }
        assertThat(threads()).as("nothing outlives close").isZero();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("resque-statuses"))
                .count();
    }

    @Test
    @WireRule("W-714")
    void jobsWithoutAnIdAndThoseOfJavaCostNothing() {
        String token = resque.enqueueTracked("q", "A").orElseThrow();
        resque.enqueue("q", "A");
        runAll(2);
        assertState(token, JobState.COMPLETE);
        assertThat(late.kept()).isZero();
        assertThat(time.tasks()).isZero();
    }

    @Test
    @WireRule("W-714")
    void aLaterJobOfTheSameTokenKeepsItsOwnStatus() {
        push("t");
        runAll(1);
        waits("t");
        time.goOn(Duration.ofMillis(500));
        assertState("t", JobState.COMPLETE);
        push("t");
        waits("t");
        time.goOn(Duration.ofSeconds(20));
        assertState("t", JobState.WAITING);
    }

    @Test
    @WireRule("W-714")
    void theEndOfAnEarlierJobOfTheSameTokenIsToldApart() {
        String earlier =
                "{\"status\":4,\"updated\":" + (now - 3_000) + ",\"started\":" + (now - 4_000) + ",\"result\":1}";
        for (String token : List.of("late", "in-time")) {
            CoreRedis.CLIENT.call("SET", redis.key("job:" + token + ":status"), earlier, "EX", 1_000);
            push(token);
        }
        try (Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    if (context.id().orElseThrow().equals("in-time")) {
                        waits("in-time");
                    }
                })
                .start()) {
            await().until(() -> "2".equals(CoreRedis.CLIENT.text("GET", redis.key("stat:processed"))));
            assertThat(worker.isRunning()).isTrue();
        }
        time.goOn(Duration.ofSeconds(3));
        waits("late");
        waits("in-time"); // which is that of a job to come
        time.goOn(Duration.ofSeconds(20));
        assertState("late", JobState.COMPLETE);
        assertState("in-time", JobState.WAITING);
    }

    @Test
    @WireRule("W-714")
    void whatIsNoLongerTrackedStaysSo() {
        push("t");
        runAll(1);
        waits("t");
        assertThat(resque.stopTracking("t")).isTrue();
        time.goOn(Duration.ofSeconds(20));
        assertThat(status("t")).isNull();
    }

    @Test
    @WireRule("W-714")
    void aJobThatWasPutBackMeanwhileWaits() {
        push("t");
        resque.workerBuilder("q")
                .register("A", () -> context -> {
                    resque.pauseAll();
                    // As whoever takes this worker for dead.
                    String id = CoreRedis.CLIENT
                            .texts("SMEMBERS", redis.key("workers"))
                            .get(0);
                    CoreRedis.CLIENT.call("SREM", redis.key("workers"), id);
                    CoreRedis.CLIENT.call("HDEL", redis.key("java:sessions"), id);
                    CoreRedis.CLIENT.call("DEL", redis.key("worker:" + id));
                    push("t");
                    waits("t");
                })
                .drain();
        time.goOn(Duration.ofSeconds(20));
        assertState("t", JobState.WAITING);
        assertThat(resque.inspector().counters().processed()).isZero();
    }

    @Test
    @WireRule("W-714")
    void closingLooksALastTime() {
        push("t");
        runAll(1);
        waits("t");
        resque.close();
        assertState("t", JobState.COMPLETE);
        assertThat(time.isClosed()).isTrue();
        late.ended(new StatusEnd(new StatusChange("u", JobState.COMPLETE, null, null), null));
        assertThat(late.kept()).as("after it was closed").isZero();
    }

    @Test
    void thereIsALimitToWhatIsKept() {
        for (int job = 0; job < LateStatuses.MOST + 1_000; job++) {
            late.ended(new StatusEnd(new StatusChange("t" + job, JobState.COMPLETE, null, null), null));
        }
        assertThat(late.kept()).isEqualTo(LateStatuses.MOST);
        String last = "t" + (LateStatuses.MOST + 999);
        waits(last);
        time.goOn(Duration.ofMillis(200));
        assertState(last, JobState.COMPLETE);
        time.goOn(Duration.ofSeconds(11));
        assertThat(late.kept()).isZero();
    }

    @Test
    void aTimerThatThrowsWhenItHasTakenATaskMakesNoSecondChain() {
        List<String> troubles = new ArrayList<>(List.of("at the first", "", "in a tick"));
        LateStatuses.Timer odd = new LateStatuses.Timer() {
            @Override
            public void in(Duration after, Runnable task) {
                time.in(after, task);
                if (!troubles.isEmpty() && !troubles.remove(0).isEmpty()) {
                    throw new IllegalStateException("no thread");
                }
            }

            @Override
            public void close() {
                time.close();
            }
        };
        LateStatuses once = new LateStatuses(counted, time, odd);
        for (String token : List.of("t", "u")) {
            once.ended(new StatusEnd(new StatusChange(token, JobState.COMPLETE, null, null), null));
        }
        assertThat(time.tasks()).isEqualTo(2);
        time.goOn(LateStatuses.TICK);
        assertThat(time.tasks()).as("that of the first is over").isOne();
        once.ended(new StatusEnd(new StatusChange("v", JobState.COMPLETE, null, null), null));
        time.goOn(LateStatuses.TICK);
        assertThat(time.tasks()).isOne();
        time.goOn(Duration.ofSeconds(11));
        assertThat(once.kept()).isZero();
        assertThat(time.tasks()).isZero();
    }

    @Test
    void aStoreThatIsAwayIsAskedAgain() {
        List<String> trouble = new ArrayList<>(List.of("away", "still away"));
        StatusStore away = new Plain(backend.statuses()) {
            @Override
            public List<Boolean> endAgain(List<StatusEnd> ends) {
                if (!trouble.isEmpty()) {
                    throw new BackendException(trouble.remove(0));
                }
                return store.endAgain(ends);
            }
        };
        LateStatuses patient = new LateStatuses(away, time, time);
        patient.ended(new StatusEnd(new StatusChange("t", JobState.COMPLETE, null, null), null));
        waits("t");
        time.goOn(Duration.ofSeconds(3));
        assertState("t", JobState.COMPLETE);
        assertThat(patient.kept()).isZero();

        for (int i = 0; i < 100; i++) {
            trouble.add("for ever");
        }
        patient.ended(new StatusEnd(new StatusChange("u", JobState.COMPLETE, null, null), null));
        time.goOn(Duration.ofSeconds(70));
        assertThat(patient.kept()).as("it is given up after a minute").isZero();
        assertThat(trouble).as("a call a second").hasSizeGreaterThan(30);
    }

    @Test
    @WireRule("W-714")
    void aStoreThatKnowsOnlyTheFirstMethodsDoesItToo() {
        LateStatuses plain = new LateStatuses(new Plain(backend.statuses()), time, time);
        Instant enqueued = Instant.ofEpochSecond(now);
        for (String token : List.of("late", "never", "earlier")) {
            plain.ended(new StatusEnd(new StatusChange(token, JobState.FAILED, null, Duration.ofDays(1)), enqueued));
        }
        CoreRedis.CLIENT.call("SET", redis.key("job:earlier:status"), "{\"status\":4,\"updated\":7,\"started\":7}");
        waits("late");
        time.goOn(Duration.ofMillis(200));
        assertState("late", JobState.FAILED);
        assertThat(plain.kept()).isEqualTo(2);
        waits("earlier");
        time.goOn(Duration.ofSeconds(11));
        assertState("earlier", JobState.FAILED);
        assertThat(status("never")).isNull();
    }
}
