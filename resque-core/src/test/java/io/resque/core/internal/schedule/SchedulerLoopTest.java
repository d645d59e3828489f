package io.resque.core.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.SchedulerMode;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.QueueBackend;
import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.Worker;
import io.resque.core.internal.support.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** The thread of a scheduler: its start, and its end in the middle of its work. */
@Timeout(60)
class SchedulerLoopTest {
    private static final long PAST = 1_000_000_000L;

    private final DueFixture due = new DueFixture();
    private final CapturedLog log = new CapturedLog(Worker.class);

    @AfterEach
    void close() {
        log.close();
        due.close();
    }

    private SchedulerLoop loop(DelayedItems items, DaemonThreads threads) {
        return new SchedulerLoop(items, due.moves, SchedulerMode.BESIDE, "", null, threads);
    }

    @Test
    void withoutAThreadItDoesNotRunAndCanBeStartedLater() {
        DaemonThreads threads = Mockito.mock();
        Mockito.when(threads.make(Mockito.any(), Mockito.any()))
                .thenReturn(new Thread() {
                    @Override
                    public void start() {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                })
                .thenAnswer(call -> new DaemonThreads().make(call.getArgument(0), call.getArgument(1)));
        SchedulerLoop loop = loop(due.items, threads);
        assertThatThrownBy(() -> loop.start("a")).isInstanceOf(OutOfMemoryError.class);
        assertThat(loop.isRunning()).isFalse();
        loop.start("b");
        assertThat(loop.isRunning()).isTrue();
        loop.stop("b");
        await().until(() -> !loop.isRunning());
    }

    @Test
    void rightsThatAreMissingAreToldAtTheStart() {
        try (QueueBackend other = due.openFor("-lset", "-zadd")) {
            SchedulerLoop loop = loop(other.delayed().orElseThrow(), new DaemonThreads());
            loop.start("a");
            await().until(() -> log.lines().stream()
                    .anyMatch(line -> line.contains("may not run lset, zadd,") && line.contains("+lset +zadd")));
            loop.stop("a");
            await().until(() -> !loop.isRunning());
        } finally {
            CoreRedis.CLIENT.call("ACL", "DELUSER", due.redis.namespace);
        }
        assertThat(due.items.missingRights()).isEmpty();
    }

    @Test
    void aStopEndsItInTheMiddleOfAPassAndIsNoTrouble() throws Exception {
        for (int i = 0; i < 250; i++) {
            due.seed(PAST + i, "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}");
        }
        CountDownLatch moves = new CountDownLatch(1);
        CountDownLatch isStopped = new CountDownLatch(1);
        DelayedItems slow = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        Mockito.doAnswer(call -> {
                    moves.countDown();
                    isStopped.await(10, TimeUnit.SECONDS);
                    return due.items.move(call.getArgument(0), call.getArgument(1), call.getArgument(2));
                })
                .when(slow)
                .move(Mockito.any(), Mockito.any(), Mockito.any());
        SchedulerLoop loop = loop(slow, new DaemonThreads());
        loop.start("a");
        assertThat(moves.await(10, TimeUnit.SECONDS)).isTrue();
        loop.stop("a");
        isStopped.countDown();
        await().until(() -> !loop.isRunning());
        assertThat(due.redis.queue("q")).hasSize(100);
        assertThat(loop.moved()).isEqualTo(100);

        Mockito.doAnswer(call -> {
                    loop.end();
                    throw new IllegalStateException("the connection is closed");
                })
                .when(slow)
                .move(Mockito.any(), Mockito.any(), Mockito.any());
        loop.start("b");
        await().until(() -> !loop.isRunning());
        assertThat(log.lines()).noneMatch(line -> line.contains("Delayed jobs"));
        loop.start("c");
        assertThat(loop.isRunning()).as("it was ended for good").isFalse();
        loop.passOnce(() -> true);
        assertThat(loop.moved()).isEqualTo(100);
    }

    @Test
    void theLocksAreRenewedWhoeverHasTheLease() {
        CoreRedis.CLIENT.call("SET", due.redis.key("java:schedule_look"), "one of mode beside");
        SchedulerLoop loop =
                new SchedulerLoop(due.items, due.moves, SchedulerMode.SHARE, "", null, new DaemonThreads());
        loop.start("a");
        String lock = due.redis.key("resque_scheduler_leader_lock");
        await().until(() -> CoreRedis.CLIENT.text("GET", lock) != null);
        CoreRedis.CLIENT.call("DEL", lock);
        await().atMost(Duration.ofSeconds(40)).until(() -> CoreRedis.CLIENT.text("GET", lock) != null);
        loop.stop("a");
        await().until(() -> !loop.isRunning());
    }

    @Test
    void oneWithoutTheLeaseLooksSeldomWhileItKnowsTheClockBadly() {
        CoreRedis.CLIENT.call("SET", due.redis.key("java:schedule_look"), "another one");
        long second = atTheBeginningOfASecond() + 2; // the first look says nearly nothing of the next second's begin
        due.seed(second, "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}");
        DelayedItems items = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        SchedulerLoop loop = loop(items, new DaemonThreads());
        loop.start("a");
        await().until(() -> loop.moved() == 1);
        loop.stop("a");
        await().until(() -> !loop.isRunning());
        Mockito.verify(items, Mockito.atMost(10))
                .due(Mockito.any(), Mockito.any(), Mockito.anyInt(), Mockito.anyLong(), Mockito.anyLong());
    }

    /** Waits until a second of Redis has begun, and returns it. */
    private static long atTheBeginningOfASecond() {
        long first = second();
        await().pollInterval(Duration.ofMillis(5)).until(() -> second() > first);
        return first + 1;
    }

    private static long second() {
        return Long.parseLong(CoreRedis.CLIENT.texts("TIME").get(0));
    }

    @Test
    void whatIsStuckMakesNoOtherJobLate() {
        CoreRedis.CLIENT.call("SET", due.redis.key("queue:wrong"), "something else");
        CoreRedis.CLIENT.call("SET", due.redis.key("failed"), "something else");
        for (long second = second() + 40; second < second() + 150; second++) { // where it would be put off
            CoreRedis.CLIENT.call("SET", due.redis.key("delayed:" + second), "something else");
        }
        due.seed(PAST, "{\"class\":\"A\",\"args\":[],\"queue\":\"wrong\"}");
        DelayedItems items = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        SchedulerLoop loop = loop(items, new DaemonThreads());
        loop.start("a");
        await().until(() -> loop.error() != null);
        for (long second = second() + 1, last = second + 8; second <= last; second++) {
            due.seed(second, "{\"class\":\"A\",\"args\":[" + second + "],\"queue\":\"q\"}");
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> loop.moved() == 9);
        // At most of these seconds a look and a last look: it does not wait ever longer.
        Mockito.verify(items, Mockito.atLeast(12))
                .due(Mockito.any(), Mockito.any(), Mockito.anyInt(), Mockito.anyLong(), Mockito.anyLong());
        assertThat(loop.error()).as("the item still stands").hasMessageContaining("is a string, not a list");
        CoreRedis.CLIENT.call("DEL", due.redis.key("delayed:" + PAST));
        await().atMost(Duration.ofSeconds(30)).until(() -> loop.error() == null);
        loop.stop("a");
        await().until(() -> !loop.isRunning());
        assertThat(CoreRedis.CLIENT.text("GET", due.redis.key("java:schedule_look")))
                .as("it gives the lease back")
                .isNull();
    }

    @Test
    void aPassForADrainCanBeStoppedAndTellsWhatIsStuck() {
        due.seed(PAST, "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}", "no JSON");
        CoreRedis.CLIENT.call("SET", due.redis.key("failed"), "something else");
        DelayedItems items = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        SchedulerLoop loop = loop(items, new DaemonThreads());
        loop.passOnce(() -> false);
        assertThat(loop.moved()).isZero();
        long now = due.items.due("", null, 1, 1).now();
        for (long second = now + 50; second < now + 90; second++) {
            CoreRedis.CLIENT.call("SET", due.redis.key("delayed:" + second), "something else");
        }
        loop.passOnce(() -> true);
        assertThat(loop.moved()).isEqualTo(1);
        assertThat(log.lines())
                .anyMatch(line -> line.contains("Delayed jobs that are due were not moved: ")
                        && line.contains("is a string, not a list"));
    }
}
