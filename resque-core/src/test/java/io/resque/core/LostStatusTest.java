package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import io.resque.api.spi.StatusPage;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.StatusStore;
import io.resque.backend.jedis.JedisBackendProvider;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** Statuses that nobody will ever end. */
class LostStatusTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration TIME = Duration.ofMinutes(1);

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final long old = Instant.now().getEpochSecond() - 4_000;

    @AfterEach
    void cleanUp() {
        resque.close();
        redis.clear();
    }

    private void stands(String token, int state, long updated) {
        CoreRedis.CLIENT.call(
                "SET",
                redis.key("job:" + token + ":status"),
                "{\"status\":" + state + ",\"updated\":" + updated + ",\"started\":" + updated + ",\"result\":null}");
    }

    private static String job(String id, String prefix) {
        return "{\"class\":\"A\",\"args\":[{\"n\":1}],\"id\":\"" + id + "\",\"prefix\":\"" + prefix
                + "\",\"queue_time\":1795361599.46152}";
    }

    private void push(String queue, String payload) {
        CoreRedis.CLIENT.call("SADD", redis.key("queues"), queue);
        CoreRedis.CLIENT.call("RPUSH", redis.key("queue:" + queue), payload);
    }

    private boolean isThere(String token) {
        return CoreRedis.CLIENT.number("EXISTS", redis.key("job:" + token + ":status")) == 1;
    }

    private LostStatuses find() {
        return resque.inspector().lostStatuses(HOUR, TIME);
    }

    /** Seven statuses, of which two are lost. */
    private void variousStand() {
        stands("lost-waiting", 1, old);
        stands("lost-running", 2, old);
        stands("young", 1, old + 3_990);
        stands("ended", 4, old);
        stands("app_queued", 1, old);
        push("low", job("other", ""));
        push("high", job("queued", "app"));
        stands("with-ruby", 1, old);
        String ruby = "elsewhere:17:high";
        CoreRedis.CLIENT.call("SADD", redis.key("workers"), ruby);
        CoreRedis.CLIENT.call(
                "SET",
                redis.key("worker:" + ruby),
                "{\"queue\":\"high\",\"run_at\":\"2026-11-22T15:35:23Z\",\"payload\":" + job("with-ruby", "") + "}");
    }

    @Test
    @WireRule("W-713")
    void thoseAreLostWhoseJobIsNowhere() {
        variousStand();
        Map<String, Object> before = redis.dump();
        assertThat(find().tokens()).containsExactly("lost-running", "lost-waiting");
        assertThat(find().unended()).isEqualTo(4);
        assertThat(find().stopped()).isEmpty();
        assertThat(redis.dump()).as("looking writes nothing").isEqualTo(before);
    }

    @Test
    void theStatusOfADelayedJobIsNotLost() {
        stands("delayed", 1, old);
        stands("lost", 1, old);
        CoreRedis.CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), "4102444800", "4102444800");
        CoreRedis.CLIENT.call(
                "RPUSH",
                redis.key("delayed:4102444800"),
                "{\"class\":\"A\",\"args\":[1],\"queue\":\"a\"}",
                "{\"class\":\"A\",\"args\":[1],\"queue\":\"a\",\"id\":\"delayed\",\"queue_time\":1795361599.46152}");
        assertThat(find().tokens()).containsExactly("lost");
        assertThat(resque.removeLostStatuses(HOUR, TIME).tokens()).containsExactly("lost");
        assertThat(isThere("delayed")).isTrue();
    }

    @Test
    @WireRule("W-713")
    void theyAreRemovedWhenThatIsAskedFor() {
        variousStand();
        LostStatuses removed = resque.removeLostStatuses(HOUR, TIME);
        assertThat(removed.tokens()).containsExactly("lost-running", "lost-waiting");
        assertThat(isThere("lost-running") || isThere("lost-waiting")).isFalse();
        for (String token : new String[] {"young", "ended", "app_queued", "with-ruby"}) {
            assertThat(isThere(token)).as(token).isTrue();
        }
        assertThat(find().tokens()).isEmpty();
    }

    @Test
    @WireRule("W-713")
    void aJobOfOursThatRunsIsNotLost() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        push("q", job("t", ""));
        try (Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    begun.countDown();
                    goOn.await(10, TimeUnit.SECONDS);
                })
                .start()) {
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            stands("t", 2, old);
            assertThat(resque.removeLostStatuses(HOUR, TIME).tokens()).isEmpty();
            assertThat(isThere("t")).isTrue();
            goOn.countDown();
            assertThat(worker.isRunning()).isTrue();
        }
        assertThat(resque.status("t").orElseThrow().state()).isEqualTo(JobState.COMPLETE);
    }

    @Test
    @WireRule("W-713")
    void aJobOfOursWhoseRecordAnotherProgramDeletedIsNotLost() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        push("q", job("t", ""));
        try (Worker worker = resque.workerBuilder("q")
                .register("A", () -> context -> {
                    begun.countDown();
                    goOn.await(10, TimeUnit.SECONDS);
                })
                .start()) {
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            stands("t", 2, old);
            stands("lost-waiting", 1, old);
            CoreRedis.CLIENT.texts("KEYS", redis.key("worker:*:q")).forEach(key -> CoreRedis.CLIENT.call("DEL", key));
            assertThat(find().tokens()).containsExactly("lost-waiting");
            assertThat(resque.removeLostStatuses(HOUR, TIME).tokens()).containsExactly("lost-waiting");
            assertThat(isThere("t")).isTrue();
            goOn.countDown();
            assertThat(worker.isRunning()).isTrue();
        }
        stands("lost-running", 2, old);
        assertThat(find().tokens()).as("once it has ended").contains("lost-running");
    }

    @Test
    @WireRule("W-713")
    void whileWorkersRunNoneLosesItsStatus() {
        int jobs = 3_000;
        for (int job = 0; job < jobs; job++) {
            stands("t" + job, 1, old);
            push("q" + job % 3, job("t" + job, ""));
        }
        stands("lost", 1, old);
        try (Worker worker = resque.workerBuilder("q0", "q1", "q2")
                .concurrency(4)
                .register("A", () -> context -> {})
                .start()) {
            long processed;
            do {
                LostStatuses removed = resque.removeLostStatuses(HOUR, TIME);
                assertThat(removed.tokens()).isSubsetOf("lost");
                processed = resque.inspector().counters().processed();
            } while (processed < jobs);
            assertThat(worker.isRunning()).isTrue();
        }
        assertThat(isThere("lost")).isFalse();
        for (int job = 0; job < jobs; job++) {
            assertThat(resque.status("t" + job).orElseThrow().state()).isEqualTo(JobState.COMPLETE);
        }
    }

    @Test
    @WireRule("W-713")
    void aQueueOfAnotherTypeHasNoJobs() {
        variousStand();
        CoreRedis.CLIENT.call("SADD", redis.key("queues"), "odd");
        CoreRedis.CLIENT.call("HSET", redis.key("queue:odd"), "a", "b");
        assertThat(find().tokens()).containsExactly("lost-running", "lost-waiting");
    }

    @Test
    @WireRule("W-713")
    void withoutTheRightToReadDelayedJobsNothingIsToldAndNothingRemoved() {
        variousStand();
        CoreRedis.CLIENT.call("ACL", "SETUSER", redis.namespace, "on", ">pw", "~*", "+@all", "-zrangebyscore");
        try (Resque half = Resque.builder()
                .url(CoreRedis.SERVER.url().replace("://", "://" + redis.namespace + ":pw@"))
                .namespace(redis.namespace)
                .backend("jedis")
                .serializer("gson")
                .build()) {
            LostStatuses lost = half.removeLostStatuses(HOUR, TIME);
            assertThat(lost.stopped())
                    .startsWith("the delayed jobs cannot be looked through, so nothing can be told: ");
            assertThat(lost.tokens()).isEmpty();
            assertThat(isThere("lost-waiting")).isTrue();
        } finally {
            CoreRedis.CLIENT.call("ACL", "DELUSER", redis.namespace);
        }
    }

    @Test
    @WireRule("W-713")
    void whereNotAllCanBeLookedThroughNothingIsToldAndNothingRemoved() {
        variousStand();
        QueueBackend backend = Mockito.spy(
                new JedisBackendProvider().open(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace)));
        Queues queues = Mockito.spy(backend.queues());
        Mockito.doReturn(queues).when(backend).queues();
        Mockito.doThrow(new BackendException("no right to"))
                .when(queues)
                .range(Mockito.eq("low"), Mockito.anyLong(), Mockito.anyLong(), Mockito.anyLong());
        try (Resque half = Resque.builder().backend(backend).serializer("gson").build()) {
            LostStatuses lost = half.removeLostStatuses(HOUR, TIME);
            assertThat(lost.stopped())
                    .isEqualTo("the queue low cannot be looked through, so nothing can be told: no right to");
            assertThat(lost.tokens()).isEmpty();
            assertThat(isThere("lost-waiting")).isTrue();
        }
    }

    private Resque over(StatusStore store) {
        return redis.builder().statusStore(store).build();
    }

    @Test
    @WireRule("W-713")
    void theTimeHasALimit() {
        stands("lost", 1, old);
        StatusStore real =
                new JedisBackendProvider().openStatuses(new BackendConfig(CoreRedis.SERVER.url(), redis.namespace));
        StatusStore endless = Mockito.spy(real);
        Mockito.doAnswer(call -> {
                    StatusPage page = real.unended("");
                    return new StatusPage(page.unended(), page.readAt(), "more");
                })
                .when(endless)
                .unended(Mockito.any());
        try (Resque slow = over(endless)) {
            LostStatuses lost = slow.inspector().lostStatuses(HOUR, Duration.ofSeconds(1));
            assertThat(lost.stopped()).isEqualTo("the time was over before all statuses were looked at");
            assertThat(lost.tokens()).containsExactly("lost");
        }
    }

    @Test
    @WireRule("W-713")
    void theTimeHasALimitForTheSecondLook() {
        StatusRecord waiting = new StatusRecord(JobState.WAITING, Instant.EPOCH, null, null);
        StatusStore slow =
                Mockito.mock(StatusStore.class, Mockito.withSettings().stubOnly());
        Mockito.when(slow.unended(""))
                .thenReturn(new StatusPage(Map.of("a", waiting, "b", waiting), Instant.now(), null));
        Mockito.when(slow.find(Mockito.any())).thenAnswer(call -> {
            long begun = System.nanoTime();
            Awaitility.await().until(() -> System.nanoTime() - begun > 1_100_000_000L);
            return Optional.of(waiting);
        });
        try (Resque late = over(slow)) {
            LostStatuses lost = late.inspector().lostStatuses(HOUR, Duration.ofSeconds(1));
            assertThat(lost.tokens()).as("the second is not asked for").hasSize(1);
            assertThat(lost.stopped()).isEqualTo("the time was over before all statuses were looked at a second time");
        }
    }

    @Test
    @WireRule("W-713")
    void theMemoryHasALimit() {
        StatusRecord waiting = new StatusRecord(JobState.WAITING, Instant.EPOCH, null, null);
        Map<String, StatusRecord> many = new HashMap<>();
        for (int i = 0; i < 10_500; i++) {
            many.put("t" + i, waiting);
        }
        StatusStore full =
                Mockito.mock(StatusStore.class, Mockito.withSettings().stubOnly());
        Mockito.when(full.find(Mockito.any())).thenReturn(Optional.of(waiting));
        Mockito.when(full.unended("")).thenReturn(new StatusPage(many, Instant.now(), null));
        try (Resque large = over(full)) {
            LostStatuses lost = large.inspector().lostStatuses(HOUR, TIME);
            assertThat(lost.tokens()).hasSize(10_000);
            assertThat(lost.stopped()).isEqualTo("of more statuses that wait or run, 10000 were looked at");
        }
    }

    @Test
    void aStoreThatCannotSaysSo() {
        StatusStore plain = Mockito.mock(Mockito.CALLS_REAL_METHODS);
        try (Resque apart = over(plain)) {
            assertThatThrownBy(() -> apart.inspector().lostStatuses(HOUR, TIME))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("cannot go through its statuses");
        }
    }

    @Test
    void whatIsOnlyJustWrittenIsNeverLookedAt() {
        assertThatThrownBy(() -> resque.inspector().lostStatuses(Duration.ofMillis(500), TIME))
                .hasMessage(
                        "olderThan must be at least a minute, was PT0.5S: a status and its job are not written at once");
        assertThatThrownBy(() -> resque.inspector().lostStatuses(Duration.ofSeconds(59), TIME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "olderThan must be at least a minute, was PT59S: a status and its job are not written at once");
    }
}
