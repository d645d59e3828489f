package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.DelayedJob;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobType;
import io.resque.api.Limit;
import io.resque.api.LimitUse;
import io.resque.api.ResqueListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many jobs of a class run at a time, or begin in a period. */
@Timeout(60)
@SuppressWarnings("try") // a worker is only closed
class LimitTest {
    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final List<Object> ran = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch go = new CountDownLatch(1);

    @AfterEach
    void clear() {
        go.countDown();
        resque.close();
        redis.clear();
    }

    private void run(Object argument) throws InterruptedException {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        go.await(3, TimeUnit.MILLISECONDS); // the job takes a while
        ran.add(argument);
        running.decrementAndGet();
    }

    private WorkerBuilder worker(Resque of, Limit limit) {
        return of.workerBuilder("q")
                .register("A", () -> job -> run(job.args().get(0, Integer.class)))
                .limit("A", limit);
    }

    private Set<String> keysOfLimits() {
        Set<String> keys = new java.util.TreeSet<>(redis.dump().keySet());
        keys.removeIf(key -> !key.startsWith(redis.key("java:slots:"))
                && !key.startsWith(redis.key("java:limited"))
                && !key.equals(redis.key("java:limits"))
                && !key.startsWith(redis.key("java:rate:")));
        return keys;
    }

    @Test
    void noMoreJobsRunAtATimeAndNoneIsLeft() {
        IntStream.range(0, 500).forEach(i -> resque.enqueue("q", "A", i));
        try (Resque other = redis.builder().build();
                Worker one = worker(resque, Limit.of(3)).concurrency(4).start();
                Worker two = worker(other, Limit.of(3)).concurrency(4).start()) {
            await().until(() -> ran.size() == 500);
        }
        assertThat(most.get()).isBetween(2, 3);
        assertThat(ran).doesNotHaveDuplicates();
        assertThat(keysOfLimits()).isEmpty();
        assertThat(CLIENT.text("GET", redis.key("stat:processed"))).isEqualTo("500");
    }

    @Test
    void jobsOverALimitWaitInOrderWhereTheyCanBeSeen() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        Map<Integer, List<JobEnd.Kind>> ends = new ConcurrentHashMap<>();
        resque.listen(new ResqueListener() {
            @Override
            public void jobEnded(String worker, JobInfo job, JobEnd end) {
                ends.computeIfAbsent(
                                (int) (long) (Long) job.args().get(0),
                                any -> Collections.synchronizedList(new ArrayList<>()))
                        .add(end.kind());
            }
        });
        try (Worker worker = resque.workerBuilder("q")
                .register("A", () -> job -> {
                    ran.add(job.args().get(0, Integer.class));
                    first.countDown();
                    go.await();
                })
                .limit("A", Limit.of(1))
                .register("B", () -> job -> ran.add("b"))
                .concurrency(2)
                .start()) {
            resque.enqueue("q", "A", 0);
            first.await();
            String token = resque.enqueueTracked("q", JobSpec.of("A", 1)).orElseThrow();
            IntStream.range(2, 5).forEach(i -> resque.enqueue("q", "A", i));
            resque.enqueue("q", "B", 9);
            await().until(() -> ran.contains("b")); // the other worker went on
            assertThat(resque.inspector().limits(10)).containsExactly(new LimitUse("class:A", 1, 1, 4));
            assertThat(resque.status(token))
                    .get()
                    .satisfies(status -> assertThat(status.state()).isEqualTo(JobState.WAITING));
            go.countDown();
            await().until(() -> ran.size() == 6);
        }
        assertThat(ran).containsExactly(0, "b", 1, 2, 3, 4);
        assertThat(ends.get(3)).containsSequence(JobEnd.Kind.LIMITED).last().isEqualTo(JobEnd.Kind.COMPLETED);
        assertThat(keysOfLimits()).isEmpty();
    }

    @Test
    void aKeyHasItsOwnLimit() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        JobType<User> type = JobType.of("A", "q", User.class)
                .limit(Limit.of(1).by(job -> String.valueOf(job.args().get(0))));
        try (Worker worker = resque.workerBuilder("q")
                .register(type, (user, context) -> {
                    ran.add(user.name);
                    if (user.name.equals("ann")) {
                        first.countDown();
                        go.await();
                    }
                })
                .concurrency(2)
                .start()) {
            resque.enqueue(type, new User("ann"));
            first.await();
            resque.enqueue(type, new User("ann"));
            resque.enqueue(type, new User("bob"));
            await().until(() -> ran.contains("bob"));
            assertThat(ran).containsExactly("ann", "bob");
            go.countDown();
            await().until(() -> ran.size() == 3);
        }
    }

    record User(String name) {}

    @Test
    void aJobOverARateWaitsForItsTurn() throws Exception {
        Instant before = Instant.now();
        IntStream.range(0, 3).forEach(i -> resque.enqueue("q", "A", i));
        worker(resque, Limit.rate(2, Duration.ofMinutes(10))).drain();
        assertThat(ran).containsExactly(0, 1);
        DelayedJob waiting = resque.delayed().jobs().findFirst().orElseThrow();
        assertThat(Duration.between(before, waiting.dueAt()))
                .isBetween(Duration.ofMinutes(10), Duration.ofMinutes(10).plusSeconds(10));
        assertThat(CLIENT.text("GET", redis.key("stat:processed"))).isEqualTo("2");
        assertThat(CLIENT.number("EXISTS", redis.key("stat:java:retried")))
                .as("a wait is no retry")
                .isZero();
        assertThat(CLIENT.number("PTTL", redis.key("java:rate:class:A in PT10M")))
                .isBetween(600_000L, 1_300_000L);
        resque.enqueue("q", "A", 3);
        resque.delayed().enqueueNow(io.resque.api.JobMatch.of("A"));
        worker(resque, Limit.rate(2, Duration.ofMinutes(10))).drain();
        assertThat(ran).as("the turn of 2 is reserved").containsExactly(0, 1, 2);
    }

    @Test
    void aSlotOfADeadWorkerIsFreeOnceItCountsNoLonger() {
        CLIENT.call("ZADD", redis.key("java:slots:class:A"), "1000", "dead:1:q 0000000000000001");
        CLIENT.call(
                "ZADD",
                redis.key("java:slots:class:A"),
                Long.toString(Instant.now().getEpochSecond() + 3),
                "dying:1:q 0000000000000001");
        CLIENT.call("HSET", redis.key("java:limits"), "class:A", "2");
        CLIENT.call(
                "RPUSH",
                redis.key("java:limited:class:A"),
                "1:q{\"class\":\"A\",\"args\":[1]}",
                "1:q{\"class\":\"A\",\"args\":[2]}");
        resque.enqueue("q", "A", 3);
        try (Worker worker = worker(resque, Limit.of(2)).concurrency(2).start()) {
            await().until(() -> ran.size() == 3);
        }
        assertThat(keysOfLimits()).containsExactly(redis.key("java:slots:class:A"));
        assertThat(CLIENT.number("TTL", redis.key("java:slots:class:A"))).isPositive();
    }

    @Test
    void aJobWhoseKeyCannotBeMadeFails() throws Exception {
        resque.enqueue("q", "A", 1);
        worker(resque, Limit.of(1).by(job -> job.metadata().get("user").toString()))
                .drain();
        assertThat(ran).isEmpty();
        assertThat(resque.failures().count()).isEqualTo(1);
        assertThat(keysOfLimits()).isEmpty();
    }

    @Test
    void wrongLimitsAreRefused() {
        assertThatThrownBy(() -> Limit.of(0)).hasMessageContaining("pause the queue");
        assertThatThrownBy(() -> Limit.rate(1_001, Duration.ofMinutes(1))).hasMessageContaining("shorter period");
        assertThatThrownBy(() -> Limit.rate(1, Duration.ofMillis(999))).hasMessageContaining("1 second to 366 days");
        assertThatThrownBy(() -> Limit.of(1).named(" ")).hasMessageContaining("empty name");
        assertThatThrownBy(() -> resque.workerBuilder("q").limit("A", Limit.of(1)))
                .hasMessageContaining("register the job first");
    }
}
