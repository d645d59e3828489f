package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.DontPerformException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobType;
import io.resque.api.Limit;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import io.resque.api.Unique;
import io.resque.api.UniqueLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of which no two equal ones are enqueued, or run, at the same time. */
@Timeout(60)
class UniqueTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final CoreRedis redis = new CoreRedis();
    private final List<JobInfo> duplicates = Collections.synchronizedList(new ArrayList<>());
    private final List<JobEnd.Kind> ends = Collections.synchronizedList(new ArrayList<>());
    private final Resque resque = redis.builder()
            .listen(new ResqueListener() {
                @Override
                public void duplicate(JobInfo job) {
                    duplicates.add(job);
                }

                @Override
                public void jobEnded(String worker, JobInfo job, JobEnd end) {
                    ends.add(end.kind());
                }
            })
            .build();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    record Sync(long user) {}

    private static JobSpec job(Unique unique, Object... args) {
        return JobSpec.of("A", args).withUnique(unique);
    }

    private List<String> locks() {
        return redis.dump().keySet().stream()
                .filter(key -> key.startsWith(redis.key("java:lock:")))
                .toList();
    }

    private void assertNoLock() {
        assertThat(locks()).isEmpty();
    }

    private void drain() throws InterruptedException {
        resque.workerBuilder("q").register("A", () -> context -> {}).drain();
    }

    @Test
    void aJobIsRefusedWhileAnEqualOneWaits() throws Exception {
        Unique unique = Unique.whileQueued(HOUR);
        assertThat(resque.enqueue("q", job(unique, 1))).isTrue();
        assertThat(resque.enqueue("q", job(unique, 1))).isFalse();
        assertThat(duplicates).extracting(JobInfo::jobClass).containsExactly("A");
        assertThat(resque.enqueue("q", job(unique, 2))).isTrue();
        assertThat(resque.enqueue("other", job(unique, 1))).as("another queue").isTrue();
        assertThat(resque.inspector().queueSize("q")).isEqualTo(2);
        drain();
        assertThat(resque.enqueue("q", job(unique, 1))).isTrue();
        drain();
        assertThat(locks()).as("that of the other queue").hasSize(1);
    }

    @Test
    void equalArgumentsHaveOneLockHoweverTheyAreSpelled() {
        Unique unique = Unique.untilDone(HOUR);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("a", 1);
        one.put("b", List.of(Map.of("y", 1, "x", 2)));
        Map<String, Object> other = new LinkedHashMap<>();
        other.put("b", List.of(Map.of("x", 2, "y", 1)));
        other.put("a", 1L);
        assertThat(resque.enqueue("q", job(unique, one))).isTrue();
        assertThat(resque.enqueue("q", job(unique, other))).isFalse();
        assertThat(resque.enqueue("q", job(unique, one, 1))).isTrue();
    }

    @Test
    void aKeyOfTheUserCountsInsteadOfTheArguments() {
        Unique byFirst = Unique.untilDone(HOUR).key(args -> "user " + args.get(0) + " \"ü;,+%\\");
        assertThat(resque.enqueue("q", job(byFirst, 1, "x"))).isTrue();
        assertThat(resque.enqueue("q", job(byFirst, 1, "y"))).isFalse();
        assertThat(resque.enqueue("q", job(byFirst, 2, "y"))).isTrue();
        assertThat(locks()).contains(redis.key("java:lock:until_done:q:user 1 \"ü;,+%\\"));
        assertThat(resque.dequeue("q", JobMatch.of("A"))).isEqualTo(2);
        assertNoLock();
        assertThatThrownBy(() -> job(Unique.untilDone(HOUR).key(args -> ""), 1))
                .isInstanceOf(InvalidJobException.class);
    }

    @Test
    void aTypeAndItsWorkerShareTheOption() throws Exception {
        JobType<Sync> type = JobType.of("Sync", "q", Sync.class).unique(Unique.untilDone(HOUR));
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        assertThat(resque.enqueue(type, new Sync(1))).isTrue();
        assertThat(resque.enqueue(type, new Sync(1))).isFalse();
        Worker worker = resque.workerBuilder("q")
                .register(type, (sync, context) -> {
                    runs.countDown();
                    ended.await(30, TimeUnit.SECONDS);
                })
                .start();
        try {
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(resque.enqueue(type, new Sync(1))).as("it runs").isFalse();
            ended.countDown();
        } finally {
            worker.close();
        }
        assertNoLock();
        assertThat(resque.enqueue(type, new Sync(1))).isTrue();
    }

    @Test
    void batchesAndTrackedJobsTellWhichWereRefused() {
        Unique unique = Unique.untilDone(HOUR);
        List<JobSpec> jobs = List.of(job(unique, 1), job(unique, 1), JobSpec.of("A", 1), job(unique, 2));
        assertThat(resque.enqueueAll("q", jobs)).isEqualTo(3);
        assertThat(duplicates).hasSize(1);
        List<Optional<String>> tokens =
                resque.enqueueAllTracked("q", List.of(job(unique, 3), job(unique, 2), job(unique, 4)));
        assertThat(tokens).extracting(Optional::isPresent).containsExactly(true, false, true);
        assertThat(resque.status(tokens.get(2).orElseThrow()))
                .hasValueSatisfying(status -> assertThat(status.state()).isEqualTo(JobState.WAITING));
        assertThat(redis.dump().keySet().stream().filter(key -> key.endsWith(":status")))
                .hasSize(2);
        assertThat(resque.enqueueTracked("q", job(unique, 4))).isEmpty();
        assertThat(resque.enqueueAsync("q", job(unique, 4)).join()).isFalse();
        assertThat(resque.inspector().queueSize("q")).isEqualTo(5);
    }

    @Test
    void aDelayedJobHasItsLockUntilItHasRun() throws Exception {
        Unique unique = Unique.untilDone(HOUR);
        assertThat(resque.in(HOUR).enqueue("q", job(unique, 1))).isTrue();
        assertThat(resque.in(Duration.ofSeconds(1)).enqueue("q", job(unique, 1)))
                .isFalse();
        assertThat(resque.enqueue("q", job(unique, 1))).isFalse();
        assertThat(CLIENT.number("TTL", locks().get(0))).isBetween(7100L, 7201L);
        assertThat(resque.delayed().enqueueNow(JobMatch.of("A"))).isEqualTo(1);
        assertThat(locks()).hasSize(1);
        drain();
        assertNoLock();
        resque.in(HOUR).enqueue("q", job(unique, 1));
        assertThat(resque.delayed().remove(JobMatch.of("A"))).isEqualTo(1);
        assertNoLock();
    }

    @Test
    void aRetryKeepsTheLockAndTheLastRunFreesIt() throws Exception {
        Unique unique = Unique.untilDone(HOUR);
        resque.enqueue("q", job(unique, 1).withRetry(Retry.limit(1).fixed(HOUR)));
        WorkerBuilder failing = resque.workerBuilder("q").register("A", () -> context -> {
            throw new IllegalStateException("no");
        });
        failing.drain();
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED);
        assertThat(CLIENT.text("GET", locks().get(0))).contains(" java:dd ");
        assertThat(resque.enqueue("q", job(unique, 1)))
                .as("it waits for its retry")
                .isFalse();
        resque.delayed().enqueueNow(JobMatch.of("A"));
        resque.workerBuilder("q")
                .register("A", () -> context -> {
                    throw new IllegalStateException("no");
                })
                .drain();
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.FAILED);
        assertNoLock();
    }

    private void run(Unique unique, JobSpec second) throws Exception {
        run(unique, () -> resque.enqueue("q", second));
    }

    /** Begins a job, and then works the queue beside it. */
    private void run(Unique unique, Runnable second) throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        resque.enqueue("q", job(unique, 1));
        Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    runs.countDown();
                    ended.await(30, TimeUnit.SECONDS);
                })
                .unique("A", unique)
                .start();
        try {
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
            second.run();
            drainBeside(unique);
            ended.countDown();
        } finally {
            worker.close();
        }
        assertNoLock();
    }

    private void drainBeside(Unique unique) throws InterruptedException {
        resque.workerBuilder("q")
                .register("A", () -> context -> {})
                .unique("A", unique)
                .drain();
    }

    @Test
    void aJobIsDroppedWhileAnEqualOneRuns() throws Exception {
        Unique unique = Unique.whileRunning(HOUR);
        run(unique, job(unique, 1));
        assertThat(ends).containsExactly(JobEnd.Kind.DROPPED, JobEnd.Kind.COMPLETED);
        assertThat(CLIENT.text("GET", redis.key("stat:processed"))).isEqualTo("2");
    }

    @Test
    void aJobIsDelayedWhileAnEqualOneRuns() throws Exception {
        Unique unique = Unique.whileRunning(HOUR).delayConflicts(HOUR);
        run(unique, job(unique, 1));
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.COMPLETED);
        assertThat(resque.delayed().jobs()).hasSize(1);
    }

    @Test
    void aJobThatCannotBeDelayedFails() throws Exception {
        Unique unique = Unique.whileRunning(HOUR).delayConflicts(HOUR);
        String number = "1".repeat(995) + "e10"; // is read, and has more than 1,000 characters as it would be written
        run(unique, () -> {
            resque.enqueue("q", job(unique, 1));
            String payload = CLIENT.text("RPOP", redis.key("queue:q"));
            CLIENT.call("RPUSH", redis.key("queue:q"), payload.replaceFirst("}$", ",\"note\":" + number + "}"));
        });
        assertThat(ends).containsExactly(JobEnd.Kind.FAILED, JobEnd.Kind.COMPLETED);
        assertThat(resque.failures().count()).isEqualTo(1);
    }

    @Test
    @SuppressWarnings("try") // the worker is only started and closed
    void aJobThatWaitsForALimitIsStillQueued() throws Exception {
        CountDownLatch runs = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Unique unique = Unique.whileQueued(HOUR);
        resque.enqueue("q", job(unique, 1));
        try (Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    runs.countDown();
                    ended.await(30, TimeUnit.SECONDS);
                })
                .limit("A", Limit.of(1))
                .start()) {
            assertThat(runs.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(resque.enqueue("q", job(unique, 2))).isTrue();
            resque.workerBuilder("q")
                    .register("A", () -> context -> {})
                    .limit("A", Limit.of(1))
                    .drain();
            assertThat(resque.inspector().queueSize("q")).isZero();
            assertThat(resque.enqueue("q", job(unique, 2)))
                    .as("the equal job waits for the limit")
                    .isFalse();
            ended.countDown();
        }
    }

    @Test
    void aPayloadOfAnotherProgramTakesTheLockOfTheRegistration() throws Exception {
        Unique unique = Unique.whileRunning(HOUR);
        run(unique, JobSpec.of("A", 1));
        assertThat(ends).containsExactly(JobEnd.Kind.DROPPED, JobEnd.Kind.COMPLETED);
    }

    @Test
    void ofManyProducersOneEnqueuesAnEqualJob() {
        Unique unique = Unique.untilDone(HOUR);
        long enqueued = IntStream.range(0, 200)
                .parallel()
                .filter(i -> resque.enqueue("q", job(unique, i % 2)))
                .count();
        assertThat(enqueued).isEqualTo(2);
        assertThat(resque.inspector().queueSize("q")).isEqualTo(2);
        assertThat(duplicates).hasSize(198);
    }

    @Test
    void aVetoFreesTheLock() throws Exception {
        resque.enqueue("q", job(Unique.untilDone(HOUR), 1));
        resque.workerBuilder("q")
                .register("A", () -> context -> {
                    throw new DontPerformException("not now");
                })
                .drain();
        assertThat(ends).containsExactly(JobEnd.Kind.VETOED);
        assertNoLock();
    }

    @Test
    void aPayloadThatIsNoJobFreesItsLock() throws Exception {
        resque.enqueue("q", job(Unique.untilDone(HOUR), 1));
        String payload = CLIENT.text("LPOP", redis.key("queue:q"));
        CLIENT.call("RPUSH", redis.key("queue:q"), payload.replace("\"class\":\"A\"", "\"class\":7"));
        drain();
        assertThat(ends).containsExactly(JobEnd.Kind.UNREADABLE);
        assertNoLock();
    }

    @Test
    void aRetryTakesTheLockOfAQueuedJobAgain() throws Exception {
        resque.enqueue("q", job(Unique.whileQueued(HOUR), 1).withRetry(Retry.limit(1)));
        resque.workerBuilder("q")
                .register("A", () -> context -> {
                    if (context.attempt() == 0) {
                        assertThat(locks()).as("it runs").isEmpty();
                        throw new IllegalStateException("again");
                    }
                })
                .drain();
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.COMPLETED);
        assertNoLock();
    }

    @Test
    void whatIsTakenAwayLeavesNoLock() {
        Unique unique = Unique.untilDone(HOUR);
        resque.enqueue("q", job(unique, 1));
        assertThat(resque.dequeue("q", JobMatch.of("A").withArgs(1))).isEqualTo(1);
        assertNoLock();
        resque.enqueueAll("q", List.of(job(unique, 1), job(unique, 2), JobSpec.of("A", 3)));
        resque.removeQueue("q");
        assertNoLock();
    }

    @Test
    void aJobThatIsTooLargeLeavesNoLock() throws Exception {
        resque.enqueue("q", job(Unique.untilDone(HOUR), "x".repeat(100_000)));
        try (Resque small = redis.builder().maxPayload(50_000).build()) {
            small.workerBuilder("q").register("A", () -> context -> {}).drain();
        }
        assertThat(resque.failures().count()).isEqualTo(1);
        assertNoLock();
    }

    @Test
    void theLockOfAPluginHasItsKey() {
        Map<String, Object> map = Map.of("x", 1.0);
        Map<Unique.Plugin, String> keys = Map.of(
                Unique.Plugin.RESQUE_LOCK, "lock:A-[\"a\", {\"x\"=>1.0}]",
                Unique.Plugin.RESQUE_LOCK_TIMEOUT_LONER, "loner:lock:A:a-{\"x\"=>1.0}",
                Unique.Plugin.NODE_QUEUE_LOCK, "lock:A:q:[\"a\",{\"x\":1}]");
        keys.forEach((plugin, key) -> {
            Unique unique = Unique.as(plugin, HOUR);
            assertThat(Unique.ofTree(unique.ruby34().toTree())).isEqualTo(unique.ruby34());
            assertThat(resque.enqueue("q", job(unique, "a", map))).isTrue();
            assertThat(resque.inspector().locks()).singleElement().satisfies(lock -> {
                assertThat(lock.key()).isEqualTo(key);
                assertThat(lock.kind()).contains(unique.kind());
                assertThat(lock.unsure()).isFalse();
                assertThat(resque.inspector().freeLock(lock)).isTrue();
            });
            resque.removeQueue("q");
        });
        resque.enqueue("q", job(Unique.as(Unique.Plugin.RESQUE_LOCK, HOUR).ruby34(), map));
        resque.enqueue("q", job(Unique.as(Unique.Plugin.RESQUE_SOLO, HOUR).key("mine"), 1));
        resque.enqueue("q", job(Unique.as(Unique.Plugin.RESQUE_LOCK, HOUR).key(args -> "all"), 1));
        assertThat(resque.inspector().locks())
                .extracting(UniqueLock::key)
                .containsExactly("lock:A-[{\"x\" => 1.0}]", "lock:all", "solo:queue:q:job:mine");
        assertThat(resque.removeQueue("q")).isEqualTo(3);
        assertThat(redis.dump().keySet()).noneMatch(key -> key.contains("lock"));
    }

    @Test
    void aRetryOfAJobOfRubyLeavesItsLockToNobody() throws Exception {
        CLIENT.call("SET", redis.key("lock:A-[1]"), String.valueOf(System.currentTimeMillis() / 1000 + 3601));
        CLIENT.call("SADD", redis.key("queues"), "q");
        CLIENT.call("RPUSH", redis.key("queue:q"), "{\"class\":\"A\",\"args\":[1]}");
        List<Boolean> accepted = new ArrayList<>();
        Unique unique = Unique.as(Unique.Plugin.RESQUE_LOCK, HOUR);
        resque.workerBuilder("q")
                .register("A", () -> context -> {
                    accepted.add(resque.enqueue("q", job(unique, 1)));
                    if (context.attempt() == 0) {
                        throw new IllegalStateException("once");
                    }
                })
                .unique("A", unique)
                .retry("A", Retry.limit(1))
                .drain();
        assertThat(accepted).as("both runs have the lock").containsExactly(false, false);
        assertThat(ends).containsExactly(JobEnd.Kind.RETRIED, JobEnd.Kind.COMPLETED);
        assertThat(redis.dump().keySet()).noneMatch(key -> key.contains("lock"));
    }
}
