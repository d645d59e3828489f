package io.resque.core.internal.fleet;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.resque.api.BackendUnavailableException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.Workers;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.Worker;
import io.resque.tck.WireRule;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final Duration FAST = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String OLD = "2020-01-01T00:00:00+00:00";

    private final CoreRedis redis = new CoreRedis();
    private final QueueBackend backend =
            new JedisBackendProvider().open(new BackendConfig(SERVER.url(), redis.namespace));

    @AfterEach
    void clear() {
        backend.close();
        redis.clear();
    }

    private WorkerSession register(String id) {
        return backend.workers()
                .register(new WorkerRegistration(
                        backend.workers().inspect(List.of(id)).get(0), "now", Map.of()))
                .orElseThrow();
    }

    private void set(String id, String heartbeat) {
        CLIENT.call("HSET", redis.key("workers:heartbeat"), id, heartbeat);
    }

    private String get(String id) {
        return CLIENT.text("HGET", redis.key("workers:heartbeat"), id);
    }

    @Test
    void renewsAllThatWereAdded() {
        try (Heartbeat heartbeat = new Heartbeat(backend.workers(), FAST)) {
            for (String id : List.of("vm:1:a", "vm:1:b")) {
                heartbeat.add(register(id));
                set(id, OLD);
            }
            await().atMost(LIMIT).until(() -> !OLD.equals(get("vm:1:a")) && !OLD.equals(get("vm:1:b")));
            set("vm:1:a", OLD);
            await().atMost(LIMIT).until(() -> !OLD.equals(get("vm:1:a")));
        }
    }

    @Test
    void leavesThoseAloneThatWereRemoved() {
        try (Heartbeat heartbeat = new Heartbeat(backend.workers(), FAST)) {
            WorkerSession removed = register("vm:1:a");
            heartbeat.add(removed);
            heartbeat.add(register("vm:1:b"));
            heartbeat.remove(removed);
            beats("vm:1:b"); // one that began before the removal may still be under way
            set("vm:1:a", OLD);
            beats("vm:1:b");
            beats("vm:1:b");
            assertThat(get("vm:1:a")).isEqualTo(OLD);
        }
    }

    private void beats(String id) {
        set(id, OLD);
        await().atMost(LIMIT).until(() -> !OLD.equals(get(id)));
    }

    @Test
    void lostOnesAreNotMadeAnew() {
        try (Heartbeat heartbeat = new Heartbeat(backend.workers(), FAST)) {
            heartbeat.add(register("vm:1:lost"));
            heartbeat.add(register("vm:1:b"));
            CLIENT.call("HDEL", redis.key("java:sessions"), "vm:1:lost"); // as a recovery does
            CLIENT.call("SREM", redis.key("workers"), "vm:1:lost");
            CLIENT.call("HDEL", redis.key("workers:heartbeat"), "vm:1:lost");
            beats("vm:1:b");
            beats("vm:1:b");
            assertThat(CLIENT.hash(redis.key("workers:heartbeat"))).containsOnlyKeys("vm:1:b");
            assertThat(CLIENT.texts("SMEMBERS", redis.key("workers"))).containsExactly("vm:1:b");
        }
    }

    @Test
    @WireRule("W-505")
    void whatOthersRemoveIsThereAgainWithTheNextBeat() {
        try (Heartbeat heartbeat = new Heartbeat(backend.workers(), FAST)) {
            heartbeat.add(register("vm:1:a"));
            Map<String, Object> before = redis.dump();
            before.remove(redis.key("workers:heartbeat"));
            CLIENT.call("DEL", redis.key("workers"), redis.key("worker:vm:1:a:started"));
            CLIENT.call("DEL", redis.key("worker:vm:1:a:java"), redis.key("workers:heartbeat"));
            await().atMost(LIMIT).untilAsserted(() -> {
                Map<String, Object> after = redis.dump();
                assertThat(after.remove(redis.key("workers:heartbeat"))).isNotNull();
                assertThat(after).isEqualTo(before);
            });
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter("resque-heartbeat"::equals)
                .toList();
    }

    private static WorkerSession session(String id) {
        WorkerSession session = mock(WorkerSession.class);
        when(session.id()).thenReturn(id);
        return session;
    }

    @Test
    void goesOnAfterAnyException() {
        AtomicInteger beats = new AtomicInteger();
        Workers workers = mock(Workers.class);
        WorkerSession session = session("vm:1:a");
        when(workers.heartbeat(anyCollection())).thenAnswer(call -> {
            switch (beats.incrementAndGet()) {
                case 1:
                    throw new BackendUnavailableException("away", new IOException(), true);
                case 2:
                    throw new IllegalStateException("a bug");
                case 3:
                    throw new StackOverflowError();
                default:
                    return Set.of(session);
            }
        });
        try (Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.add(session);
            await().atMost(LIMIT).until(() -> beats.get() >= 6);
        }
    }

    @Test
    void asksForAllInOneCall() {
        Workers workers = mock(Workers.class);
        WorkerSession a = session("a");
        WorkerSession b = session("b");
        try (Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.add(a);
            heartbeat.add(b);
            verify(workers, timeout(LIMIT.toMillis()).atLeastOnce()).heartbeat(both(a, b));
        }
    }

    private static Collection<WorkerSession> both(WorkerSession a, WorkerSession b) {
        return argThat(sessions -> sessions != null && sessions.size() == 2 && sessions.containsAll(List.of(a, b)));
    }

    @Test
    void withoutWorkersThereIsNoThreadAndNoCall() {
        Workers workers = mock(Workers.class);
        try (Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.remove(session("a"));
        }
        verify(workers, never()).heartbeat(anyCollection());
    }

    @Test
    void recoversOnceAtTheStartAndThenAfterHeartbeatsWhateverItThrows() {
        AtomicInteger passes = new AtomicInteger();
        try (Heartbeat heartbeat = new Heartbeat(mock(Workers.class), FAST)) {
            heartbeat.recovering(() -> {
                switch (passes.incrementAndGet()) {
                    case 1:
                        throw new BackendUnavailableException("away", new IOException(), true);
                    case 2:
                        throw new IllegalStateException("a bug");
                    case 3:
                        throw new StackOverflowError();
                    default:
                        return true;
                }
            });
            heartbeat.add(session("a"));
            await().atMost(LIMIT).until(() -> passes.get() >= 6);
        }
    }

    /** However late the recovery at the start is on a busy machine, no heartbeat is answered before it. */
    @Test
    void recoversNothingWhileThereAreNoHeartbeatsNorRightAfter() {
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        List<Integer> passes = new CopyOnWriteArrayList<>();
        Workers workers = mock(Workers.class);
        when(workers.heartbeat(anyCollection())).thenAnswer(call -> {
            if (asked.incrementAndGet() <= 5 || passes.isEmpty()) {
                throw new BackendUnavailableException("away", new IOException(), true);
            }
            answered.incrementAndGet();
            return Set.of();
        });
        try (Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.recovering(() -> passes.add(answered.get()));
            heartbeat.add(session("a"));
            await().atMost(LIMIT).until(() -> passes.size() >= 2);
        }
        assertThat(passes.get(0)).as("at the start").isZero();
        assertThat(passes.get(1))
                .as("the first heartbeat that is answered again brings no recovery")
                .isGreaterThanOrEqualTo(2);
    }

    /** Workers that Redis has not heard while it was away must have had time for a heartbeat. */
    @Test
    void recoversNothingAtTheStartWhereRedisWasAway() {
        AtomicInteger beats = new AtomicInteger();
        List<Integer> passes = new CopyOnWriteArrayList<>();
        Workers workers = mock(Workers.class);
        when(workers.heartbeat(anyCollection())).thenAnswer(call -> {
            beats.incrementAndGet();
            return Set.of();
        });
        try (Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.recovering(() -> passes.add(beats.get()));
            heartbeat.missed();
            heartbeat.add(session("a"));
            await().atMost(LIMIT).until(() -> !passes.isEmpty());
        }
        assertThat(passes.get(0)).as("heartbeat 1 is the first again").isGreaterThanOrEqualTo(2);
    }

    @Test
    void heartbeatThatHangsIsReplaced() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger beats = new AtomicInteger();
        Workers workers = mock(Workers.class);
        when(workers.heartbeat(anyCollection())).thenAnswer(call -> {
            if (beats.incrementAndGet() == 2) {
                while (never.getCount() > 0) { // a client that does not even mind an interrupt
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        assertThat(e).isNotNull();
                    }
                }
            }
            return Set.of();
        });
        try (CapturedLog log = new CapturedLog(Worker.class);
                Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.add(session("a"));
            await().atMost(LIMIT).until(() -> beats.get() >= 5);
            assertThat(log.lines()).anyMatch(line -> line.startsWith("ERROR The heartbeat has hung for "));
        } finally {
            never.countDown();
        }
    }

    @Test
    void recoveryThatTakesLongDoesNotSilenceTheHeartbeat() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger beats = new AtomicInteger();
        Workers workers = mock(Workers.class);
        when(workers.heartbeat(anyCollection())).thenAnswer(call -> {
            beats.incrementAndGet();
            return Set.of();
        });
        try (Heartbeat heartbeat = new Heartbeat(workers, FAST)) {
            heartbeat.recovering(() -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return true;
            });
            heartbeat.add(session("a"));
            await().atMost(LIMIT).until(() -> beats.get() >= 5);
            end.countDown();
        }
    }

    @Test
    void closeLetsARecoveryEndThatIsUnderWay() throws InterruptedException {
        CountDownLatch under = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean ended = new AtomicBoolean();
        Heartbeat heartbeat = new Heartbeat(mock(Workers.class), FAST);
        heartbeat.recovering(() -> {
            under.countDown();
            try {
                end.await();
                ended.set(true);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return true;
        });
        heartbeat.add(session("a"));
        under.await();
        Thread closing = new Thread(heartbeat::close);
        closing.start();
        await().atMost(LIMIT).until(() -> closing.getState() == Thread.State.TIMED_WAITING);
        end.countDown();
        closing.join();
        assertThat(ended).isTrue();
    }

    @Test
    void threadIsADaemonAndEndsAtTheClose() {
        Workers workers = mock(Workers.class);
        Heartbeat heartbeat = new Heartbeat(workers, FAST);
        int before = threads().size();
        heartbeat.add(session("a"));
        verify(workers, timeout(LIMIT.toMillis()).atLeastOnce()).heartbeat(anyCollection());
        assertThat(Thread.getAllStackTraces().keySet())
                .filteredOn(thread -> thread.getName().equals("resque-heartbeat"))
                .allMatch(Thread::isDaemon);
        heartbeat.close();
        heartbeat.close();
        await().atMost(LIMIT).until(() -> threads().size() <= before);
    }
}
