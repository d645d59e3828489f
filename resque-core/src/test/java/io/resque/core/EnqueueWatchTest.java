package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.BackendException;
import io.resque.api.DontCreateException;
import io.resque.api.EnqueueCall;
import io.resque.api.EnqueueWatch;
import io.resque.api.InvalidJobException;
import io.resque.api.JobIdTakenException;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.ResqueListener;
import io.resque.api.Unique;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A watch follows a call that enqueues, from its beginning until its jobs are written, and can change nothing but their metadata. */
@Timeout(120)
class EnqueueWatchTest {
    private static final String BAD = "Bad";

    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Map<String, @Nullable Object> members = Map.of();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** Notes what it hears, and vetoes jobs of one class. */
    private final class Following implements ResqueListener {
        @Override
        public void beforeEnqueue(JobInfo job) {
            if (job.jobClass().equals(BAD)) {
                throw new DontCreateException("bad");
            }
        }

        @Override
        public void afterEnqueue(JobInfo job) {
            told.add("after " + job.jobClass() + job.metadata());
        }

        @Override
        public EnqueueWatch enqueueBegins(EnqueueCall call) {
            told.add(call.mode() + " " + call.queue() + " " + call.jobs().size());
            return new EnqueueWatch() {
                @Override
                public Map<String, @Nullable Object> metadata(JobInfo job) {
                    return members;
                }

                @Override
                public void ended(List<Outcome> outcomes, Optional<Throwable> failure) {
                    told.add(outcomes
                            + failure.map(e -> " " + e.getClass().getSimpleName())
                                    .orElse(""));
                }
            };
        }
    }

    private List<String> toldOf(Runnable call) {
        told.clear();
        call.run();
        return List.copyOf(told);
    }

    private List<String> queue(String name) {
        return fixture.redis.texts("LRANGE", fixture.key("queue:" + name), "0", "-1");
    }

    @Test
    void aCallIsFollowedFromItsBeginningUntilItsJobsAreWritten() {
        resque.listen(new Following());
        assertThat(toldOf(() -> resque.enqueue("q", "A"))).containsExactly("ONE q 1", "[WRITTEN]", "after A{}");
        assertThat(toldOf(() -> resque.enqueue("q", BAD))).containsExactly("ONE q 1", "[VETOED]");
        assertThat(toldOf(() -> resque.enqueueTracked("q", JobSpec.of("A"))))
                .containsExactly("ONE q 1", "[WRITTEN]", "after A{}");
        assertThat(toldOf(() -> resque.enqueueTracked("q", JobSpec.of(BAD)))).containsExactly("ONE q 1", "[VETOED]");
        List<JobSpec> several = List.of(JobSpec.of(BAD), JobSpec.of("A"), JobSpec.of(BAD), JobSpec.of("B"));
        assertThat(toldOf(() -> resque.enqueueAll("q", several)))
                .containsExactly("BULK q 4", "[VETOED, WRITTEN, VETOED, WRITTEN]", "after A{}", "after B{}");
        assertThat(toldOf(() -> resque.enqueueAllTracked("q", several)))
                .containsExactly("BULK q 4", "[VETOED, WRITTEN, VETOED, WRITTEN]", "after A{}", "after B{}");
        assertThat(toldOf(() -> resque.enqueueAsync("q", JobSpec.of("A")).join()))
                .containsExactly("ASYNC q 1", "[WRITTEN]", "after A{}");
        assertThat(toldOf(() ->
                        resque.enqueueAllAsync("q", List.of(JobSpec.of(BAD))).join()))
                .containsExactly("ASYNC q 1", "[VETOED]");
        assertThat(toldOf(() -> resque.in(Duration.ofHours(1)).enqueue("q", JobSpec.of("A"))))
                .containsExactly("ONE q 1", "[WRITTEN]");
        assertThat(toldOf(() -> resque.enqueueAll("q", List.of()))).isEmpty();
    }

    @Test
    void aStreamIsACallForEachThousand() {
        resque.listen(new Following());
        List<String> heard =
                toldOf(() -> resque.enqueueAll("q", IntStream.range(0, 2_001).mapToObj(i -> JobSpec.of("A", i))));
        assertThat(heard.stream().filter(line -> line.contains(" q ")))
                .containsExactly("BULK q 1000", "BULK q 1000", "ONE q 1");
        assertThat(heard.stream().filter(line -> line.startsWith("[WRITTEN"))).hasSize(3);
        assertThat(toldOf(() -> assertThatThrownBy(() -> resque.enqueueAll(
                                "q",
                                IntStream.range(0, 1_500)
                                        .mapToObj(i -> JobSpec.of("A", i == 1_200 ? new Object() : i))))
                        .isInstanceOf(InvalidJobException.class)))
                .filteredOn(line -> !line.startsWith("after"))
                .extracting(line -> line.replaceAll("(\\w+, )+", ""))
                .containsExactlyInAnyOrder("BULK q 1000", "BULK q 500", "[REFUSED] InvalidJobException", "[WRITTEN]");
    }

    @Test
    void aWatchHearsWhyNothingWasWritten() {
        resque.listen(new Following());
        assertThat(toldOf(() -> assertThatThrownBy(() -> resque.enqueue("q", "A", new Object()))
                        .isInstanceOf(InvalidJobException.class)))
                .containsExactly("ONE q 1", "[REFUSED] InvalidJobException");
        assertThat(toldOf(() -> assertThatThrownBy(() -> resque.enqueueAll("", List.of(JobSpec.of("A"))))
                        .isInstanceOf(InvalidJobException.class)))
                .containsExactly("ONE  1", "[REFUSED] InvalidJobException");
        JobSpec own = JobSpec.of("A").withId("order-1");
        resque.enqueueTracked("q", own);
        assertThat(toldOf(() -> assertThatThrownBy(() -> resque.enqueueTracked("q", own))
                        .isInstanceOf(JobIdTakenException.class)))
                .containsExactly("ONE q 1", "[REFUSED] JobIdTakenException");
        fixture.redis.call("SET", fixture.key("queue:text"), "no list");
        assertThat(toldOf(() -> assertThatThrownBy(() -> resque.enqueueAll("text", List.of(JobSpec.of("A"), own)))
                        .isInstanceOf(InvalidJobException.class)))
                .containsExactly("BULK text 2", "[REFUSED, REFUSED] InvalidJobException");
        assertThat(toldOf(() ->
                        assertThatThrownBy(() -> resque.enqueue("text", "A")).isInstanceOf(BackendException.class)))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("[FAILED] ");
        assertThat(toldOf(() -> assertThatThrownBy(() ->
                                resque.enqueueAsync("text", JobSpec.of("A")).join())
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(BackendException.class)))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("[FAILED] ");
    }

    @Test
    void aDuplicateIsToldAsOne() {
        resque.listen(new Following());
        JobSpec unique = JobSpec.of("A", 1).withUnique(Unique.untilDone(Duration.ofMinutes(5)));
        assertThat(toldOf(() -> resque.enqueue("q", unique))).containsExactly("ONE q 1", "[WRITTEN]", "after A{}");
        assertThat(toldOf(() -> resque.enqueueAll("q", List.of(JobSpec.of(BAD), unique, JobSpec.of("B")))))
                .containsExactly("BULK q 3", "[VETOED, DUPLICATE, WRITTEN]", "after B{}");
    }

    @Test
    void aWatchAddsMembersForWhichThereIsRoom() {
        resque.listen(new Following());
        members = new LinkedHashMap<>();
        members.put("first", "1");
        members.put("class", "refused");
        members.put("large", "x".repeat(8_192));
        members.put("taken", "not this");
        members.put("last", null);
        assertThat(resque.enqueue("q", JobSpec.of("A").withMetadata("taken", true)))
                .isTrue();
        assertThat(queue("q"))
                .containsExactly("{\"class\":\"A\",\"args\":[],\"taken\":true,\"first\":\"1\",\"last\":null}");
        JobSpec full = JobSpec.of("A");
        for (int i = 0; i < 16; i++) {
            full = full.withMetadata("m" + i, i);
        }
        assertThat(resque.enqueue("full", full)).isTrue();
        assertThat(queue("full")).singleElement().asString().endsWith("\"m15\":15}");
    }

    /** A job that is allowed without the members of a watch is enqueued without them. */
    @Test
    void aJobThatWouldBecomeTooLargeGoesWithoutTheMembers() {
        resque.listen(new Following());
        members = Map.of("large", "x".repeat(2_000));
        assertThat(resque.in(Duration.ofHours(1)).enqueue("q", JobSpec.of("A", "x".repeat(64_000))))
                .isTrue();
        assertThat(resque.in(Duration.ofHours(1)).enqueue("q", JobSpec.of("B"))).isTrue();
        assertThat(resque.delayed().jobs())
                .extracting(job -> job.job().metadata().size())
                .containsExactlyInAnyOrder(0, 1);
        assertThatThrownBy(() -> resque.in(Duration.ofHours(1)).enqueue("q", JobSpec.of("A", "x".repeat(70_000))))
                .isInstanceOf(InvalidJobException.class);
    }

    @Test
    void aWatchThatThrowsChangesNothing() {
        List<ResqueListener> throwing = Arrays.asList(
                new ResqueListener() {
                    @Override
                    public EnqueueWatch enqueueBegins(EnqueueCall call) {
                        throw new IllegalStateException("begins");
                    }
                },
                new ResqueListener() {
                    @Override
                    public EnqueueWatch enqueueBegins(EnqueueCall call) {
                        return new EnqueueWatch() {
                            @Override
                            public Map<String, @Nullable Object> metadata(JobInfo job) {
                                throw new IllegalStateException("metadata");
                            }

                            @Override
                            public void ended(List<Outcome> outcomes, Optional<Throwable> failure) {
                                throw new AssertionError("ended");
                            }
                        };
                    }
                },
                new Following());
        throwing.forEach(resque::listen);
        assertThat(toldOf(() -> assertThat(resque.enqueue("q", "A")).isTrue()))
                .containsExactly("ONE q 1", "[WRITTEN]", "after A{}");
        assertThat(toldOf(() -> assertThat(resque.enqueueAll("q", List.of(JobSpec.of("A"), JobSpec.of("B"))))
                        .isEqualTo(2)))
                .startsWith("BULK q 2", "[WRITTEN, WRITTEN]");
        assertThat(queue("q")).hasSize(3).first().isEqualTo("{\"class\":\"A\",\"args\":[]}");
    }

    /** The worker shows these members to the job of one run, and the payload keeps its own. */
    @Test
    void aListenerAddsMetadataToARun() {
        List<Object> seen = new ArrayList<>();
        resque.enqueue("q", JobSpec.of("Good").withMetadata("trace", "theirs").withMetadata("own", 1));
        resque.workerBuilder("q")
                .register("Good", () -> context -> {
                    seen.add(context.metadata());
                    throw new IllegalStateException("failed");
                })
                .listen(new ResqueListener() {
                    @Override
                    public Map<String, @Nullable Object> runMetadata(String worker, JobInfo job) {
                        told.add(worker.endsWith(":q") + " " + job.metadata());
                        return Map.of("trace", List.of("ours"));
                    }
                })
                .listen(new ResqueListener() {
                    @Override
                    public Map<String, @Nullable Object> runMetadata(String worker, JobInfo job) {
                        throw new IllegalStateException("changes nothing");
                    }
                })
                .drain();
        assertThat(told).containsExactly("true {trace=theirs, own=1}");
        assertThat(seen).containsExactly(Map.of("trace", List.of("ours"), "own", 1L));
        assertThat(fixture.failures())
                .singleElement()
                .asString()
                .contains("\"trace\":\"theirs\"")
                .doesNotContain("ours");
    }
}
