package io.resque.core.internal.schedule;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobMatch;
import io.resque.api.JobState;
import io.resque.api.QueuedJob;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.StatusChange;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a user does with delayed jobs, on a real Redis. */
class DelayedBookTest {
    private static final long FAR = 4_000_000_000L;
    private static final long ANY = Long.MAX_VALUE;

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String RUBY = "{\"class\":\"A\",\"args\":[1,\"é\"],\"queue\":\"q\"}";
    private static final String NODE = "{\"class\":\"A\",\"queue\":\"q\",\"args\":[1.0,\"é\"]}";
    private static final String PHP = "{\"class\":\"A\",\"args\":[1,\"\\u00e9\"],\"queue\":\"q\"}";
    private static final String OTHER = "{\"class\":\"A\",\"args\":[2],\"queue\":\"q\"}";
    private static final String TRACKED =
            "{\"class\":\"B\",\"args\":[],\"queue\":\"q\",\"id\":\"t1\",\"queue_time\":1.5}";

    private final DueFixture due = new DueFixture();
    private final DelayedBook book = due.book();

    @AfterEach
    void close() {
        due.close();
    }

    private List<String> at(long second) {
        return CLIENT.texts("LRANGE", due.redis.key("delayed:" + second), 0, -1);
    }

    private void everyLanguage() {
        due.seed(FAR, RUBY, OTHER, NODE);
        due.seed(FAR + 1, PHP, TRACKED, "not json");
        CLIENT.call("DEL", due.redis.key("timestamps:" + PHP));
        due.backend.statuses().write(new StatusChange("t1", JobState.WAITING, null, null));
    }

    @Test
    void ofAJobThatIsTooLargeAStandInIsShown() {
        String large = OTHER.replace("2", "\"" + "x".repeat((int) DueFixture.LARGEST) + "\"");
        due.seed(FAR, large, OTHER);
        assertThat(book.next(Long.MIN_VALUE, Long.MAX_VALUE)).hasValue(FAR);
        List<QueuedJob> shown = book.page("", FAR, FAR, 9).jobs().stream()
                .map(DelayedBook.DelayedJob::job)
                .toList();
        assertThat(shown.stream().map(QueuedJob::jobClass)).containsExactly("OversizePayload", "A");
        assertThat(shown.stream().map(QueuedJob::queue)).containsOnly("q");
        assertThat(shown.get(0).raw().length).isLessThan(3_000);
        assertThat(book.remove(List.of(JobMatch.of("A")), FAR, FAR))
                .as("it is found and removed all the same")
                .isEqualTo(2);
    }

    @Test
    void jobsAreShownAndCounted() {
        assertThat(book.next(Long.MIN_VALUE, Long.MAX_VALUE)).isEmpty();
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), 5, "5");
        everyLanguage();
        assertThat(book.next(Long.MIN_VALUE, Long.MAX_VALUE))
                .as("a second without jobs is passed over")
                .hasValue(FAR);
        assertThat(book.count(0, ANY)).isEqualTo(6);
        assertThat(book.count(FAR + 1, ANY)).isEqualTo(3);
        List<DelayedBook.DelayedJob> all = new ArrayList<>();
        for (String from = ""; from != null; ) {
            DelayedBook.Page page = book.page(from, 0, ANY, 2);
            all.addAll(page.jobs());
            from = page.next();
        }
        assertThat(all)
                .extracting(DelayedBook.DelayedJob::second)
                .containsExactly(FAR, FAR, FAR, FAR + 1, FAR + 1, FAR + 1);
        QueuedJob php = all.get(3).job();
        assertThat(php.jobClass()).isEqualTo("A");
        assertThat(php.args()).isEqualTo(List.of(1L, "é"));
        assertThat(php.queue()).isEqualTo("q");
        assertThat(php.metadata()).isEmpty();
        assertThat(all.get(4).job().token()).hasValue("t1");
        assertThat(all.get(5).job().jobClass()).isEmpty();
    }

    @Test
    @WireRule("W-686")
    void jobsAreFoundInTheSpellingOfEveryLanguage() {
        everyLanguage();
        assertThat(book.remove(List.of(JobMatch.of("A").withArgs(1, "é")), 0, ANY))
                .isEqualTo(3);
        assertThat(at(FAR)).containsExactly(OTHER);
        assertThat(at(FAR + 1)).containsExactly(TRACKED, "not json");
        assertThat(CLIENT.keys(due.redis.key("timestamps:*")))
                .as("nothing of the removed jobs is left")
                .containsExactlyInAnyOrder(
                        due.redis.key("timestamps:" + OTHER),
                        due.redis.key("timestamps:" + TRACKED),
                        due.redis.key("timestamps:not json"));
        assertThat(book.remove(List.of(JobMatch.of("A")), FAR + 1, ANY))
                .as("at other seconds")
                .isZero();
        assertThat(book.remove(List.of(), 0, ANY)).isZero();
        assertThat(due.backend.statuses().find("t1")).isPresent();
        assertThat(book.remove(List.of(JobMatch.of("B").withId("t1")), 0, ANY)).isEqualTo(1);
        assertThat(due.backend.statuses().find("t1"))
                .as("a job that never runs has no status")
                .isEmpty();
    }

    @Test
    @WireRule("W-686")
    void jobsGoOntoTheirQueuesNow() {
        everyLanguage();
        due.seed(FAR, "{\"class\":\"A\",\"args\":[]}");
        assertThat(book.enqueueNow(List.of(JobMatch.of("A")), 0, ANY))
                .as("a job without a queue stays")
                .isEqualTo(4);
        assertThat(due.redis.queue("q"))
                .containsExactlyInAnyOrder(
                        "{\"class\":\"A\",\"args\":[1,\"é\"]}",
                        "{\"class\":\"A\",\"args\":[2]}",
                        "{\"class\":\"A\",\"args\":[1.0,\"é\"]}",
                        "{\"class\":\"A\",\"args\":[1,\"\\u00e9\"]}");
        assertThat(at(FAR)).containsExactly("{\"class\":\"A\",\"args\":[]}");
        assertThat(book.enqueueNow(List.of(JobMatch.of("B")), 0, ANY)).isEqualTo(1);
        assertThat(due.backend.statuses().find("t1").orElseThrow().state())
                .as("it still waits")
                .isEqualTo(JobState.WAITING);
    }

    @Test
    @WireRule("W-686")
    void jobsGoToAnotherTime() {
        everyLanguage();
        assertThat(book.reschedule(List.of(JobMatch.of("A").withArgs(1, "é")), 0, ANY, FAR + 1, Duration.ZERO))
                .as("the job that stands there already stays")
                .isEqualTo(2);
        assertThat(at(FAR)).containsExactly(OTHER);
        assertThat(at(FAR + 1)).hasSize(5).contains(RUBY, NODE, PHP);
        assertThat(book.reschedule(List.of(JobMatch.of("A").withArgs(2)), 0, ANY, 1_000, Duration.ZERO))
                .isEqualTo(1);
        assertThat(due.redis.queue("q")).as("a second that is due").containsExactly("{\"class\":\"A\",\"args\":[2]}");
        assertThat(at(1_000)).isEmpty();
    }

    @Test
    @WireRule("W-686")
    void clearingLeavesNothing() {
        for (int i = 0; i < 450; i++) {
            due.seed(FAR + i / 200, "{\"class\":\"A\",\"args\":[" + i + "],\"queue\":\"q\"}");
        }
        everyLanguage();
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), 5, "5", 6, "abc");
        assertThat(book.clear(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(456);
        assertThat(due.redis.dump()).isEmpty();
        assertThat(book.clear(Long.MIN_VALUE, Long.MAX_VALUE)).isZero();
    }

    @Test
    @WireRule("W-678")
    void whatIsDueIsLeftToTheSchedulerOfAnotherLibrary() {
        String lock = due.redis.key("resque_scheduler_leader_lock");
        for (long second : new long[] {7, FAR}) {
            due.seed(second, RUBY);
        }
        CLIENT.call("SET", lock, "node:1");
        assertThat(book.clear(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(1);
        assertThat(CLIENT.texts("ZRANGE", due.redis.key("delayed_queue_schedule"), 0, -1))
                .containsExactly("7");
        assertThat(book.remove(List.of(JobMatch.of("A")), Long.MIN_VALUE, Long.MAX_VALUE))
                .isZero();
        CLIENT.call("DEL", lock, due.redis.key("java:seen_scheduler"));
        assertThat(book.clear(Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(1);
    }

    @Test
    void whatOthersHaveLeftIsSummedUp() {
        due.seed(FAR, RUBY);
        CLIENT.call("ZADD", due.redis.key("delayed_queue_schedule"), 5, "5");
        CLIENT.call("SADD", due.redis.key("timestamps:" + OTHER), "delayed:7");
        Map<String, Object> before = due.redis.dump();
        assertThat(book.sweep(false, LONG)).isEqualTo(new DelayedSweep(1, 0, 1, null));
        assertThat(due.redis.dump()).isEqualTo(before);
        assertThat(book.sweep(true, LONG)).isEqualTo(new DelayedSweep(1, 0, 1, null));
        assertThat(book.sweep(true, LONG)).isEqualTo(new DelayedSweep(0, 0, 0, null));
    }
}
