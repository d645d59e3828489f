package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static io.resque.core.CoreRedis.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendUnavailableException;
import io.resque.api.DontCreateException;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.ResqueListener;
import io.resque.tck.FaultProxy;
import io.resque.tck.WireRule;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tracked jobs whose id is the caller's. */
class OwnIdTest {
    private static final JobSpec JOB = JobSpec.of("My_Job", 1).withId("order-4711");

    private final CoreRedis redis = new CoreRedis();

    @AfterEach
    void clear() {
        redis.clear();
        CLIENT.deleteKeys("apart-" + redis.namespace + ":");
    }

    private ResqueBuilder builder(String where) {
        return switch (where) {
            case "memory" -> Resque.builder().url("memory:" + UUID.randomUUID()).serializer("gson");
            case "statuses apart" -> redis.builder().statusStore("jedis", SERVER.url());
            case "inline" -> redis.builder().inline(jobs -> jobs.register("My_Job", () -> context -> {}));
            default -> redis.builder().backend(where);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"jedis", "memory", "statuses apart"})
    @WireRule({"W-815", "W-813"})
    void isTheTokenAndEnqueuedOnce(String where) {
        try (Resque resque = builder(where).build()) {
            assertThat(resque.enqueueTracked("q", JOB)).contains("order-4711");
            assertThat(resque.status("order-4711").orElseThrow().state()).isEqualTo(JobState.WAITING);
            assertRefused(resque);
            assertThat(resque.workerBuilder("q")
                            .register(
                                    "My_Job",
                                    () -> context -> context.result(context.id().orElseThrow()))
                            .drain())
                    .isOne();
            assertThat(resque.status("order-4711").orElseThrow().result()).isEqualTo("order-4711");
            assertRefused(resque);
            assertThat(resque.inspector().queueSize("q")).isZero();
            resque.stopTracking("order-4711");
            assertThat(resque.enqueueTracked("q", JOB)).contains("order-4711");
            assertThat(resque.dequeue("q", JobMatch.of("My_Job").withId("order-4711")))
                    .isOne();
            assertThat(resque.enqueueTracked("q", JOB))
                    .as("dequeued, its status too")
                    .contains("order-4711");
        }
    }

    private static void assertRefused(Resque resque) {
        assertThatThrownBy(() -> resque.enqueueTracked("other", JOB))
                .isInstanceOf(JobIdTakenException.class)
                .hasMessage(
                        "The id \"order-4711\" is that of another job, whose status is still there; nothing was enqueued."
                                + " Take another id, or resque.stopTracking(id) first");
        assertThat(resque.inspector().queues().keySet()).containsExactly("q");
    }

    @Test
    void inlineItIsRunOnce() {
        try (Resque resque = builder("inline").build()) {
            assertThat(resque.enqueueTracked("q", JOB)).contains("order-4711");
            assertThat(resque.status("order-4711").orElseThrow().state()).isEqualTo(JobState.COMPLETE);
            assertThatThrownBy(() -> resque.enqueueTracked("q", JOB)).isInstanceOf(JobIdTakenException.class);
        }
    }

    @Test
    @WireRule("W-815")
    void hasTheFieldsOfPhp() {
        try (Resque resque = redis.builder().build()) {
            resque.enqueueTracked("q", JobSpec.of("My_Job", Map.of("a", 1)).withId("größe:1/2 x"));
        }
        assertThat(redis.queue("q"))
                .singleElement()
                .asString()
                .startsWith("{\"class\":\"My_Job\",\"args\":[{\"a\":1}],\"id\":\"größe:1/2 x\",\"queue_time\":");
        assertThat(CLIENT.text("GET", redis.key("job:größe:1/2 x:status"))).startsWith("{\"status\":1,");
    }

    @Test
    void aStatusOfPhpThatIsThereIsNotWrittenOver() {
        CLIENT.call("SET", redis.key("job:order-4711:status"), "{\"status\":2,\"updated\":1795361599}");
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() -> resque.enqueueTracked("q", JOB)).isInstanceOf(JobIdTakenException.class);
        }
        assertThat(redis.dump()).containsOnlyKeys(redis.key("job:order-4711:status"));
        assertThat(CLIENT.text("GET", redis.key("job:order-4711:status")))
                .isEqualTo("{\"status\":2,\"updated\":1795361599}");
    }

    @Test
    void afterALostAnswerTheSameIdIsTriedAgainAndTheJobIsThereOnce() {
        try (FaultProxy proxy = FaultProxy.to(SERVER.url());
                Resque resque = redis.builder().url(proxy.url()).build()) {
            resque.enqueueTracked("q", "Other"); // loads the script
            proxy.cutAfter(request ->
                    request.stream().anyMatch(word -> new String(word, StandardCharsets.UTF_8).contains("order-4711")));
            assertThatThrownBy(() -> resque.enqueueTracked("q", JOB))
                    .isInstanceOfSatisfying(
                            BackendUnavailableException.class,
                            lost -> assertThat(lost.maybeApplied()).isTrue());
            assertThatThrownBy(() -> resque.enqueueTracked("q", JOB)).isInstanceOf(JobIdTakenException.class);
        }
        assertThat(redis.queue("q"))
                .filteredOn(job -> job.contains("order-4711"))
                .hasSize(1);
    }

    @Test
    void aVetoLeavesTheIdFree() {
        List<String> ids = new ArrayList<>();
        ResqueListener veto = new ResqueListener() {
            @Override
            public void beforeEnqueue(JobInfo job) {
                ids.add(job.id().orElseThrow());
                throw new DontCreateException("no");
            }
        };
        try (Resque resque = redis.builder().build()) {
            resque.listen(veto);
            assertThat(resque.enqueueTracked("q", JOB)).isEmpty();
            resque.stopListening(veto);
            assertThat(resque.enqueueTracked("q", JOB)).contains("order-4711");
        }
        assertThat(ids).containsExactly("order-4711");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " x", "x ", "a\nb", "\u0000", "q\ud83d", "long"})
    void anIdThatIsNoneIsRefusedBeforeAnythingIsWritten(String id) {
        String given = id.equals("long") ? "n".repeat(201) : id;
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() ->
                            resque.enqueueTracked("q", JobSpec.of("My_Job").withId(given)))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageStartingWith("The id \"");
            assertThat(resque.enqueueTracked("q", JobSpec.of("My_Job").withId("n".repeat(200))))
                    .isPresent();
        }
        assertThat(redis.queue("q")).hasSize(1);
    }

    @Test
    void amongJobsThatAreNotTrackedItIsRefused() {
        try (Resque resque = redis.builder().build()) {
            assertThatThrownBy(() -> resque.enqueueAll("q", List.of(JobSpec.of("My_Job"), JOB)))
                    .isInstanceOf(InvalidJobException.class)
                    .hasMessageContaining("enqueueTracked(queue, job)");
        }
        assertThat(redis.dump()).isEmpty();
    }
}
