package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import io.resque.api.DontCreateException;
import io.resque.api.Enqueuer;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobType;
import io.resque.api.ResqueListener;
import io.resque.api.spi.QueueBackend;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.Mockito;

/** Jobs that are enqueued for a later instant. */
@Timeout(60)
class EnqueueLaterTest {
    private static final Instant NOW = Instant.ofEpochSecond(Instant.now().getEpochSecond());
    private static final Instant DUE = NOW.plusSeconds(3_600);
    private static final JobType<String> MAIL =
            JobType.of("WelcomeMail", "mail", name -> List.of(name), args -> args.get(0, String.class));

    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
    }

    private List<String> delayed(Instant second) {
        return CLIENT.texts("LRANGE", redis.key("delayed:" + second.getEpochSecond()), 0, -1);
    }

    @Test
    void theKeysAndBytesAreThoseOfRuby() {
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.enqueueAt(DUE, "high", "My_Job", 1, "x")).isTrue();
        }
        String item = "{\"class\":\"My_Job\",\"args\":[1,\"x\"],\"queue\":\"high\"}";
        String second = String.valueOf(DUE.getEpochSecond());
        assertThat(delayed(DUE)).containsExactly(item);
        assertThat(CLIENT.texts("ZRANGE", redis.key("delayed_queue_schedule"), 0, -1, "WITHSCORES"))
                .containsExactly(second, second);
        assertThat(CLIENT.texts("SMEMBERS", redis.key("timestamps:" + item))).containsExactly("delayed:" + second);
        assertThat(redis.dump()).hasSize(3);
    }

    @Test
    void aFractionIsRoundedUpSoThatNoJobIsEarly() {
        try (Resque resque = redis.builder().build()) {
            resque.at(DUE.plusNanos(1)).enqueue("a", "A");
        }
        assertThat(delayed(DUE)).isEmpty();
        assertThat(delayed(DUE.plusSeconds(1))).hasSize(1);
    }

    @Test
    void anInstantThatIsDueGoesStraightToTheQueue() {
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.enqueueAt(Instant.EPOCH, "a", "A", 1)).isTrue();
            assertThat(resque.enqueueIn(Duration.ofSeconds(-1), "a", "A", 2)).isTrue();
            assertThat(resque.at(Instant.MIN).enqueue("a", "A", 3)).isTrue();
            assertThat(resque.in(Duration.ofSeconds(Long.MIN_VALUE)).enqueue("a", "A", 4))
                    .isTrue();
        }
        assertThat(redis.queue("a"))
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 4)
                        .mapToObj(i -> "{\"class\":\"A\",\"args\":[" + i + "]}")
                        .toList());
        assertThat(redis.dump()).containsOnlyKeys(redis.key("queue:a"), redis.key("queues"));
    }

    @Test
    void inCountsFromTheCallThatEnqueues() {
        List<Instant> now = new ArrayList<>(List.of(NOW));
        Clock clock = new Clock() {
            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now.get(0);
            }
        };
        try (Resque resque = redis.builder(clock).build()) {
            Enqueuer inAnHour = resque.in(Duration.ofHours(1));
            inAnHour.enqueue("a", "A");
            now.set(0, NOW.plusSeconds(60));
            inAnHour.enqueue("a", "A");
        }
        assertThat(delayed(DUE)).hasSize(1);
        assertThat(delayed(DUE.plusSeconds(60))).hasSize(1);
    }

    @Test
    void aTrackedJobHasFurtherMembersAtTheEndAndAStatus() {
        try (Resque resque = redis.builder().build()) {
            String token = resque.at(DUE)
                    .enqueueTracked("a", JobSpec.of("A", 1).withId("t1").withMetadata("m", 2))
                    .orElseThrow();
            assertThat(token).isEqualTo("t1");
            assertThat(delayed(DUE).get(0))
                    .matches(
                            "\\{\"class\":\"A\",\"args\":\\[1],\"queue\":\"a\",\"id\":\"t1\",\"queue_time\":[0-9.]+,\"m\":2}");
            assertThat(resque.status(token).orElseThrow().state()).isEqualTo(JobState.WAITING);
            assertThatThrownBy(() ->
                            resque.at(DUE).enqueueTracked("a", JobSpec.of("A").withId("t1")))
                    .isInstanceOf(JobIdTakenException.class)
                    .hasMessageContaining("nothing was enqueued");
            assertThat(delayed(DUE)).hasSize(1);
        }
    }

    @Test
    void everyMethodDelays() throws Exception {
        try (Resque resque = redis.builder().build()) {
            Enqueuer later = resque.at(DUE);
            later.enqueue("mail", JobSpec.of("WelcomeMail", "a"));
            later.enqueue(MAIL, "b");
            assertThat(later.enqueueTracked(MAIL, "c")).isPresent();
            assertThat(later.enqueueAll(MAIL, List.of("d", "e"))).isEqualTo(2);
            assertThat(later.enqueueAll(MAIL, Stream.of("f"))).isEqualTo(1);
            assertThat(later.enqueueAllTracked(MAIL, List.of("g"))).hasSize(1);
            assertThat(later.enqueueAsync(MAIL, "h").get()).isTrue();
            assertThat(later.enqueueTrackedAsync(MAIL, "i").get()).isPresent();
            assertThat(later.enqueueAllAsync(MAIL, List.of("j")).get()).isEqualTo(1);
            assertThat(later.enqueueAllTrackedAsync(MAIL, List.of("k")).get()).hasSize(1);
            assertThat(resque.at(Instant.EPOCH).at(DUE).enqueue(MAIL, "l")).isTrue();
            assertThat(resque.inspector().queueSize("mail")).isZero();
        }
        assertThat(delayed(DUE).stream().map(item -> item.replaceFirst(".*\\[\"(.)\"].*", "$1")))
                .containsExactly("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l");
    }

    @Test
    void manyKeepTheirOrder() {
        List<JobSpec> jobs =
                IntStream.range(0, 2_345).mapToObj(i -> JobSpec.of("A", i)).toList();
        try (Resque resque = redis.builder().build()) {
            assertThat(resque.at(DUE).enqueueAll("a", jobs)).isEqualTo(jobs.size());
        }
        assertThat(delayed(DUE))
                .containsExactlyElementsOf(jobs.stream()
                        .map(job -> "{\"class\":\"A\",\"args\":" + job.args() + ",\"queue\":\"a\"}")
                        .toList());
    }

    @Test
    void whatIsRefusedWritesNothing() {
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() -> resque.at(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> resque.in(null)).isInstanceOf(NullPointerException.class);
            assertThatThrownBy(() -> resque.in(Duration.ofDays(3_654)).enqueue("a", "A"))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("later than 3653 days from now")
                    .hasMessageContaining("ResqueBuilder.maxDelay");
            assertThatThrownBy(() -> resque.at(Instant.MAX).enqueueAsync("a", JobSpec.of("A")))
                    .isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(
                            () -> resque.in(Duration.ofSeconds(Long.MAX_VALUE)).enqueue("a", "A"))
                    .isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(() -> resque.at(DUE)
                            .enqueueAll("a", List.of(JobSpec.of("A"), JobSpec.of("A", "x".repeat(64 << 10)))))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("more than the 65536 that are allowed")
                    .hasMessageContaining("ResqueBuilder.maxDelayedJob");
            assertThatThrownBy(() -> resque.at(DUE).enqueue("a*", "A")).isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(() -> resque.at(DUE).enqueue("a", "")).isInstanceOf(InvalidJobException.class);
            assertThatThrownBy(() -> resque.at(DUE).enqueue("a", JobSpec.of("A").withId("only tracked")))
                    .isInstanceOf(InvalidJobException.class);
        }
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void theBoundsAreSettings() {
        try (Resque resque = redis.builder()
                .maxDelay(Duration.ofDays(20_000))
                .configure(Map.of("max-delayed-job", "128KB"))
                .build()) {
            Instant far = NOW.plus(Duration.ofDays(19_999));
            assertThat(resque.at(far).enqueue("a", "A", "x".repeat(64 << 10))).isTrue();
            assertThat(delayed(far)).hasSize(1);
        }
        assertThatThrownBy(() -> Resque.builder().maxDelay(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxDelay");
        assertThatThrownBy(() -> Resque.builder().maxDelayedJob(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxDelayedJob");
    }

    @Test
    void aBackendWithoutTheRoleSaysSo() {
        QueueBackend backend = Mockito.mock();
        Mockito.when(backend.endpoint()).thenReturn("there:1/0");
        Mockito.when(backend.effects()).thenCallRealMethod();
        try (Resque resque = redis.builder().backend(backend).build()) {
            Enqueuer later = resque.at(DUE);
            String sentence = "The backend of there:1/0 does not support delayed jobs;"
                    + " enqueue the job without at(…) and in(…), or take another backend";
            assertThatThrownBy(() -> later.enqueue("a", "A"))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessage(sentence);
            assertThatThrownBy(() -> later.enqueueAsync("a", JobSpec.of("A"))).hasMessage(sentence);
        }
    }

    private static final class Heard implements ResqueListener {
        private final List<String> events = new ArrayList<>();

        @Override
        public void beforeEnqueue(JobInfo job) {
            events.add("beforeEnqueue " + job.jobClass());
        }

        @Override
        public void afterEnqueue(JobInfo job) {
            events.add("afterEnqueue " + job.jobClass());
        }

        @Override
        public Map<String, Object> metadata(JobInfo job) {
            return Map.of("m", 1);
        }

        @Override
        public void beforeSchedule(JobInfo job, Instant due) {
            if (job.jobClass().equals("Vetoed")) {
                throw new DontCreateException("no");
            }
            events.add("beforeSchedule " + job.jobClass() + " " + due);
        }

        @Override
        public void afterSchedule(JobInfo job, Instant due) {
            events.add("afterSchedule " + job.jobClass() + " " + job.metadata());
        }
    }

    @Test
    void listenersHearWhatRubysHooksHear() {
        Heard heard = new Heard();
        try (Resque resque = redis.builder().listen(heard).build()) {
            assertThat(resque.at(DUE).enqueue("a", "A")).isTrue();
            assertThat(heard.events).containsExactly("beforeSchedule A " + DUE, "afterSchedule A {m=1}");
            assertThat(delayed(DUE)).containsExactly("{\"class\":\"A\",\"args\":[],\"queue\":\"a\",\"m\":1}");

            heard.events.clear();
            assertThat(resque.at(Instant.EPOCH).enqueue("a", "A")).isTrue();
            assertThat(heard.events)
                    .containsExactly(
                            "beforeSchedule A " + Instant.EPOCH,
                            "beforeEnqueue A",
                            "afterEnqueue A",
                            "afterSchedule A {m=1}");

            assertThat(resque.at(DUE).enqueue("a", "Vetoed")).isFalse();
            assertThat(resque.at(DUE).enqueueTracked("a", "Vetoed")).isEqualTo(Optional.empty());
            assertThat(resque.at(DUE).enqueueAllTracked("a", List.of(JobSpec.of("A"), JobSpec.of("Vetoed"))))
                    .satisfiesExactly(
                            one -> assertThat(one).isPresent(),
                            two -> assertThat(two).isEmpty());
            assertThat(delayed(DUE)).hasSize(2);
        }
    }

    @Test
    void aWaitingStatusLastsUntilTheJobIsDueAndThenItsTime() {
        Clock clock = Clock.systemUTC();
        try (Resque resque =
                redis.builder(clock).waitingStatusExpiry(Duration.ofDays(1)).build()) {
            String token = resque.at(DUE).enqueueTracked("a", "A").orElseThrow();
            assertThat((Long) CLIENT.call("TTL", redis.key("job:" + token + ":status")))
                    .isBetween(86_400L + 3_500, 86_400L + 3_601);
        }
    }

    @Test
    void inlineJobsRunAtOnce() {
        List<Object> ran = new ArrayList<>();
        try (Resque resque = redis.builder()
                .inline(registry -> registry.register("A", () -> context -> {
                            ran.add(context.args().get(0));
                            context.in(Duration.ofDays(1)).enqueue("a", "B", 2);
                        })
                        .register("B", () -> context -> ran.add(context.args().get(0))))
                .build()) {
            assertThat(resque.at(DUE).enqueue("a", "A", 1)).isTrue();
        }
        assertThat(ran).hasSize(2);
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void aJobDelaysAnotherOne() {
        try (Resque resque = redis.builder().build()) {
            resque.enqueue("a", "A");
            resque.workerBuilder("a")
                    .register("A", () -> context -> context.at(DUE).enqueue("b", "B", 1))
                    .drain();
        }
        assertThat(delayed(DUE)).containsExactly("{\"class\":\"B\",\"args\":[1],\"queue\":\"b\"}");
    }
}
