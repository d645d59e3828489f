package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.DontPerformException;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.Limit;
import io.resque.api.ResqueListener;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.RedisServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** Listeners hear in the worker of each job that it takes, how the job ended, and whether Redis is there. */
@Timeout(120)
class JobEventsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final List<String> told = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Notes the events of jobs, and does something more at each end. */
    private class Noting implements ResqueListener {
        private final Consumer<JobInfo> atEnd;

        Noting(Consumer<JobInfo> atEnd) {
            this.atEnd = atEnd;
        }

        @Override
        public void jobTaken(String worker, JobInfo job) {
            told.add("taken " + job.jobClass() + job.args());
        }

        @Override
        public void jobEnded(String worker, JobInfo job, JobEnd end) {
            told.add(end.kind() + " " + job.jobClass()
                    + end.exception().map(name -> " " + name).orElse(""));
            assertThat(end.took()).isPositive();
            atEnd.accept(job);
        }
    }

    private final ResqueListener noting = new Noting(job -> {});

    private WorkerBuilder worker() {
        return resque.workerBuilder("q")
                .register("Good", () -> context -> {})
                .register("Bad", () -> context -> {
                    throw new IllegalStateException("bad");
                })
                .register("Vetoed", () -> context -> {
                    throw new DontPerformException("not now");
                })
                .register("Slow", () -> context -> new CountDownLatch(1).await());
    }

    @Test
    void eachJobIsTakenAndEndsInItsWay() {
        resque.enqueue("q", "Good", 1, "x");
        resque.enqueue("q", "Bad");
        resque.enqueue("q", "Vetoed");
        fixture.push("q", "no JSON");
        fixture.push("q", "{\"args\":[]}");
        resque.enqueue("q", "Slow");
        resque.enqueue("q", "Unknown");
        worker().listen(noting).jobTimeout(Duration.ofMillis(100)).drain();
        assertThat(told)
                .containsExactly(
                        "taken Good[1, x]",
                        "COMPLETED Good",
                        "taken Bad[]",
                        "FAILED Bad java.lang.IllegalStateException",
                        "taken Vetoed[]",
                        "VETOED Vetoed",
                        "taken []",
                        "UNREADABLE  io.resque.api.MalformedPayloadException",
                        "taken []",
                        "UNREADABLE  io.resque.api.MalformedPayloadException",
                        "taken Slow[]",
                        "FAILED Slow java.util.concurrent.TimeoutException",
                        "taken Unknown[]",
                        "FAILED Unknown io.resque.api.UnknownJobException");
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("7");
        assertThat(fixture.redis.text("GET", fixture.key("stat:failed"))).isEqualTo("5");
    }

    @Test
    void aPayloadThatIsTooLargeIsUnreadableAndHasItsClass() {
        fixture.push("q", "{\"class\":\"Good\",\"args\":[\"" + "x".repeat(100_000) + "\"]}");
        try (Resque small = Resque.builder()
                .url(CoreRedis.SERVER.url())
                .namespace(fixture.namespace)
                .serializer("gson")
                .maxPayload(16_384)
                .build()) {
            small.workerBuilder("q")
                    .register("Good", () -> context -> {})
                    .listen(noting)
                    .drain();
        }
        assertThat(told).containsExactly("taken Good[]", "UNREADABLE Good Resque::OversizePayload");
    }

    @Test
    void theEndIsInRedisWhenItIsToldAndNotBefore() {
        List<String> processed = new ArrayList<>();
        resque.enqueue("q", "Good");
        resque.enqueue("q", "Good");
        worker().listen(new ResqueListener() {
                    @Override
                    public void jobTaken(String worker, JobInfo job) {
                        processed.add("taken " + count() + " " + MDC.get("resque.class"));
                    }

                    @Override
                    public void jobEnded(String worker, JobInfo job, JobEnd end) {
                        processed.add("ended " + count());
                    }

                    private String count() {
                        return fixture.redis.text("GET", fixture.key("stat:processed"));
                    }
                })
                .drain();
        assertThat(processed).containsExactly("taken 0 Good", "ended 1", "taken 1 Good", "ended 2");
    }

    @Test
    void whatAListenerThrowsIsLoggedAndCostsNothingElse() {
        resque.enqueue("q", "Good");
        resque.enqueue("q", "Good");
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            long jobs = worker().listen(new ResqueListener() {
                        @Override
                        public void jobTaken(String worker, JobInfo job) {
                            throw new DontPerformException("no veto here");
                        }

                        @Override
                        public void jobEnded(String worker, JobInfo job, JobEnd end) {
                            throw new StackOverflowError("thrown at the end");
                        }
                    })
                    .listen(noting)
                    .drain();
            assertThat(jobs).isEqualTo(2);
            assertThat(log.lines())
                    .filteredOn(line -> line.contains("it changes nothing"))
                    .hasSize(4)
                    .allMatch(line -> line.startsWith("WARN jobTaken of io.resque.core.JobEventsTest")
                            || line.startsWith("WARN jobEnded of io.resque.core.JobEventsTest"));
        }
        assertThat(told).containsExactly("taken Good[]", "COMPLETED Good", "taken Good[]", "COMPLETED Good");
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("2");
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    void aThreadThatAListenerLeavesInterruptedIsCleanForTheNextRequestAndJob() {
        List<String> seen = new ArrayList<>();
        resque.enqueue("q", "Look");
        resque.enqueue("q", "Look");
        worker().register("Look", () -> context -> seen.add("job " + state()))
                .listen(new ResqueListener() {
                    @Override
                    public void jobTaken(String worker, JobInfo job) {
                        seen.add("taken " + state());
                        Thread.currentThread().interrupt();
                    }

                    @Override
                    public void jobEnded(String worker, JobInfo job, JobEnd end) {
                        seen.add("ended " + state());
                        MDC.put("left", "behind");
                        Thread.currentThread().interrupt();
                    }
                })
                .drain();
        assertThat(Thread.interrupted())
                .as("perhaps it was meant for the caller")
                .isTrue();
        assertThat(seen)
                .containsExactly(
                        "taken false null",
                        "job false null",
                        "ended false null",
                        "taken false null",
                        "job false null",
                        "ended false null");
        assertThat(MDC.get("left")).isNull();
    }

    /**
     * Tells of the calls of a port.
     *
     * @param before hears the name of the method before each call
     * @param after hears it after each call that returns
     */
    private record Calls(Consumer<String> before, Consumer<String> after) {}

    private static <T> T watched(Class<T> port, Object real, Calls calls) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[] {port}, (proxy, method, args) -> {
            calls.before.accept(method.getName());
            try {
                Object result = method.invoke(real, args);
                calls.after.accept(method.getName());
                if (result instanceof Workers) {
                    return watched(Workers.class, result, calls);
                }
                return result instanceof Optional<?> found && found.orElse(null) instanceof WorkerSession session
                        ? Optional.of(watched(WorkerSession.class, session, calls))
                        : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private Resque onBackend(Calls calls) {
        QueueBackend real =
                new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), fixture.namespace));
        return Resque.builder()
                .backend(watched(QueueBackend.class, real, calls))
                .serializer("gson")
                .build();
    }

    /** After a job whose session was lost, and after one whose end is settled alone. */
    @Test
    void anInterruptThatAListenerLeavesReachesNoRequest() throws Exception {
        List<String> interrupted = new CopyOnWriteArrayList<>();
        AtomicReference<Worker> own = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        resque.enqueue("q", "Removed");
        try (Resque watched = onBackend(new Calls(
                method -> {
                    if (Thread.currentThread().isInterrupted()) {
                        interrupted.add(method);
                    }
                },
                method -> {}))) {
            own.set(watched.workerBuilder("q")
                    .register("Removed", () -> context -> {
                        started.await(20, TimeUnit.SECONDS);
                        String id = own.get().ids().get(0);
                        fixture.redis.call("HDEL", fixture.key("java:sessions"), id);
                        fixture.redis.call("DEL", fixture.key("worker:" + id));
                    })
                    .register("Stop", () -> context -> own.get().stop(LIMIT))
                    .listen(new Noting(job -> Thread.currentThread().interrupt()))
                    .start());
            started.countDown();
            resque.enqueue("q", "Stop");
            own.get().join();
        }
        assertThat(told).containsExactly("taken Removed[]", "LOST Removed", "taken Stop[]", "COMPLETED Stop");
        assertThat(interrupted).isEmpty();
    }

    private static String state() {
        return Thread.currentThread().isInterrupted() + " " + MDC.get("left");
    }

    @Test
    void aListenerHearsOfTheEndOfThoseJobsOfWhichItHeardBefore() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        resque.listen(noting);
        try (Worker worker = worker().register("Wait", () -> context -> {
                    begun.countDown();
                    mayEnd.await(20, TimeUnit.SECONDS);
                })
                .start()) {
            resque.enqueue("q", "Wait");
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            List<String> late = new CopyOnWriteArrayList<>();
            resque.stopListening(noting);
            worker.listen(new ResqueListener() {
                @Override
                public void jobEnded(String id, JobInfo job, JobEnd end) {
                    late.add(job.jobClass());
                }
            });
            mayEnd.countDown();
            resque.enqueue("q", "Good");
            await().until(() -> late.size() == 1);
            assertThat(late).containsExactly("Good");
            assertThat(told).containsExactly("taken Wait[]", "COMPLETED Wait");
        }
    }

    @Test
    void aJobThatGoesBackAtAPauseOrStopIsPutBack() {
        AtomicReference<Worker> own = new AtomicReference<>();
        resque.enqueue("q", "Good", 1);
        resque.enqueue("q", "Good", 2);
        resque.enqueue("q", "Good", 3);
        resque.pauseAll();
        own.set(worker().listen(new Noting(job -> {
                    if (job.args().contains(1L)) {
                        own.get().pause();
                    } else if (job.args().contains(2L)
                            && resque.inspector().counters().processed() == 2) {
                        own.get().stop(Duration.ZERO);
                    }
                }))
                .start());
        resque.resumeAll();
        await().until(() -> told.contains("PUT_BACK Good"));
        await().until(() -> resque.inspector().queueSize("q") == 2);
        own.get().resume();
        await().until(() -> !own.get().isRunning());
        assertThat(told)
                .containsExactly(
                        "taken Good[1]",
                        "COMPLETED Good",
                        "taken Good[2]",
                        "PUT_BACK Good",
                        "taken Good[2]",
                        "COMPLETED Good",
                        "taken Good[3]",
                        "PUT_BACK Good");
        assertThat(resque.inspector().queueSize("q")).isOne();
        assertThat(resque.inspector().counters().processed()).isEqualTo(2);
    }

    @Test
    void aJobThatSomebodyElseHasDealtWithIsLostOnce() {
        AtomicReference<Worker> own = new AtomicReference<>();
        CountDownLatch started = new CountDownLatch(1);
        resque.enqueue("q", "Removed");
        own.set(worker().register("Removed", () -> context -> {
                    started.await(20, TimeUnit.SECONDS);
                    String id = own.get().ids().get(0);
                    // As a recovery does it.
                    fixture.redis.call("HDEL", fixture.key("java:sessions"), id);
                    fixture.redis.call("DEL", fixture.key("worker:" + id));
                    throw new IllegalStateException("after its removal");
                })
                .listen(noting)
                .start());
        started.countDown();
        resque.enqueue("q", "Good");
        await().until(() -> told.contains("COMPLETED Good"));
        assertThat(told)
                .containsExactly(
                        "taken Removed[]",
                        "LOST Removed java.lang.IllegalStateException",
                        "taken Good[]",
                        "COMPLETED Good");
        assertThat(resque.inspector().counters().processed()).isOne();
        own.get().close();
    }

    /** The worker takes the next job at once, and never hears that the first one waits for its limit. */
    @Test
    void aJobThatWentToItsLimitWithoutAReplyIsLostAndTheNextOneIsTold() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicBoolean isLost = new AtomicBoolean();
        try (Worker other = worker().register("Limited", () -> context -> {
                            begun.countDown();
                            mayEnd.await(20, TimeUnit.SECONDS);
                        })
                        .limit("Limited", Limit.of(1))
                        .start();
                Resque broken = onBackend(new Calls(method -> {}, method -> {
                    if (method.equals("takeSlots") && isLost.compareAndSet(false, true)) {
                        throw new BackendException("The reply was lost");
                    }
                }))) {
            resque.enqueue("q", "Limited", 1);
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            other.pause();
            resque.enqueue("q", "Limited", 2);
            resque.enqueue("q", "Good", 3);
            broken.workerBuilder("q")
                    .register("Limited", () -> context -> {})
                    .register("Good", () -> context -> {})
                    .limit("Limited", Limit.of(1))
                    .listen(noting)
                    .drain();
            assertThat(told).containsExactly("taken Limited[2]", "LOST Limited", "taken Good[3]", "COMPLETED Good");
            mayEnd.countDown();
        }
    }

    @Test
    void redisIsLostAndBackOnceForAllThreadsAndAJobThatIsLeftIsLost() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (RedisServer own = RedisServer.start();
                WorkerFixture away = new WorkerFixture(own, own.url())) {
            Worker worker = away.resque
                    .workerBuilder("q")
                    .concurrency(4)
                    .register("Wait", () -> context -> {
                        begun.countDown();
                        mayEnd.await(20, TimeUnit.SECONDS);
                    })
                    .listen(noting)
                    .listen(new ResqueListener() {
                        @Override
                        public void redisLost(List<String> workers, Throwable cause) {
                            told.add("lost " + workers.size() + " "
                                    + cause.getClass().getSimpleName());
                            throw new IllegalStateException("changes nothing");
                        }

                        @Override
                        public void redisBack(List<String> workers) {
                            told.add("back " + workers.size());
                            throw new IllegalStateException("changes nothing");
                        }
                    })
                    .start();
            own.kill();
            await().atMost(LIMIT).until(() -> worker.redisError().isPresent());
            own.restart();
            await().atMost(LIMIT).until(() -> told.contains("back 4"));
            assertThat(told).containsExactly("lost 4 RedisUnavailableException", "back 4");
            assertThat(worker.redisError()).isEmpty();

            told.clear();
            away.resque.enqueue("q", "Wait");
            await().atMost(LIMIT).until(() -> begun.getCount() == 0);
            own.kill();
            mayEnd.countDown();
            await().atMost(LIMIT).until(() -> told.contains("lost 4 RedisUnavailableException"));
            assertThat(worker.stop(Duration.ofMillis(1))).isTrue();
            assertThat(told).containsExactlyInAnyOrder("taken Wait[]", "lost 4 RedisUnavailableException", "LOST Wait");
            own.restart();
        }
    }

    @Test
    void aDrainTellsTheSame() {
        List<List<String>> ids = new ArrayList<>();
        resque.enqueue("q", "Good");
        worker().listen(new ResqueListener() {
                    @Override
                    public void jobTaken(String worker, JobInfo job) {
                        ids.add(List.of(worker));
                        assertThat(job).isEqualTo(new JobInfo("q", "Good", List.of(), Optional.empty()));
                    }

                    @Override
                    public void jobEnded(String worker, JobInfo job, JobEnd end) {
                        ids.add(List.of(worker));
                    }

                    @Override
                    public void workerExit(List<String> workers) {
                        ids.add(workers);
                    }
                })
                .drain();
        assertThat(ids).hasSize(3).containsOnly(ids.get(0));
    }
}
