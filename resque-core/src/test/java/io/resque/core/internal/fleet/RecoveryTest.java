package io.resque.core.internal.fleet;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import io.resque.api.JobInfo;
import io.resque.api.JobModule;
import io.resque.api.JobRegistry;
import io.resque.api.JobState;
import io.resque.api.Listeners;
import io.resque.api.ResqueListener;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Effect;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusStore;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.Resque;
import io.resque.core.ResqueBuilder;
import io.resque.core.Worker;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.subscription.Subscribed;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Mockito;

@Timeout(60)
class RecoveryTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05.9Z"), ZoneOffset.UTC);
    private static final QueueList QUEUES = QueueList.of("high");
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String PAYLOAD =
            "{\"class\":\"My_Job\",\"args\":[1.0,\"é\"],\"id\":\"" + TOKEN + "\",\"queue_time\":1.5}";
    private static final String DEAD = "vm:77:high";

    /** Of a machine that is not this one, so that only its heartbeat counts. */
    private static final Map<String, String> ELSEWHERE =
            Map.of("host", "elsewhere", "boot", "b", "pidns", "pid:[1]", "pid", "1");

    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(SERVER.url(), redis.namespace));
    private final Resque resque = redis.builder(CLOCK).build();

    @AfterEach
    void clear() {
        resque.close();
        backend.close();
        redis.clear();
    }

    private WorkerSession register(String id, Map<String, String> attributes) {
        return backend.workers()
                .register(new WorkerRegistration(
                        backend.workers().inspect(List.of(id)).get(0), "long ago", attributes))
                .orElseThrow();
    }

    private WorkerSession registerWithJob(String id, Map<String, String> attributes) {
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        WorkerSession session = register(id, attributes);
        hold(session);
        return session;
    }

    private static Reservation hold(WorkerSession session) {
        Reservation reserved = session.reserve(Subscribed.to("high"));
        assertThat(reserved.state()).isEqualTo(Reservation.State.JOB);
        return reserved;
    }

    private void beatBefore(String id, long seconds) {
        long now = CLIENT.number("EVAL", "return redis.call('TIME')[1]", 0);
        CLIENT.call(
                "HSET",
                redis.key("workers:heartbeat"),
                id,
                DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                        Instant.ofEpochSecond(now - seconds).atOffset(ZoneOffset.UTC)));
    }

    private List<String> failures() {
        return CLIENT.texts("LRANGE", redis.key("failed"), 0, -1);
    }

    private static String failure(String id) {
        return "{\"failed_at\":\"2026/01/02 03:04:05 UTC\",\"payload\":" + PAYLOAD
                + ",\"exception\":\"Resque::PruneDeadWorkerDirtyExit\",\"error\":\"Worker " + id
                + " did not gracefully exit while processing My_Job\",\"backtrace\":[],\"worker\":\"" + id
                + "\",\"queue\":\"high\"}";
    }

    private void assertNothingIsRecovered() {
        Map<String, Object> before = redis.dump();
        assertThat(resque.recoverDeadWorkers()).isEmpty();
        assertThat(redis.dump()).isEqualTo(before);
    }

    @Test
    @WireRule("W-457")
    void jobOfASilentWorkerIsFailedAndNothingElseIsLeft() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 302);
        backend.statuses().write(new StatusChange(TOKEN, JobState.WAITING, null, null));
        CLIENT.call("SET", redis.key("stat:processed:" + DEAD), "7");
        CLIENT.call("SET", redis.key("stat:processed"), "70");
        CLIENT.call("SET", redis.key("stat:failed"), "5");

        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);

        assertThat(failures()).containsExactly(failure(DEAD));
        assertThat(CLIENT.text("GET", redis.key("job:" + TOKEN + ":status"))).startsWith("{\"status\":3,");
        assertThat(CLIENT.text("GET", redis.key("stat:processed"))).isEqualTo("70");
        assertThat(CLIENT.text("GET", redis.key("stat:failed")))
                .as("as Ruby's pruning counts")
                .isEqualTo("5");
        assertThat(redis.dump().keySet())
                .containsExactlyInAnyOrder(
                        redis.key("failed"),
                        redis.key("pruning_dead_workers_in_progress"),
                        redis.key("job:" + TOKEN + ":status"),
                        redis.key("stat:processed"),
                        redis.key("stat:failed"));
        assertThat(resque.recoverDeadWorkers()).as("a second time").isEmpty();
    }

    @Test
    @WireRule("W-457")
    void freshOneIsUntouched() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 290);
        assertNothingIsRecovered();
    }

    @Test
    void silentOnesWithoutAJobAndHeartbeatsWithoutAWorkerAreRemoved() {
        register("vm:1:idle", ELSEWHERE);
        beatBefore("vm:1:idle", 302);
        beatBefore("vm:1:forgotten", 302);
        register("vm:1:fresh", ELSEWHERE);
        assertThat(resque.recoverDeadWorkers()).containsExactly("vm:1:forgotten", "vm:1:idle");
        assertThat(failures()).isEmpty();
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly("vm:1:fresh");
        assertThat(CLIENT.hash(redis.key("workers:heartbeat"))).containsOnlyKeys("vm:1:fresh");
    }

    @Test
    void moreThanOneRequestAsksForAreAllRecovered() {
        List<String> ids = new ArrayList<>();
        for (int i = 1_000; i < 1_450; i++) {
            ids.add("vm:" + i + ":high");
            beatBefore("vm:" + i + ":high", 400);
        }
        assertThat(resque.recoverDeadWorkers()).isEqualTo(ids);
    }

    @Test
    void jobOfASilentRubyWorkerIsFailedFromItsRecord() {
        CLIENT.call("SADD", redis.key("workers"), DEAD);
        CLIENT.call(
                "SET",
                redis.key("worker:" + DEAD),
                "{\"queue\":\"high\",\"run_at\":\"2026-01-02T03:04:05Z\",\"payload\":" + PAYLOAD + "}");
        beatBefore(DEAD, 302);
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        assertThat(failures()).containsExactly(failure(DEAD));
    }

    @Test
    @WireRule("W-460")
    void phpWorkerWithoutAHeartbeatIsLeft() {
        CLIENT.call("SADD", redis.key("workers"), "elsewhere:77:high");
        CLIENT.call("SET", redis.key("worker:elsewhere:77:high"), "{\"queue\":\"high\",\"payload\":" + PAYLOAD + "}");
        CLIENT.call("SET", redis.key("worker:elsewhere:77:high:started"), "Thu Jan 01 00:00:00 UTC 2015");
        assertNothingIsRecovered();
    }

    @Test
    void heartbeatThatNobodyCanReadIsLeft() {
        CLIENT.call("HSET", redis.key("workers:heartbeat"), DEAD, "yesterday");
        assertNothingIsRecovered();
    }

    /** Of a process that has ended, on this machine. */
    private static Map<String, String> goneHere() throws IOException, InterruptedException {
        Map<String, String> attributes =
                new HashMap<>(LocalProcesses.ofThisMachine().attributes());
        boolean linux = attributes.containsKey("boot") && attributes.containsKey("pidns");
        if (!linux) {
            System.out.println("SKIPPED a test of RecoveryTest: no boot id and PID namespace here");
        }
        Assumptions.assumeTrue(linux);
        Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-version").start();
        process.waitFor();
        attributes.put("pid", Long.toString(process.pid()));
        return attributes;
    }

    @Test
    @WireRule("W-457")
    void oneOfThisBootWhosePidIsGoneIsRecoveredAtOnce() throws Exception {
        registerWithJob(DEAD, goneHere());
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        assertThat(failures()).containsExactly(failure(DEAD));
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).isEmpty();
    }

    @Test
    @WireRule("W-457")
    void oneOfThisBootWhosePidIsThereIsLeft() {
        registerWithJob(DEAD, LocalProcesses.ofThisMachine().attributes());
        assertNothingIsRecovered();
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "boot", "pidns"})
    void pidOfAnotherMachineStartOrContainerSaysNothing(String name) throws Exception {
        Map<String, String> other = goneHere();
        other.put(name, "another");
        registerWithJob(DEAD, other);
        Map<String, String> unknown = goneHere();
        unknown.remove(name);
        register("vm:78:high", unknown);
        assertNothingIsRecovered();
    }

    @Test
    void attributesWithoutAPidSayNothing() throws Exception {
        Map<String, String> none = goneHere();
        none.remove("pid");
        register("vm:1:none", none);
        Map<String, String> wrong = goneHere();
        wrong.put("pid", "x");
        register("vm:1:wrong", wrong);
        assertNothingIsRecovered();
    }

    private void removeFromWorkers(String id) {
        CLIENT.call("SREM", redis.key("workers"), id);
        CLIENT.call("HDEL", redis.key("workers:heartbeat"), id);
    }

    @Test
    @WireRule({"W-437", "W-439"})
    void oneThatOthersRemovedBeforeItDiedIsRecovered() throws Exception {
        registerWithJob(DEAD, goneHere());
        removeFromWorkers(DEAD);
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        assertThat(failures()).containsExactly(failure(DEAD));
        assertThat(redis.dump().keySet())
                .noneMatch(key -> key.contains(DEAD))
                .doesNotContain(redis.key("java:sessions"));
    }

    @Test
    @WireRule({"W-437", "W-439"})
    void oneElsewhereThatOthersRemovedIsGivenTimeAndThenRecovered() {
        WorkerSession session = registerWithJob(DEAD, ELSEWHERE);
        for (boolean withAttributes : List.of(true, false)) {
            if (!withAttributes) {
                CLIENT.call("DEL", redis.key("worker:" + DEAD + ":java"));
            }
            removeFromWorkers(DEAD);
            assertThat(resque.recoverDeadWorkers()).as("it may live").isEmpty();
            assertThat(CLIENT.hash(redis.key("workers:heartbeat"))).containsOnlyKeys(DEAD);
            assertNothingIsRecovered();
            assertThat(backend.workers().heartbeat(List.of(session)))
                    .as("it lives")
                    .isEmpty();
            assertNothingIsRecovered();
        }
        removeFromWorkers(DEAD);
        CLIENT.call("DEL", redis.key("worker:" + DEAD + ":java"));
        assertThat(resque.recoverDeadWorkers()).isEmpty();
        beatBefore(DEAD, 302); // since nobody renews it
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        assertThat(failures()).containsExactly(failure(DEAD));
        assertThat(CLIENT.number("EXISTS", redis.key("java:sessions"))).isZero();
    }

    @Test
    @WireRule("W-437")
    void aDeadWorkerThatRubyPrunedIsForgottenToo() throws Exception {
        registerWithJob(DEAD, goneHere());
        removeFromWorkers(DEAD);
        CLIENT.call("DEL", redis.key("worker:" + DEAD), redis.key("worker:" + DEAD + ":started"));
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        assertThat(failures()).as("that is Ruby's to write").isEmpty();
        assertThat(redis.dump().keySet())
                .containsExactly(
                        redis.key("pruning_dead_workers_in_progress"),
                        redis.key("stat:failed"),
                        redis.key("stat:processed"));
    }

    @Test
    @WireRule("W-511")
    void aNewerFormatIsLeftAloneAndToldOf() throws Exception {
        registerWithJob(DEAD, goneHere());
        CLIENT.call("HSET", redis.key("java:sessions"), "format", "2");
        String told =
                "java:sessions has the format 2 of a newer version of this library, and this version knows format 1";
        assertThatThrownBy(resque::recoverDeadWorkers).hasMessageContaining(told);
        assertThatThrownBy(() -> resque.workerBuilder("other")
                        .register("Any", () -> context -> {})
                        .start())
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(told);
        assertThat(failures()).isEmpty();
    }

    @Test
    @WireRule("W-461")
    void listenersHearOnceOfAJobThatARecoveryHasFiled() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        ResqueListener listener = new ResqueListener() {
            @Override
            public void onDirtyExit(String worker, JobInfo job, String cause) {
                heard.add(worker + " " + job.queue() + " " + job.jobClass() + " " + job.args() + " "
                        + failures().size() + " " + cause);
                throw new IllegalStateException("of a listener");
            }
        };
        register("vm:78:high", goneHere());
        registerWithJob(DEAD, goneHere());
        CLIENT.call("RPUSH", redis.key("queue:high"), "no job");
        hold(register("vm:79:high", goneHere()));
        resque.listen(listener);
        resque.workerBuilder("other")
                .register("Any", () -> context -> {})
                .listen(listener)
                .module(new JobModule() {
                    @Override
                    public void register(JobRegistry jobs) {}

                    @Override
                    public void listen(Listeners listeners) {
                        listeners.listen(new ResqueListener() {
                            @Override
                            public void onDirtyExit(String worker, JobInfo job, String cause) {
                                heard.add("module");
                            }
                        });
                    }
                })
                .start();
        await().until(() -> resque.inspector().workers().size() == 1);
        assertThat(resque.recoverDeadWorkers()).isEmpty();
        await().untilAsserted(() -> assertThat(heard)
                .as("of the job, once it was written; not of what is none")
                .containsExactly(
                        DEAD + " high My_Job [1.0, é] 1 Worker " + DEAD
                                + " did not gracefully exit while processing My_Job",
                        "module"));
        assertThat(failures()).hasSize(2);
    }

    @Test
    @WireRule("W-461")
    void listenersHearNothingOfAJobThatGoesBack() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        registerWithJob(DEAD, goneHere());
        try (Resque requeueing = requeueing(3)) {
            requeueing.listen(new ResqueListener() {
                @Override
                public void onDirtyExit(String worker, JobInfo job, String cause) {
                    heard.add(worker);
                }
            });
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(DEAD);
        }
        assertThat(redis.queue("high")).containsExactly(PAYLOAD);
        assertThat(heard).isEmpty();
    }

    @Test
    void recoveredSessionCannotSettle() throws Exception {
        CLIENT.call("RPUSH", redis.key("queue:high"), PAYLOAD);
        WorkerSession session = register(DEAD, goneHere());
        Reservation held = hold(session);
        resque.recoverDeadWorkers();
        assertThat(session.settle(new Settlement(held.job(), List.of(new Effect.Count(true, false)))))
                .isFalse();
        assertThat(failures()).hasSize(1);
    }

    @Test
    void ownWorkersAreNeverDead() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        resque.enqueue("own", "Waits");
        Worker worker = resque.workerBuilder("own")
                .register("Waits", () -> context -> {
                    running.countDown();
                    end.await();
                })
                .start();
        running.await();
        beatBefore(worker.ids().get(0), 1_000);
        assertThat(resque.recoverDeadWorkers()).isEmpty();
        end.countDown();
        await().until(() -> "1".equals(CLIENT.text("GET", redis.key("stat:processed"))));
        assertThat(failures()).isEmpty();
    }

    @Test
    void oneThatCannotBeRecoveredDoesNotKeepTheOthers() {
        registerWithJob("vm:1:high", ELSEWHERE);
        register("vm:2:idle", ELSEWHERE);
        beatBefore("vm:1:high", 302);
        beatBefore("vm:2:idle", 302);
        CLIENT.call("SET", redis.key("failed"), "no list");
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            assertThat(resque.recoverDeadWorkers()).containsExactly("vm:2:idle");
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN The dead worker vm:1:high could not be recovered: "));
        }
        CLIENT.call("DEL", redis.key("failed"));
        assertThat(resque.recoverDeadWorkers()).containsExactly("vm:1:high");
        assertThat(failures()).containsExactly(failure("vm:1:high"));
    }

    @Test
    void oneWhoseStoreFailsDoesNotKeepTheOthers() {
        registerWithJob("vm:1:high", ELSEWHERE);
        register("vm:2:idle", ELSEWHERE);
        beatBefore("vm:1:high", 302);
        beatBefore("vm:2:idle", 302);
        StatusStore store = Mockito.mock(StatusStore.class);
        Mockito.when(store.write(Mockito.any())).thenThrow(new IllegalStateException("of a store"));
        try (CapturedLog log = new CapturedLog(Worker.class);
                Resque failing = redis.builder().statusStore(store).build()) {
            assertThat(failing.recoverDeadWorkers()).containsExactly("vm:2:idle");
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("WARN The dead worker vm:1:high could not be recovered: ")
                            && line.endsWith("of a store"));
        }
    }

    @Test
    void twoAtOnceRecordOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Resque other = redis.builder(CLOCK).build()) {
            CyclicBarrier together = new CyclicBarrier(2);
            for (int round = 0; round < 10; round++) {
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    String id = "vm:" + (100 + i) + ":high";
                    ids.add(id);
                    registerWithJob(id, ELSEWHERE);
                    beatBefore(id, 302);
                }
                List<Future<List<String>>> passes = new ArrayList<>();
                for (Resque one : List.of(resque, other)) {
                    passes.add(threads.submit(() -> {
                        together.await();
                        return one.recoverDeadWorkers();
                    }));
                }
                List<String> recovered = new ArrayList<>(passes.get(0).get());
                recovered.addAll(passes.get(1).get());
                assertThat(recovered).containsExactlyInAnyOrderElementsOf(ids);
                assertThat(failures())
                        .containsExactlyInAnyOrderElementsOf(
                                ids.stream().map(RecoveryTest::failure).toList());
                CLIENT.call("DEL", redis.key("failed"));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void firstWorkerThatStartsRecoversByItself() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 302);
        resque.workerBuilder("other").register("Any", () -> context -> {}).start();
        await().until(() -> !failures().isEmpty());
        assertThat(failures()).containsExactly(failure(DEAD));
    }

    @Test
    void runningWorkersGoOnRecovering() {
        try (Resque often =
                redis.builder(CLOCK).heartbeatInterval(Duration.ofSeconds(1)).build()) {
            often.workerBuilder("other").register("Any", () -> context -> {}).start();
            for (int round = 1; round <= 2; round++) {
                registerWithJob(DEAD, ELSEWHERE);
                beatBefore(DEAD, 302);
                int records = round;
                await().until(() -> failures().size() == records);
            }
        }
        assertThat(failures()).containsExactly(failure(DEAD), failure(DEAD));
    }

    @Test
    void withoutRedisItIsAnError() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        try (Resque nowhere = Resque.builder()
                .url("redis://localhost:" + port)
                .backend("jedis")
                .serializer("gson")
                .build()) {
            assertThatThrownBy(nowhere::recoverDeadWorkers).isInstanceOf(BackendUnavailableException.class);
        }
    }

    @Test
    @WireRule("W-451")
    void workerUnderThePidOfALauncherLivesByItsOwn() {
        long launcher = 4_194_305; // more than Linux gives
        Worker worker = resque.workerBuilder("q")
                .register("Any", () -> context -> {})
                .pid(launcher)
                .concurrency(2)
                .start();
        assertThat(worker.ids()).allMatch(id -> id.split(":")[1].equals("4194305"));
        String id = worker.ids().get(0);
        assertThat(backend.workers().inspect(List.of(id)).get(0).attributes())
                .isEqualTo(LocalProcesses.ofThisMachine().attributes());
        try (Resque other = redis.builder().build()) {
            assertThat(other.recoverDeadWorkers()).isEmpty();
        }
    }

    @Test
    void idOfALauncherIsFreeAgainWhenItsWorkerIsGone() throws Exception {
        long launcher = 4_194_305;
        String id = ProcessIdentity.under(launcher, null).id(QUEUES, 1);
        registerWithJob(id, goneHere());
        Worker worker = resque.workerBuilder("high")
                .register("My_Job", () -> context -> {})
                .pid(launcher)
                .start();
        assertThat(worker.ids()).containsExactly(id);
        assertThat(failures()).containsExactly(failure(id));
    }

    private Resque requeueing(int maxDeaths) {
        return redis.builder(CLOCK).requeueAfterWorkerDeath(maxDeaths).build();
    }

    private String status() {
        return CLIENT.text("GET", redis.key("job:" + TOKEN + ":status"));
    }

    @Test
    @WireRule("W-458")
    void requeuedJobIsAtTheHeadAgainByteForByteAndWaits() {
        registerWithJob(DEAD, ELSEWHERE);
        CLIENT.call("RPUSH", redis.key("queue:high"), "the next");
        beatBefore(DEAD, 302);
        backend.statuses().write(new StatusChange(TOKEN, JobState.WAITING, null, null));
        backend.statuses().write(new StatusChange(TOKEN, JobState.RUNNING, null, null));
        try (Resque requeueing = requeueing(3)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(DEAD);
        }
        assertThat(redis.queue("high")).containsExactly(PAYLOAD, "the next");
        assertThat(status()).startsWith("{\"status\":1,");
        assertThat(failures()).isEmpty();
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).isEmpty();
    }

    @Test
    @WireRule("W-458")
    void jobThatKillsItsWorkersBecomesAFailure() {
        backend.statuses().write(new StatusChange(TOKEN, JobState.WAITING, null, null));
        registerWithJob(DEAD, ELSEWHERE);
        try (Resque requeueing = requeueing(3)) {
            for (int death = 1; death <= 3; death++) {
                assertThat(failures()).as("before death " + death).isEmpty();
                beatBefore(DEAD, 302);
                assertThat(requeueing.recoverDeadWorkers()).containsExactly(DEAD);
                if (death < 3) {
                    hold(register(DEAD, ELSEWHERE));
                }
            }
        }
        assertThat(failures()).containsExactly(failure(DEAD));
        assertThat(status()).startsWith("{\"status\":3,");
        assertThat(redis.queue("high")).isEmpty();
        assertThat(CLIENT.hash(redis.key("java:deaths"))).isEmpty();
    }

    @Test
    @WireRule("W-458")
    void whatIsNoJobIsNotRunAgain() {
        CLIENT.call("RPUSH", redis.key("queue:high"), "garbage");
        hold(register(DEAD, ELSEWHERE));
        beatBefore(DEAD, 302);
        try (Resque requeueing = requeueing(3)) {
            requeueing.recoverDeadWorkers();
        }
        assertThat(failures()).hasSize(1);
        assertThat(redis.queue("high")).isEmpty();
    }

    @Test
    @WireRule("W-458")
    void requeueingIsBeforeRuby() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 210);
        assertNothingIsRecovered();
        try (Resque requeueing = requeueing(2)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(DEAD);
        }
    }

    @Test
    void deadAfterCountsByTheClockOfRedisAndNotByOurs() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 8);
        Clock wrong = Clock.fixed(Instant.parse("2040-01-01T00:00:00Z"), ZoneOffset.UTC);
        ResqueBuilder builder = redis.builder().heartbeatInterval(Duration.ofSeconds(1));
        try (Resque tenYearsAhead = CoreRedis.clock(builder, wrong)
                        .deadAfter(Duration.ofSeconds(30))
                        .build();
                Resque quick = CoreRedis.clock(builder, CLOCK)
                        .deadAfter(Duration.ofSeconds(6))
                        .build()) {
            assertThat(tenYearsAhead.recoverDeadWorkers()).isEmpty();
            assertThat(quick.recoverDeadWorkers()).containsExactly(DEAD);
        }
    }

    @Test
    void policiesThatTakeTheLivingForDeadAreRefused() {
        assertThatThrownBy(() -> redis.builder().requeueAfterWorkerDeath(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("requeueAfterWorkerDeath must be at least 2, was 1");
        assertThatThrownBy(() -> redis.builder().deadAfter(Duration.ofSeconds(301)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 300 s");
        assertThatThrownBy(redis.builder().deadAfter(Duration.ofSeconds(179))::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Lower heartbeatInterval too");
    }

    private void lock(String holder, int seconds) {
        CLIENT.call("SET", redis.key("pruning_dead_workers_in_progress"), holder, "EX", seconds);
    }

    @Test
    @WireRule("W-459")
    void rubysPruningThatHasJustBegunIsNotDisturbed() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 302);
        lock("vm:1:ruby", 60);
        assertNothingIsRecovered();
        lock("vm:1:ruby", 49);
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
    }

    @Test
    @WireRule("W-459")
    void rubyIsKeptFromPruningAndWeAreNot() {
        for (int round = 0; round < 2; round++) {
            registerWithJob(DEAD, ELSEWHERE);
            beatBefore(DEAD, 302);
            assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
            assertThat(CLIENT.call("SET", redis.key("pruning_dead_workers_in_progress"), "vm:1:ruby", "EX", 60, "NX"))
                    .isNull();
        }
    }

    /** The host name, where this process sees all of the machine. */
    private static String hostSeenFromOutside() {
        LocalProcesses processes = LocalProcesses.ofThisMachine();
        if (!processes.isOutermost()) {
            System.out.println("SKIPPED a test of RecoveryTest: not in the first PID namespace");
        }
        Assumptions.assumeTrue(processes.isOutermost());
        return processes.attributes().get("host");
    }

    /** Registers a worker of a library that writes no heartbeat. */
    private String withoutTrace(String id, String record) {
        CLIENT.call("SADD", redis.key("workers"), id);
        CLIENT.call("SET", redis.key("worker:" + id), record);
        return id;
    }

    private static String record(String payload) {
        return "{\"queue\":\"high\",\"payload\":" + payload + "}";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "-poller"})
    @WireRule("W-460")
    void workerWithoutAHeartbeatWhosePidIsGoneFromThisHostIsRecovered(String thread) throws Exception {
        String host = hostSeenFromOutside();
        String gone = goneHere().get("pid") + thread;
        String dead = withoutTrace(host + ":" + gone + ":high", record(PAYLOAD));
        withoutTrace(host + ":" + ProcessHandle.current().pid() + thread + ":high", record(PAYLOAD));
        withoutTrace("elsewhere:" + gone + ":high", record(PAYLOAD));
        withoutTrace(host + "-jvm:" + gone + ":high", record(PAYLOAD));
        withoutTrace(host + ":12+1:high", record(PAYLOAD));
        try (Resque without = redis.builder(CLOCK).recoverByPid(false).build()) {
            assertThat(without.recoverDeadWorkers()).isEmpty();
        }
        assertThat(resque.recoverDeadWorkers()).containsExactly(dead);
        assertThat(failures()).containsExactly(failure(dead));
        assertThat(CLIENT.call("SCARD", redis.key("workers"))).isEqualTo(4L);
    }

    @Test
    @WireRule("W-460")
    void liveWorkerOfAContainerUnderTheSameHostNameIsLeft() throws Exception {
        String host = hostSeenFromOutside();
        String pid = goneHere().get("pid");
        Process container = new ProcessBuilder(
                        "unshare",
                        "--pid",
                        "--fork",
                        "--mount-proc",
                        "sh",
                        "-c",
                        "echo " + (Long.parseLong(pid) - 1)
                                + " > /proc/sys/kernel/ns_last_pid; sleep 50 & echo $!; wait")
                .start();
        try {
            boolean started = pid.equals(container.inputReader().readLine());
            if (!started) {
                System.out.println("SKIPPED liveWorkerOfAContainerUnderTheSameHostNameIsLeft: unshare needs root");
            }
            Assumptions.assumeTrue(started);
            String id = withoutTrace(host + ":" + pid + ":high", record(PAYLOAD));
            assertNothingIsRecovered();
            end(container);
            await().until(() -> resque.recoverDeadWorkers().equals(List.of(id)));
            assertThat(failures()).containsExactly(failure(id));
        } finally {
            end(container);
        }
    }

    private static void end(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    @Test
    void recordOfAnotherTypeIsLeftAndItsWorkerRemovedOnce() throws Exception {
        String dead = hostSeenFromOutside() + ":" + goneHere().get("pid") + ":high";
        CLIENT.call("SADD", redis.key("workers"), dead);
        CLIENT.call("HSET", redis.key("worker:" + dead), "status", "1");
        assertThat(resque.recoverDeadWorkers()).containsExactly(dead);
        assertThat(resque.recoverDeadWorkers()).isEmpty();
        assertThat(CLIENT.hash(redis.key("worker:" + dead))).containsOnlyKeys("status");
        assertThat(failures()).isEmpty();
    }

    /** Of a dead Jesque worker: its record, which has one member more than the job, and its id. */
    private String jesque() throws Exception {
        String id = hostSeenFromOutside() + ":" + goneHere().get("pid") + "-0:JAVA_DYNAMIC_QUEUES,high,low";
        return withoutTrace(
                id,
                "{\"queue\":\"high\",\"payload\":{\"class\":\"My_Job\",\"args\":[1.0],\"vars\":null},\"paused\":false,"
                        + "\"run_at\":\"2026-11-29T08:34:24.963+0000\"}");
    }

    private void inFlight(String id, String queue, String... payloads) {
        for (String payload : payloads) {
            CLIENT.call("RPUSH", redis.key("inflight:" + id + ":" + queue), payload);
        }
    }

    private void assertNothingIsLeftOf(String id) {
        assertThat(redis.dump().keySet()).noneMatch(key -> key.contains(id));
        assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).isEmpty();
    }

    @Test
    @WireRule("W-465")
    void jobOfADeadJesqueIsFiledAsItStoodInItsQueue() throws Exception {
        String id = jesque();
        inFlight(id, "high", PAYLOAD);
        assertThat(resque.recoverDeadWorkers()).containsExactly(id);
        assertThat(failures()).containsExactly(failure(id));
        assertNothingIsLeftOf(id);
    }

    @Test
    @WireRule("W-465")
    void jobOfADeadJesqueGoesBackAsItStoodInItsQueue() throws Exception {
        String id = jesque();
        inFlight(id, "high", PAYLOAD);
        try (Resque requeueing = requeueing(3)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(id);
        }
        assertThat(redis.queue("high")).containsExactly(PAYLOAD);
        assertThat(failures()).isEmpty();
        assertNothingIsLeftOf(id);
    }

    @Test
    @WireRule("W-465")
    void withoutACopyTheRecordCounts() throws Exception {
        String id = jesque();
        assertThat(resque.recoverDeadWorkers()).containsExactly(id);
        assertThat(failures())
                .singleElement()
                .asString()
                .contains("{\"class\":\"My_Job\",\"args\":[1.0],\"vars\":null}");
    }

    /** It takes the job, then writes its record; and an earlier process of the same id may have left others. */
    @Test
    @WireRule("W-465")
    void everyJobThatADeadJesqueLeavesIsRecovered() throws Exception {
        String id = jesque();
        CLIENT.call("DEL", redis.key("worker:" + id));
        inFlight(id, "low", "{\"class\":\"B\",\"args\":[]}", "{\"class\":\"A\",\"args\":[]}");
        try (Resque requeueing = requeueing(3)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(id);
        }
        assertThat(redis.queue("low"))
                .as("the oldest is the next")
                .containsExactly("{\"class\":\"A\",\"args\":[]}", "{\"class\":\"B\",\"args\":[]}");
        assertNothingIsLeftOf(id);

        String again = jesque();
        inFlight(again, "low", "{\"class\":\"A\",\"args\":[]}");
        assertThat(resque.recoverDeadWorkers()).containsExactly(again);
        assertThat(failures()).hasSize(2);
        assertThat(failures().get(0)).contains("\"vars\":null").endsWith("\"queue\":\"high\"}");
        assertThat(failures().get(1)).contains("\"class\":\"A\"").endsWith("\"queue\":\"low\"}");
        assertNothingIsLeftOf(again);
    }

    /** More than is read of a worker at once, so that it is set aside whole. */
    private static final String LARGE = "{\"class\":\"L\",\"args\":[\"" + "x".repeat(1_100_000) + "\"]}";

    @ParameterizedTest
    @WireRule("W-465")
    @ValueSource(booleans = {true, false})
    void noJobOfADeadJesqueIsForgottenOverALargeOne(boolean largeFirst) throws Exception {
        String id = jesque();
        String small = "{\"class\":\"S\",\"args\":[]}";
        inFlight(id, "high", largeFirst ? LARGE : small, largeFirst ? small : LARGE);
        inFlight(id, "low", "{\"class\":\"Other\",\"args\":[]}");
        assertThat(resque.recoverDeadWorkers()).containsExactly(id);
        assertThat(failures())
                .hasSize(3)
                .anyMatch(failure -> failure.contains("\"class\":\"S\"") && failure.endsWith("\"queue\":\"high\"}"))
                .anyMatch(failure -> failure.contains("\"class\":\"OversizePayload\""))
                .anyMatch(failure -> failure.contains("\"class\":\"Other\"") && failure.endsWith("\"queue\":\"low\"}"));
        assertThat(CLIENT.hash(redis.key("java:oversize"))).containsValue(LARGE).hasSize(1);
        assertNothingIsLeftOf(id);
    }

    @Test
    @WireRule("W-465")
    void largeJobsOfADeadJesqueGoBackWhole() throws Exception {
        String id = jesque();
        CLIENT.call("SET", redis.key("worker:" + id), "{\"queue\":\"high\",\"payload\":" + LARGE + "}");
        inFlight(id, "high", LARGE, PAYLOAD, LARGE);
        try (Resque requeueing = requeueing(9)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(id);
        }
        assertThat(redis.queue("high")).containsExactly(LARGE, PAYLOAD, LARGE);
        assertThat(redis.dump()).doesNotContainKey("java:oversize");
        assertNothingIsLeftOf(id);
    }

    /** The record has a copy that is as large, in another spelling. */
    @Test
    @WireRule("W-465")
    void aLargeRecordDoesNotGoBackInPlaceOfTheJobBesideIt() throws Exception {
        String id = jesque();
        CLIENT.call("SET", redis.key("worker:" + id), "{\"queue\":\"high\",\"payload\":" + LARGE + "}");
        inFlight(id, "high", PAYLOAD);
        try (Resque requeueing = requeueing(9)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(id);
        }
        assertThat(redis.queue("high")).containsExactly(PAYLOAD);
        assertNothingIsLeftOf(id);
    }

    @Test
    void aKeyOfAnotherTypeIsNamedAndEndsNoPass() {
        WorkerSession session = register("vm:78:high", ELSEWHERE);
        String heartbeats = redis.key("workers:heartbeat");
        CLIENT.call("DEL", heartbeats);
        CLIENT.call("SET", heartbeats, "odd");
        String named = "WRONGTYPE " + heartbeats + " is a string, not a hash; nothing was written";
        assertThatThrownBy(() -> backend.workers().heartbeat(List.of(session)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(named);
        assertThatThrownBy(() -> backend.workers().watchOver(List.of("vm:78:high")))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(named);
        assertNothingIsRecovered();
        String sessions = redis.key("java:sessions");
        CLIENT.call("DEL", sessions);
        CLIENT.call("SET", sessions, "odd");
        assertThatThrownBy(() -> backend.workers().beginRecovery())
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("WRONGTYPE " + sessions + " is a string, not a hash");
    }

    @Test
    void theDeadAreRecoveredThoughALivingOneCannotBeWatchedOver() {
        registerWithJob(DEAD, ELSEWHERE);
        beatBefore(DEAD, 302);
        register("vm:78:high", ELSEWHERE);
        CLIENT.call("HDEL", redis.key("workers:heartbeat"), "vm:78:high");
        QueueBackend half =
                Mockito.spy(new JedisBackendProvider().open(new BackendConfig(SERVER.url(), redis.namespace)));
        Workers workers = Mockito.spy(half.workers());
        Mockito.doReturn(workers).when(half).workers();
        Mockito.doThrow(new BackendException("no right to")).when(workers).watchOver(Mockito.any());
        try (Resque refused = CoreRedis.clock(Resque.builder().backend(half).serializer("gson"), CLOCK)
                .build()) {
            assertThat(refused.recoverDeadWorkers()).containsExactly(DEAD);
        }
        assertThat(failures()).containsExactly(failure(DEAD));
    }

    @Test
    @WireRule("W-457")
    void zombieIsDead() throws Exception {
        Map<String, String> attributes = goneHere();
        try (Zombie zombie = Zombie.start()) {
            attributes.put("pid", Long.toString(zombie.pid()));
            attributes.remove("start");
            registerWithJob(DEAD, attributes);
            assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
            assertThat(failures()).containsExactly(failure(DEAD));
        }
    }

    @Test
    @WireRule("W-457")
    void anotherProcessUnderItsPidDoesNotKeepADeadOne() throws Exception {
        Map<String, String> attributes = goneHere();
        attributes.put("pid", Long.toString(ProcessHandle.current().pid()));
        attributes.put("start", "1");
        registerWithJob(DEAD, attributes);
        assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
        assertThat(failures()).containsExactly(failure(DEAD));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"queue\":null,\"payload\":null,\"paused\":true,\"run_at\":\"2026-11-29T08:34:18.306+0000\"}",
                "{\"ID\":\"0a1b\",\"Hostname\":\"h\",\"Pid\":7,\"Queues\":[\"high\"]}",
                "{}"
            })
    @WireRule("W-463")
    void recordWithoutAPayloadLeavesNoFailure(String record) {
        withoutTrace(DEAD, record);
        beatBefore(DEAD, 302);
        try (Resque requeueing = requeueing(3)) {
            assertThat(requeueing.recoverDeadWorkers()).containsExactly(DEAD);
        }
        withoutTrace(DEAD, record);
        beatBefore(DEAD, 302);
        try (CapturedLog log = new CapturedLog(Worker.class)) {
            assertThat(resque.recoverDeadWorkers()).containsExactly(DEAD);
            assertThat(log.lines())
                    .anyMatch(line -> line.endsWith(" Pruning dead worker: " + DEAD + " (it held no job)"));
        }
        assertThat(redis.dump().keySet()).containsExactly(redis.key("pruning_dead_workers_in_progress"));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void pidsBelowOneAreRefused(long pid) {
        assertThatThrownBy(() -> resque.workerBuilder("q").pid(pid))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("pid must be at least 1, was " + pid);
    }
}
