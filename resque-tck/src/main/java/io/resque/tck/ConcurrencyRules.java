package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobState;
import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests with many threads, and of waiting. */
abstract class ConcurrencyRules extends BackendRules {
    private static final Duration LONG = Duration.ofSeconds(30);

    ConcurrencyRules(QueueBackendTck kit) {
        super(kit);
    }

    /** Starts a call of await in another thread, and returns once it waits. */
    private BackgroundCall<Reservation> waiting(WorkerSession session, Subscription subscription) {
        BackgroundCall<Reservation> call = new BackgroundCall<>(() -> session.await(subscription, LONG));
        Eventually.until("await waits", LIMIT, () -> waits(call.thread));
        return call;
    }

    @Test
    @WireRule("W-801")
    void of5000JobsNoneIsLostAndNoneIsTakenTwice() throws Exception {
        int threads = 32;
        int jobs = 5_000;
        for (String queue : List.of("a", "b")) {
            List<Payload> payloads = IntStream.range(0, jobs / 2)
                    .mapToObj(i -> Payload.ofText("{\"class\":\"" + queue + "\",\"args\":[" + i + "]}"))
                    .toList();
            backend.queues().push(new Push(queue, payloads, List.of()));
        }
        Queue<String> taken = new ConcurrentLinkedQueue<>();
        CountDownLatch registered = new CountDownLatch(threads);
        List<BackgroundCall<WorkerSession>> calls = IntStream.range(0, threads)
                .mapToObj(i -> new BackgroundCall<>(() -> {
                    WorkerSession session = register(backend, "kit-host:1:a,b,thread-" + i);
                    registered.countDown();
                    registered.await();
                    drain(session, i % 2 == 0 ? of("a", "b") : of("b", "a"), i % 3 == 0, taken);
                    return session;
                }))
                .toList();
        List<WorkerSession> sessions = new ArrayList<>();
        for (BackgroundCall<WorkerSession> call : calls) {
            sessions.add(call.get(50, TimeUnit.SECONDS));
        }
        Set<String> once = new HashSet<>();
        assertThat(taken.stream().filter(job -> !once.add(job)).toList())
                .as(
                        "jobs that two sessions got: each job must go to only one of the sessions that reserve at the same time")
                .isEmpty();
        assertThat(once.size())
                .as(
                        "jobs that sessions got, of all pushed jobs: each job that left its queue must have gone to a session")
                .isEqualTo(jobs);
        assertThat(judge.counter("processed"))
                .as("each settled job must be counted once, however many sessions settle at the same time")
                .isEqualTo(jobs);
        assertThat(sessions.stream()
                        .mapToLong(session -> backend.statistics().get("processed:" + session.id()))
                        .sum())
                .as("the sum of the workers' counters must be the number of jobs")
                .isEqualTo(jobs);
        sessions.forEach(session -> assertThat(session.unregister()).isEmpty());
        assertThat(backend.workers().ids()).isEmpty();
        assertThat(backend.queues().sizes()).as("all queues must be empty").isEqualTo(Map.of("a", 0L, "b", 0L));
        onKeys(() -> assertThat(everything()).containsOnlyKeys(key("queues"), key("stat:processed")));
    }

    private static void drain(WorkerSession session, Subscription from, boolean fused, Queue<String> taken) {
        Reservation next = session.reserve(from);
        while (next.state() == Reservation.State.JOB) {
            ReservedJob job = job(next);
            taken.add(job.payload().text());
            if (fused) {
                next = session.settleAndReserveAsync(done(job), from)
                        .toCompletableFuture()
                        .join();
            } else {
                assertThat(session.settle(done(job))).isTrue();
                next = session.reserve(from);
            }
        }
        assertThat(next).isEqualTo(Reservation.EMPTY);
    }

    @Test
    @WireRule("W-813")
    void ofPushesWithTheSameNewStatusOneIsDone() throws Exception {
        int pushers = 16;
        for (int round = 0; round < 20; round++) {
            StatusChange waiting = new StatusChange("own-" + round, JobState.WAITING, null, null);
            Push push =
                    new Push("own", List.of(Payload.ofText("{\"id\":\"own-" + round + "\"}")), List.of(waiting), true);
            CountDownLatch together = new CountDownLatch(pushers);
            List<BackgroundCall<Boolean>> calls = IntStream.range(0, pushers)
                    .mapToObj(i -> new BackgroundCall<>(() -> {
                        together.countDown();
                        together.await();
                        try {
                            backend.queues().push(push);
                            return true;
                        } catch (JobIdTakenException e) {
                            return false;
                        }
                    }))
                    .toList();
            int done = 0;
            for (BackgroundCall<Boolean> call : calls) {
                done += call.soon() ? 1 : 0;
            }
            assertThat(done)
                    .as(
                            "of %d pushes with onlyNew and the same token exactly one must be done; so check and write in one atomic step",
                            pushers)
                    .isEqualTo(1);
        }
        assertThat(backend.queues().size("own"))
                .as("a push that throws JobIdTakenException must not append its payload")
                .isEqualTo(20);
    }

    @Test
    @WireRule("W-813")
    void aPushWithANewStatusIsRefusedWhateverTheStatusIs() {
        for (JobState state : JobState.values()) {
            String token = "own-" + state;
            backend.statuses().write(new StatusChange(token, JobState.WAITING, null, null));
            if (state != JobState.WAITING) {
                backend.statuses().write(new StatusChange(token, state, null, null));
            }
            StatusChange waiting = new StatusChange(token, JobState.WAITING, null, null);
            assertThatThrownBy(
                            () -> backend.queues().push(new Push("own", List.of(JOB), List.of(waiting), true)),
                            "a push with onlyNew must throw JobIdTakenException if there is a status %s",
                            state)
                    .isInstanceOf(JobIdTakenException.class);
            assertThat(judge.status(token))
                    .as("the status of the other job must not change")
                    .isEqualTo(state.code());
        }
        StatusChange taken = new StatusChange("own-" + JobState.WAITING, JobState.WAITING, null, null);
        StatusChange free = new StatusChange("own-free", JobState.WAITING, null, null);
        for (List<StatusChange> statuses : List.of(List.of(free, taken), List.of(taken, free))) {
            assertThatThrownBy(
                            () -> backend.queues().push(new Push("own", List.of(JOB, JOB), statuses, true)),
                            "a push with onlyNew must throw JobIdTakenException if one of its statuses exists")
                    .isInstanceOf(JobIdTakenException.class);
            assertThat(judge.status("own-free"))
                    .as("the push is refused, so none of its statuses must be written")
                    .isNull();
        }
        assertThat(backend.queues().sizes())
                .as("nothing must be written, not even the name of the queue")
                .isEmpty();
    }

    @Test
    @WireRule("W-802")
    void awaitGivesAJobThatIsThere() throws Exception {
        push("high", JOB);
        WorkerSession session = register();
        assertThatPayload(job(new BackgroundCall<>(() -> session.await(of("none", "high"), LONG)).soon())
                        .payload())
                .isEqualTo(JOB);
    }

    @Test
    @WireRule("W-802")
    void awaitWakesOnAPushToAnyOfItsQueues() throws Exception {
        WorkerSession session = register();
        for (String queue : List.of("two", "three", "one", "two")) {
            BackgroundCall<Reservation> waiting = waiting(session, of("one", "two", "three"));
            push(queue, JOB);
            ReservedJob job = job(waiting.soon());
            assertThat(job.queue()).isEqualTo(queue);
            session.settle(done(job));
        }
    }

    @Test
    @WireRule("W-802")
    void awaitWakesWithManyQueues() throws Exception {
        WorkerSession session = register();
        String[] queues = IntStream.range(0, 20).mapToObj(i -> "q" + i).toArray(String[]::new);
        for (int pushed : new int[] {19, 0}) {
            BackgroundCall<Reservation> waiting = waiting(session, of(queues));
            push(queues[pushed], JOB);
            ReservedJob job = job(waiting.soon());
            assertThat(job.queue()).isEqualTo(queues[pushed]);
            session.settle(done(job));
        }
    }

    @Test
    @WireRule("W-416")
    void aWaiterIsNotGivenAPayloadThatIsTooLarge() throws Exception {
        WorkerSession session = register();
        Payload whole = large(Subscription.LEAST_MAX_PAYLOAD + 1);
        for (int count : new int[] {1, 17}) {
            String[] queues = IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
            BackgroundCall<Reservation> waiting = waiting(session, small(queues));
            push(queues[count - 1], whole);
            ReservedJob job = job(waiting.soon());
            keptAs(job.payload(), whole);
            assertThat(session.settle(done(job))).isTrue();
        }
    }

    @Test
    @WireRule("W-802")
    void everyWaiterIsWokenIfThereAreJobsForAll() throws Exception {
        List<BackgroundCall<Reservation>> waiting = IntStream.range(0, 8)
                .mapToObj(i -> waiting(register(backend, "kit-host:1:high,thread-" + i), of("high")))
                .toList();
        List<Payload> payloads = IntStream.range(0, 8)
                .mapToObj(i -> Payload.ofText("{\"n\":" + i + "}"))
                .toList();
        backend.queues().push(new Push("high", payloads, List.of()));
        List<Payload> got = new ArrayList<>();
        for (BackgroundCall<Reservation> call : waiting) {
            got.add(job(call.soon()).payload());
        }
        assertThat(got)
                .as("each waiting session must get one of the jobs")
                .containsExactlyInAnyOrderElementsOf(payloads);
    }

    @Test
    @WireRule("W-803")
    void awaitEndsEmptyAtTheTimeout() throws Exception {
        WorkerSession session = register();
        BackgroundCall<Reservation> call =
                new BackgroundCall<>(() -> session.await(of("high", "low"), Duration.ofMillis(300)));
        assertThat(call.soon())
                .as("no job was pushed, so the answer must be EMPTY")
                .isEqualTo(Reservation.EMPTY);
        assertThat(new BackgroundCall<>(() -> session.await(of("high"), Duration.ZERO)).soon())
                .isEqualTo(Reservation.EMPTY);
    }

    @Test
    @WireRule("W-803")
    void aWaitThatKnowsWhichQueuesThereAreEndsOnceThereAreOthers() throws Exception {
        WorkerSession session = register();
        push("high", JOB);
        session.settle(done(take(session, "high")));
        Set<String> names = backend.queues().names();
        BackgroundCall<Reservation> call = new BackgroundCall<>(() -> session.awaitAmong(of("high"), names, LONG));
        push("another", JOB);
        assertThat(call.soon())
                .as("another queue was announced, so the answer must be EMPTY")
                .isEqualTo(Reservation.EMPTY);
        assertThat(new BackgroundCall<>(() -> session.awaitAmong(of("high"), names, LONG)).soon())
                .as("the announced queues differ already, so the answer must be EMPTY")
                .isEqualTo(Reservation.EMPTY);
        backend.queues().remove("another");
        push("high", JOB);
        assertThatPayload(job(new BackgroundCall<>(() -> session.awaitAmong(of("high"), names, LONG)).soon())
                        .payload())
                .as("a job waits, so it must be the answer")
                .isEqualTo(JOB);
    }

    @Test
    @WireRule("W-803")
    void awaitTellsThatAllArePaused() throws Exception {
        WorkerSession session = register();
        push("high", JOB);
        backend.workers().pause(true);
        assertThat(new BackgroundCall<>(() -> session.await(of("high"), LONG)).soon())
                .isEqualTo(Reservation.PAUSED);
    }

    @Test
    @WireRule("W-807")
    void aWaitingWorkerOfAPausedQueueTakesTheJobsOfOthers() throws Exception {
        WorkerSession session = register();
        backend.queues().pause("q0");
        push("q0", JOB);
        for (int count : new int[] {2, 20}) {
            String[] queues = IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
            BackgroundCall<Reservation> waiting = waiting(session, of(queues));
            push("q1", OTHER);
            ReservedJob job = job(waiting.soon());
            assertThatPayload(job.payload())
                    .as("the job of the queue that is not paused must be given")
                    .isEqualTo(OTHER);
            session.settle(done(job));
        }
    }

    @Test
    @WireRule("W-807")
    void aWaitingWorkerNoticesTheEndOfAPause() throws Exception {
        WorkerSession session = register();
        for (int count : new int[] {1, 2, 20}) {
            String[] queues = IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
            BackgroundCall<Reservation> waiting = waiting(session, of(queues));
            backend.queues().pause("q0");
            push("q0", JOB);
            assertThatThrownBy(
                            () -> waiting.get(500, TimeUnit.MILLISECONDS),
                            "await must go on waiting: its only job is in a queue that was paused before")
                    .isInstanceOf(TimeoutException.class);
            backend.queues().resume("q0");
            long resumed = System.nanoTime();
            ReservedJob job = job(waiting.soon());
            assertThatPayload(job.payload()).isEqualTo(JOB);
            assertThat(Duration.ofNanos(System.nanoTime() - resumed))
                    .as("the time from the end of the pause until the job is given")
                    .isLessThan(Duration.ofSeconds(3));
            session.settle(done(job));
        }
    }

    @Test
    @WireRule("W-809")
    void aWaitingWorkerOfAFullQueueTakesTheJobsOfOthersAndThenItsOwn() throws Exception {
        WorkerSession holder = register(backend, "kit-host:1:q0");
        WorkerSession session = register();
        for (int count : new int[] {2, 20}) {
            String[] queues = IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
            Subscription one = limited(1, queues);
            push("q0", JOB, JOB);
            ReservedJob held = job(holder.reserve(one));
            BackgroundCall<Reservation> waiting = waiting(session, one);
            push("q1", OTHER);
            ReservedJob other = job(waiting.soon());
            assertThatPayload(other.payload())
                    .as("the job of the queue that is not full must be given")
                    .isEqualTo(OTHER);
            session.settle(done(other));
            BackgroundCall<Reservation> again = waiting(session, one);
            holder.settle(done(held));
            ReservedJob next = job(again.soon());
            assertThat(next.queue())
                    .as("there is room, so the job must be given")
                    .isEqualTo("q0");
            session.settle(done(next));
        }
    }

    @Test
    @WireRule("W-423")
    void howeverManyWorkersTakeJobsTheLimitHolds() throws Exception {
        int threads = 12;
        int jobs = 600;
        List<Payload> payloads = IntStream.range(0, jobs)
                .mapToObj(i -> Payload.ofText("{\"class\":\"A\",\"args\":[" + i + "]}"))
                .toList();
        backend.queues().push(new Push("full", payloads, List.of()));
        Subscription three = limited(3, "full");
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<BackgroundCall<Boolean>> calls = IntStream.range(0, threads)
                .mapToObj(i -> new BackgroundCall<>(() -> {
                    WorkerSession session = register(backend, "kit-host:1:full,thread-" + i);
                    Reservation now = session.reserve(three);
                    while (done.get() < jobs) {
                        ReservedJob job = now.job();
                        if (job == null) {
                            now = session.reserve(three);
                            continue;
                        }
                        most.accumulateAndGet(running.incrementAndGet(), Math::max);
                        Thread.onSpinWait();
                        running.decrementAndGet();
                        done.incrementAndGet();
                        now = session.settleAndReserve(done(job), three);
                    }
                    ReservedJob last = now.job();
                    return last == null || session.settle(done(last));
                }))
                .toList();
        for (BackgroundCall<Boolean> call : calls) {
            assertThat(call.get(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(most.get()).as("jobs that ran at the same time").isLessThanOrEqualTo(3);
        assertThat(judge.counter("processed")).isEqualTo(jobs);
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-808")
    void waitingForAFullQueueCostsTheServerLittle() throws Exception {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend quiet = open(own.url())) {
            Subscription one = limited(1, "full");
            push(quiet, "full", JOB, JOB);
            ReservedJob held = job(register(quiet, "kit-host:1:full").reserve(one));
            BackgroundCall<Reservation> waiting = waiting(register(quiet, ID), one);
            long before = commands(client);
            assertThatThrownBy(
                            () -> waiting.get(4, TimeUnit.SECONDS),
                            "await must go on waiting: the queue is full, and %s runs",
                            held.payload().text())
                    .isInstanceOf(TimeoutException.class);
            assertThat(commands(client) - before)
                    .as("the commands in four seconds of waiting for a full queue must be few")
                    .isLessThan(80);
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-808")
    void waitingForAPausedQueueCostsTheServerLittle() throws Exception {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend quiet = open(own.url())) {
            for (int count : new int[] {2, 20}) {
                String[] queues =
                        IntStream.range(0, count).mapToObj(i -> "q" + i).toArray(String[]::new);
                BackgroundCall<Reservation> waiting = waiting(register(quiet, ID + count), of(queues));
                quiet.queues().pause("q0");
                push(quiet, "q0", JOB);
                long before = commands(client);
                assertThatThrownBy(
                                () -> waiting.get(4, TimeUnit.SECONDS),
                                "await must go on waiting: its only job is in a paused queue")
                        .isInstanceOf(TimeoutException.class);
                assertThat(commands(client) - before)
                        .as(
                                "the commands in four seconds of waiting for a paused queue with a job must be few; a blocking command"
                                        + " on that queue returns at once, again and again")
                        .isLessThan(80);
                push(quiet, "q1", OTHER);
                assertThatPayload(job(waiting.soon()).payload()).isEqualTo(OTHER);
            }
        }
    }

    @Test
    @WireRule("W-804")
    void awaitCanBeInterrupted() {
        WorkerSession session = register();
        BackgroundCall<Reservation> waiting = waiting(session, of("high"));
        waiting.thread.interrupt();
        assertThatThrownBy(waiting::soon, "await must throw InterruptedException when its thread is interrupted")
                .hasCauseInstanceOf(InterruptedException.class);
        push("high", JOB);
        assertThatPayload(take(session, "high").payload())
                .as("an interrupt must end the wait, not the session")
                .isEqualTo(JOB);
    }

    @Test
    @WireRule("W-805")
    void awaitEndsWhenTheBackendIsClosed() {
        BackgroundCall<Reservation> waiting = waiting(register(), of("high", "low"));
        backend.close();
        assertThatThrownBy(waiting::soon, "close() must end waiting calls at once")
                .hasCauseInstanceOf(BackendException.class);
    }

    @Test
    @WireRule("W-805")
    void nothingWorksAfterClose() {
        WorkerSession session = register();
        push("high", JOB);
        ReservedJob job = take(session, "high");
        WorkerSnapshot seen = inspect(ID);
        backend.close();
        assertThatCode(backend::close).as("closing again must do nothing").doesNotThrowAnyException();
        StatusChange change = new StatusChange("t", JobState.WAITING, null, null);
        Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
        calls.put("push", () -> push("high", JOB));
        calls.put("names", () -> backend.queues().names());
        calls.put("push with a status", () -> backend.queues().push(new Push("high", List.of(JOB), List.of(change))));
        calls.put("size", () -> backend.queues().size("high"));
        calls.put("sizes", () -> backend.queues().sizes());
        calls.put("range", () -> backend.queues().range("high", 0, 1));
        calls.put("heads", () -> backend.queues().heads(List.of("high"), 1_000));
        calls.put("removeAll", () -> backend.queues().removeAll("high", List.of(JOB)));
        calls.put("removeOne", () -> backend.queues().removeOne("high", JOB));
        calls.put("take", () -> backend.queues().take("high", 1));
        calls.put("remove", () -> backend.queues().remove("high"));
        calls.put("lists", () -> backend.failures().lists());
        calls.put("range of failures", () -> backend.failures().range(FailureList.COMMON, 0, 1));
        FailureEntry entry = new FailureEntry(FailureList.COMMON, OTHER);
        calls.put("add", () -> backend.failures().add(List.of(entry)));
        FailureEdit edit = new FailureEdit(0, OTHER, null, null);
        calls.put("edit", () -> backend.failures().edit(FailureList.COMMON, List.of(edit)));
        calls.put("trim", () -> backend.failures().trim(FailureList.COMMON, 0));
        calls.put("clear", () -> backend.failures().clear(FailureList.COMMON));
        calls.put("get", () -> backend.statistics().get("failed"));
        calls.put("getAll", () -> backend.statistics().getAll(List.of("failed")));
        calls.put("clear of a counter", () -> backend.statistics().clear("failed"));
        calls.put("inspect", () -> inspect(ID));
        calls.put("recover", () -> backend.workers().recover(new Recovery(seen, failure(OTHER), null)));
        calls.put("pause", () -> backend.workers().pause(true));
        calls.put("find of a status", () -> backend.statuses().find("t"));
        calls.put("remove of a status", () -> backend.statuses().remove("t"));
        calls.put("ids", () -> backend.workers().ids());
        calls.put("register", () -> register(backend, "kit-host:2:x"));
        calls.put("heartbeat", () -> backend.workers().heartbeat(List.of(session)));
        calls.put("isPaused", () -> backend.workers().isPaused());
        calls.put("count", () -> backend.failures().count(FailureList.COMMON));
        calls.put("increment", () -> backend.statistics().increment("failed", 1));
        calls.put("write of a status", () -> backend.statuses().write(change));
        calls.put("reserve", () -> session.reserve(of("high")));
        calls.put("await", () -> session.await(of("high"), LONG));
        calls.put("settle", () -> session.settle(done(job)));
        calls.put("settleAndReserve", () -> session.settleAndReserve(done(job), of("high")));
        calls.put("settleAndReserveAsync", () -> answer(session.settleAndReserveAsync(done(job), of("high"))));
        calls.put("putBack", () -> session.putBack(job, List.of()));
        calls.put("unregister", session::unregister);
        calls.forEach((name, call) -> assertThatThrownBy(
                        call, "%s after close() must throw a BackendException that says it is closed", name)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("closed"));
        assertThat(judge.record(ID)).as("close must not end the held job").isNotNull();
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-806")
    void waitingCostsTheServerNextToNothing() throws Exception {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client();
                QueueBackend quiet = open(own.url())) {
            BackgroundCall<Reservation> waiting = waiting(register(quiet, ID), of("high", "low", "other"));
            long before = settled(client);
            assertThatThrownBy(
                            () -> waiting.get(4, TimeUnit.SECONDS), // longer than a client's own limit for an answer
                            "await must go on waiting: no queue has a job, and its timeout is far off")
                    .isInstanceOf(TimeoutException.class);
            assertThat(commands(client) - before)
                    .as(
                            "the commands in four seconds of waiting on three empty queues must be few; use a blocking command, do not poll")
                    .isLessThan(5);
            push(quiet, "low", JOB);
            assertThatPayload(job(waiting.soon()).payload()).isEqualTo(JOB);
        }
    }

    /** The number of commands, once no more have come for a while: new connections send some at first. */
    private static long settled(RespClient client) {
        long[] last = {-1, 0};
        Eventually.until("a waiting session must not send commands all the time: it polls", LIMIT, () -> {
            long now = System.nanoTime();
            long count = commands(client);
            if (count != last[0]) {
                last[0] = count;
                last[1] = now;
            }
            return now - last[1] > 200_000_000;
        });
        return last[0];
    }

    /** The number of all commands that the server has begun or run, except those of the kit. */
    private static long commands(RespClient client) {
        return String.valueOf(client.text("INFO", "commandstats"))
                .lines()
                .filter(line -> line.startsWith("cmdstat_") && !line.startsWith("cmdstat_info"))
                .mapToLong(line -> Long.parseLong(line.replaceFirst(".*:calls=(\\d+),.*", "$1")))
                .sum();
    }
}
