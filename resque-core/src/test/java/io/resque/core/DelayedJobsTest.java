package io.resque.core;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.DelayedJob;
import io.resque.api.InvalidJobException;
import io.resque.api.JobMatch;
import io.resque.api.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a user sees and does of delayed jobs. */
@Timeout(60)
class DelayedJobsTest {
    private static final Instant FIRST = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 3_600);
    private static final Instant SECOND = FIRST.plusSeconds(60);

    private final CoreRedis redis = new CoreRedis();
    private final Resque resque = redis.builder().build();
    private final DelayedJobs delayed = resque.delayed();

    @AfterEach
    void clear() {
        resque.close();
        redis.clear();
    }

    private static List<String> texts(Stream<DelayedJob> jobs) {
        return jobs.map(job -> job.job().jobClass() + job.job().args() + " of "
                        + job.job().queue() + " +"
                        + Duration.between(FIRST, job.dueAt()).toSeconds())
                .toList();
    }

    private void three() {
        resque.at(SECOND).enqueue("b", "B", 3);
        resque.at(FIRST).enqueue("a", "A", 1);
        resque.at(FIRST).enqueue("a", "A", 2);
    }

    @Test
    void theyAreShown() {
        assertThat(delayed.nextDueAt()).isEmpty();
        assertThat(delayed.jobs()).isEmpty();
        three();
        assertThat(delayed.count()).isEqualTo(3);
        assertThat(delayed.nextDueAt()).contains(FIRST);
        assertThat(texts(delayed.jobs())).containsExactly("A[1] of a +0", "A[2] of a +0", "B[3] of b +60");
        assertThat(texts(delayed.find(JobMatch.of("B"), JobMatch.of("A").withArgs(2.0))))
                .containsExactly("A[2] of a +0", "B[3] of b +60");
        assertThatThrownBy(() -> delayed.find(JobMatch.of(""))).isInstanceOf(InvalidJobException.class);
    }

    @Test
    void oneJobIsFoundAndChangedByItsBytes() {
        three();
        resque.at(FIRST).enqueue("a", "A", 1);
        CLIENT.call("RPUSH", redis.key("delayed:" + FIRST.getEpochSecond()), "no json");
        List<DelayedJob> all = delayed.jobs().toList();
        DelayedJob one = all.get(1);
        assertThat(delayed.find(one.dueAt(), one.job().digest())).contains(one);
        assertThat(delayed.find(SECOND, one.job().digest())).isEmpty();
        assertThat(delayed.reschedule(SECOND, one)).isTrue();
        assertThat(delayed.reschedule(SECOND, one))
                .as("it is not there any more")
                .isFalse();
        assertThat(texts(delayed.jobs()).toString()).contains("A[2] of a +60");
        assertThat(delayed.enqueueNow(all.get(0))).isTrue();
        assertThat(redis.queue("a")).as("equal jobs go together").hasSize(2);
        DelayedJob none = delayed.jobs().findFirst().orElseThrow();
        assertThat(none.job().jobClass()).isEmpty();
        assertThat(delayed.enqueueNow(none)).as("it names no queue").isFalse();
        assertThat(delayed.remove(none)).isTrue();
        assertThat(delayed.remove(none)).isFalse();
        assertThat(delayed.jobs()).hasSize(2);
    }

    @Test
    void allThatAFilterChoosesAreChanged() {
        for (int second = 0; second < 5; second++) {
            resque.at(FIRST.plusSeconds(second))
                    .enqueueAll(
                            "a",
                            IntStream.range(90 * second, 90 * second + 90)
                                    .mapToObj(i -> JobSpec.of(i % 3 == 0 ? "Third" : "A", i))
                                    .toList());
        }
        CLIENT.call("RPUSH", redis.key("delayed:" + FIRST.getEpochSecond()), "no json");
        assertThat(delayed.reschedule(SECOND, job -> job.job().jobClass().equals("Third")))
                .isEqualTo(150);
        assertThat(delayed.reschedule(SECOND, job -> job.job().jobClass().equals("Third")))
                .as("they are due then anyway")
                .isZero();
        assertThat(delayed.between(SECOND, SECOND)
                        .enqueueNow(job -> (long) job.job().args().get(0) < 30))
                .isEqualTo(10);
        assertThat(redis.queue("a")).hasSize(10);
        assertThat(delayed.remove(job -> job.job().jobClass().equals("A"))).isEqualTo(300);
        assertThat(delayed.retries().remove(job -> true))
                .as("none of them is a retry")
                .isZero();
        assertThat(delayed.enqueueNow(job -> job.job().jobClass().isEmpty()))
                .as("it names no queue")
                .isZero();
        assertThat(delayed.remove(job -> true)).isEqualTo(141);
        assertThat(delayed.count()).isZero();
        assertThatThrownBy(() -> delayed.reschedule(Instant.now().plus(Duration.ofDays(100_000)), job -> true))
                .isInstanceOf(InvalidJobException.class);
    }

    @Test
    void largeJobsAreChangedBeforeTheyFillTheMemory() {
        String large = "x".repeat(1 << 19);
        try (Resque other = redis.builder().maxDelayedJob(2 << 20).build()) {
            for (int i = 0; i < 12; i++) {
                other.at(FIRST.plusSeconds(i)).enqueue("a", "A", i, large);
            }
        }
        List<Long> left = new ArrayList<>();
        assertThat(delayed.remove(job -> left.add(delayed.count()))).isEqualTo(12);
        assertThat(left).hasSizeBetween(12, 24).startsWith(12L).contains(4L);
        assertThat(delayed.count()).isZero();
    }

    @Test
    void aFilterMeetsJobsThatMoveMeanwhile() {
        three();
        assertThat(delayed.remove(job -> {
                    delayed.enqueueNow(JobMatch.of("A").withArgs(2));
                    return true;
                }))
                .as("the job that has moved is not removed from its queue")
                .isEqualTo(2);
        assertThat(redis.queue("a")).hasSize(1);
        assertThat(delayed.count()).isZero();
    }

    @Test
    void aSearchGoesOnWhereItStopped() {
        resque.at(FIRST)
                .enqueueAll(
                        "a",
                        IntStream.range(0, 700)
                                .mapToObj(i -> JobSpec.of("A", i))
                                .toList());
        resque.at(SECOND)
                .enqueueAll(
                        "b",
                        IntStream.range(0, 50).mapToObj(i -> JobSpec.of("B", i)).toList());
        List<Object> found = new ArrayList<>();
        DelayedJobsPage page = delayed.search(job -> true, "", 7);
        assertThat(page.lookedAt()).isEqualTo(7);
        while (page.next().isPresent()) {
            found.addAll(page.jobs());
            page = delayed.search(job -> true, page.next().get(), 7);
        }
        found.addAll(page.jobs());
        assertThat(found).isEqualTo(delayed.jobs().toList()).hasSize(750);
        DelayedJobs later = delayed.between(SECOND, SECOND);
        DelayedJobsPage some = later.search(job -> job.job().jobClass().equals("B"), "", 30);
        assertThat(some.jobs()).hasSize(30);
        assertThat(later.search(job -> true, some.next().orElseThrow(), 30).jobs())
                .hasSize(20);
        assertThatThrownBy(() -> delayed.search(job -> true, "", 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> delayed.search(job -> true, "x", 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aViewBetweenTwoInstantsSeesAndChangesNoOthers() {
        three();
        DelayedJobs later = delayed.between(FIRST.plusNanos(1), SECOND);
        assertThat(later.count()).isEqualTo(1);
        assertThat(later.nextDueAt()).contains(SECOND);
        assertThat(texts(later.jobs())).containsExactly("B[3] of b +60");
        assertThat(later.between(Instant.MIN, FIRST).count()).isZero();
        assertThat(later.remove(JobMatch.of("A"))).isZero();
        assertThat(delayed.between(FIRST, SECOND.minusNanos(1)).clear()).isEqualTo(2);
        assertThat(texts(delayed.jobs())).containsExactly("B[3] of b +60");
        assertThat(delayed.clear()).isEqualTo(1);
        assertThat(redis.dump()).isEmpty();
    }

    @Test
    void manyAreReadWhileTheStreamIsConsumed() {
        resque.at(FIRST)
                .enqueueAll(
                        "a",
                        IntStream.range(0, 1_234)
                                .mapToObj(i -> JobSpec.of("A", i))
                                .toList());
        assertThat(delayed.jobs().map(job -> job.job().args().get(0)).toList())
                .containsExactlyElementsOf(IntStream.range(0, 1_234)
                        .mapToObj(i -> (Object) (long) i)
                        .toList());
        assertThat(delayed.jobs().limit(3)).hasSize(3);
        assertThat(delayed.find(JobMatch.of("A").withArgs(1_233))).hasSize(1);
    }

    @Test
    void theyAreRemovedWithTheirStatuses() {
        three();
        String token = resque.at(FIRST).enqueueTracked("a", "A", 2).orElseThrow();
        assertThat(delayed.remove(JobMatch.of("A").withArgs(2))).isEqualTo(2);
        assertThat(resque.status(token)).isEmpty();
        assertThat(texts(delayed.jobs())).containsExactly("A[1] of a +0", "B[3] of b +60");
    }

    @Test
    void theyAreMovedToAnotherTimeOrTheirQueues() {
        three();
        assertThat(delayed.reschedule(SECOND.minusNanos(1), JobMatch.of("A").withArgs(1)))
                .isEqualTo(1);
        assertThat(texts(delayed.jobs())).containsExactly("A[2] of a +0", "B[3] of b +60", "A[1] of a +60");
        assertThat(delayed.reschedule(Instant.EPOCH, JobMatch.of("B"))).isEqualTo(1);
        assertThat(redis.queue("b")).containsExactly("{\"class\":\"B\",\"args\":[3]}");
        assertThat(delayed.enqueueNow(JobMatch.of("A"))).isEqualTo(2);
        assertThat(redis.queue("a"))
                .containsExactly("{\"class\":\"A\",\"args\":[2]}", "{\"class\":\"A\",\"args\":[1]}");
        assertThat(delayed.count()).isZero();
        CLIENT.call("RPUSH", redis.key("delayed:5"), "{\"class\":\"C\",\"args\":[]}");
        CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), 5, "5");
        assertThat(delayed.reschedule(Instant.MIN, JobMatch.of("C")))
                .as("a job without a queue goes to the earliest second that there is")
                .isEqualTo(1);
        assertThat(CLIENT.texts("LRANGE", redis.key("delayed:0"), 0, -1))
                .containsExactly("{\"class\":\"C\",\"args\":[]}");
        CLIENT.call("DEL", redis.key("delayed:0"));
        CLIENT.call("ZREM", redis.key("delayed_queue_schedule"), "0");
        assertThatThrownBy(() -> delayed.reschedule(Instant.MAX, JobMatch.of("A")))
                .isInstanceOf(InvalidJobException.class)
                .hasMessageContaining("ResqueBuilder.maxDelay");
    }

    @Test
    void jobsOfOtherLanguagesAreFoundByWhatTheySay() {
        String php = "{\"class\":\"A\\/B\",\"args\":[{\"x\":1.0, \"y\":[]}],\"queue\":\"a\"}";
        CLIENT.call("ZADD", redis.key("delayed_queue_schedule"), FIRST.getEpochSecond(), FIRST.getEpochSecond());
        CLIENT.call("RPUSH", redis.key("delayed:" + FIRST.getEpochSecond()), php, "no JSON");
        assertThat(delayed.count()).isEqualTo(2);
        assertThat(texts(delayed.jobs())).first().isEqualTo("A/B[{x=1.0, y=[]}] of a +0");
        assertThat(delayed.jobs().map(job -> new String(job.job().raw(), java.nio.charset.StandardCharsets.UTF_8)))
                .containsExactly(php, "no JSON");
        assertThat(delayed.enqueueNow(JobMatch.of("A/B").withArgs(java.util.Map.of("y", List.of(), "x", 1))))
                .isEqualTo(1);
        assertThat(redis.queue("a")).hasSize(1);
        assertThat(delayed.clear()).isEqualTo(1);
    }
}
