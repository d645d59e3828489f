package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.resque.api.BackendException;
import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.Payload;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Tests of samples, run times and marks. */
@NeedsFeature(Feature.HISTORY)
abstract class HistoryRules extends BackendRules {
    private static final Payload ONE = Payload.ofText("{\"processed\":1,\"queues\":{\"\u00c4\":[1,2]}}");
    private static final Payload TWO = Payload.ofText("{\"processed\":2,\"queues\":{}}");
    private static final Duration LEASE = Duration.ofSeconds(30);

    HistoryRules(QueueBackendTck kit) {
        super(kit);
    }

    private HistoryStore history() {
        return backend.history()
                .orElseThrow(() -> new AssertionError(
                        "the adapter declares " + Feature.HISTORY + ", so history() must not be empty"));
    }

    /** The last second that has samples of both grains. */
    private long second() {
        return Grain.COARSE.sampled(now().getEpochSecond());
    }

    @Test
    @WireRule("W-611")
    void aSampleIsKeptForItsSecond() {
        long at = second();
        for (Grain grain : Grain.values()) {
            long step = grain.seconds();
            history().write(grain, at, ONE);
            history().write(grain, at, TWO);
            history().write(grain, at - step, ONE);
            history().write(grain, at - 100 * step, ONE);
            assertThat(history().samples(grain, List.of(at, at - 100 * step, at - step, at - 2 * step, at + 1)))
                    .as("of two samples of one second, the later write counts; others are left out")
                    .isEqualTo(Map.of(at, TWO, at - step, ONE, at - 100 * step, ONE));
            assertThat(history().samples(grain, List.of(at - step)).keySet())
                    .as("only the seconds that were asked for")
                    .containsExactly(at - step);
            assertThat(history().samples(grain, List.of())).isEmpty();
            isRefused("write(grain, " + (at + 1) + ", sample)", () -> history().write(grain, at + 1, ONE));
        }
        onKeys(() -> {
            assertThat(redis.text("HGET", key("java:history:m:" + at / 60), Long.toString(at)))
                    .isEqualTo(TWO.text());
            assertThat(redis.text("HGET", key("java:history:h:" + at / 600), Long.toString(at)))
                    .isEqualTo(TWO.text());
        });
    }

    @Test
    @WireRule("W-611")
    void theTimeIsThatOfTheBackend() {
        long before = now().getEpochSecond();
        assertThat(history().second()).isBetween(before, now().getEpochSecond());
    }

    @Test
    @WireRule("W-612")
    void oneProcessAtATimeHasTheLease() {
        assertThat(history().lead("a", LEASE)).as("nobody has it").isTrue();
        assertThat(history().lead("b", LEASE)).as("another process has it").isFalse();
        history().leave("b");
        assertThat(history().lead("b", LEASE))
                .as("a process gives back only its own lease")
                .isFalse();
        assertThat(history().lead("a", Duration.ofSeconds(60)))
                .as("it renews its own")
                .isTrue();
        onKeys(() -> {
            assertThat(text("java:history:leader")).isEqualTo("a");
            assertThat(redis.number("TTL", key("java:history:leader"))).isBetween(50L, 60L);
        });
        history().leave("a");
        assertThat(history().lead("b", LEASE)).as("it was given back").isTrue();
    }

    @Test
    @WireRule("W-613")
    void workersThatHoldAJobAreCounted() {
        push("high", JOB);
        WorkerSession idle = register();
        WorkerSession busy = register(backend, "kit-host:2:high");
        take(busy, "high");
        assertThat(history().working(List.of(idle.id(), busy.id(), "gone:1:high")))
                .isOne();
        assertThat(history().working(List.of(idle.id()))).isZero();
        assertThat(history().working(List.of())).isZero();
        onKeys(() -> {
            redis.call("SET", key("worker:ruby:1:low"), "{\"queue\":\"low\"}");
            List<String> many = new ArrayList<>(Collections.nCopies(2_000, "none"));
            many.addAll(List.of(busy.id(), "ruby:1:low"));
            assertThat(history().working(many)).isEqualTo(2);
        });
    }

    /** Two jobs of at most 1 ms, and one of each other bucket up to a number. */
    private static RunTimes times(String jobClass, long millis, int buckets) {
        Long[] counts = new Long[RunTimes.BUCKETS];
        Arrays.fill(counts, 0L);
        Arrays.fill(counts, 0, buckets, 1L);
        counts[0] = 2L;
        return new RunTimes(jobClass, Duration.ofMillis(millis), List.of(counts));
    }

    @Test
    @WireRule("W-614")
    void runTimesAreAdded() {
        long at = second();
        RunTimes a = times("\u00c4", 9_007_199_254L, RunTimes.BUCKETS);
        RunTimes b = times("b c", 7, 2);
        history().addTimes(at, List.of(a, b));
        history().addTimes(at + 59 - at % 60, List.of(b));
        history().addTimes(at - 600, List.of(a));
        history().addTimes(at, List.of());
        assertThat(history().times(at, at)).containsExactlyInAnyOrder(a, b.plus(b));
        assertThat(history().times(at - 600, at))
                .as("the sums of all minutes from the first second to the last")
                .containsExactlyInAnyOrder(a.plus(a), b.plus(b));
        assertThat(history().times(at - 540, at - 120)).isEmpty();
        onKeys(() -> assertThat(redis.text("HGET", key("java:metrics:m:" + at / 60), "b c"))
                .isEqualTo("14 4 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0"));
    }

    @Test
    @WireRule("W-614")
    void aMinuteHasABoundedNumberOfClasses() {
        long at = second();
        List<RunTimes> many = new ArrayList<>();
        for (int i = 0; i < HistoryStore.MOST_CLASSES; i++) {
            many.add(times("C" + i, 1, 1));
        }
        history().addTimes(at, many);
        history().addTimes(at, List.of(times("late", 5, 1), times("C7", 1, 1), times("later", 5, 2)));
        assertThat(history().times(at, at))
                .hasSize(HistoryStore.MOST_CLASSES + 1)
                .contains(times("C7", 1, 1).plus(times("C7", 1, 1)))
                .contains(times("", 5, 1).plus(times("", 5, 2)));
    }

    @Test
    @WireRule("W-615")
    void marksAreReadByTheirTimes() {
        long at = second();
        long yesterday = at - 86_400;
        history().mark(at, "v43 \u00c4");
        history().mark(at - 1, "v42");
        history().mark(yesterday, "v41");
        assertThat(history().marks(yesterday, at))
                .extracting(HistoryMark::text)
                .containsExactly("v41", "v42", "v43 \u00c4");
        assertThat(history().marks(at - 1, at - 1))
                .containsExactly(new HistoryMark(Instant.ofEpochSecond(at - 1), "v42"));
        assertThat(history().marks(at + 1, at + 2)).isEmpty();
        onKeys(() -> {
            String day =
                    Instant.ofEpochSecond(yesterday).toString().substring(0, 10).replace("-", "");
            assertThat(redis.texts("LRANGE", key("java:history:marks:" + day), 0, -1))
                    .containsExactly(yesterday + " v41");
        });
        for (int i = 0; i < HistoryStore.MOST_MARKS; i++) {
            history().mark(yesterday, "m" + i);
        }
        assertThat(history().marks(yesterday, yesterday))
                .extracting(HistoryMark::text)
                .as("the newest marks of the day are kept")
                .hasSize(HistoryStore.MOST_MARKS)
                .startsWith("m0")
                .endsWith("m" + (HistoryStore.MOST_MARKS - 1));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-616")
    void eachKeyExpires() {
        long at = second();
        history().write(Grain.FINE, at, ONE);
        history().write(Grain.COARSE, at, ONE);
        history().addTimes(at, List.of(times("A", 1, 1)));
        history().mark(at, "v42");
        history().lead("a", LEASE);
        assertThat(redis.number("TTL", key("java:history:m:" + at / 60))).isBetween(28_700L, 28_800L);
        assertThat(redis.number("TTL", key("java:history:h:" + at / 600))).isBetween(691_100L, 691_200L);
        assertThat(redis.number("TTL", key("java:metrics:m:" + at / 60))).isBetween(28_700L, 28_800L);
        for (String key : everything().keySet()) {
            assertThat(redis.number("TTL", key))
                    .as("the seconds until %s expires", key)
                    .isPositive();
        }
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-616")
    void aKeyOfAnotherTypeStays() {
        long at = second();
        String day = Instant.ofEpochSecond(at).toString().substring(0, 10).replace("-", "");
        keeps("java:history:m:" + at / 60, () -> history().write(Grain.FINE, at, ONE));
        keeps("java:metrics:m:" + at / 60, () -> history().addTimes(at, List.of(times("A", 1, 1))));
        keeps("java:history:marks:" + day, () -> history().mark(at, "v42"));
        redis.call("RPUSH", key("java:history:leader"), "x");
        namesTheKey("java:history:leader", catchThrowable(() -> history().lead("a", LEASE)));
        assertThat(history().samples(Grain.FINE, List.of(at))).isEmpty();
        assertThat(history().times(at, at)).isEmpty();
        assertThat(history().marks(at, at)).isEmpty();
    }

    private void keeps(String key, ThrowingCallable write) {
        redis.call("SET", key(key), "of another program");
        namesTheKey(key, catchThrowable(write));
        assertThat(text(key)).isEqualTo("of another program");
    }

    private void namesTheKey(String key, Throwable thrown) {
        assertThat(thrown)
                .as("a write to a key of another type must throw a BackendException that names it")
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(key(key));
    }

    @Test
    @NeedsFeature(Feature.REDIS_KEYS)
    @WireRule("W-616")
    void nothingIsWrittenThatCannotExpire() {
        try (RedisServer own = RedisServer.start();
                RespClient client = own.client()) {
            client.call("ACL", "SETUSER", "app", "on", ">pw", "~*", "+@all", "-expire");
            backend = open("redis://app:pw@127.0.0.1:" + own.port() + "/0");
            boolean asks = client.number("EVAL", "return redis.acl_check_cmd and 1 or 0", 0) == 1;
            long at = second();
            List<ThrowingCallable> writes = List.of(
                    () -> history().write(Grain.FINE, at, ONE),
                    () -> history().addTimes(at, List.of(times("A", 1, 1))),
                    () -> history().mark(at, "v42"));
            for (ThrowingCallable write : asks ? writes : List.<ThrowingCallable>of()) {
                assertThat(catchThrowable(write)).as("the user may not EXPIRE").isInstanceOf(BackendException.class);
                assertThat(client.number("DBSIZE"))
                        .as("no key may stay for ever")
                        .isZero();
            }
        }
    }
}
