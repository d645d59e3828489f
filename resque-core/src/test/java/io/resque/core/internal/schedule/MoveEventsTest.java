package io.resque.core.internal.schedule;

import static io.resque.core.CoreRedis.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.DontCreateException;
import io.resque.api.JobInfo;
import io.resque.api.JobMatch;
import io.resque.api.JobState;
import io.resque.api.ResqueListener;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusChange;
import io.resque.core.CapturedLog;
import io.resque.core.CoreRedis;
import io.resque.core.Worker;
import io.resque.tck.WireRule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** What listeners hear of a move, and what their exceptions do. */
class MoveEventsTest {
    private static final long PAST = 1_000_000_000L;

    private final DueFixture due = new DueFixture();
    private final CapturedLog log = new CapturedLog(Worker.class);
    private final List<String> heard = new ArrayList<>();

    @AfterEach
    void close() {
        log.close();
        due.close();
    }

    /** Writes down what it hears, and throws at the class of that name. */
    private final class Heard implements ResqueListener {
        private final String at;
        private final RuntimeException thrown;

        Heard(String at, RuntimeException thrown) {
            this.at = at;
            this.thrown = thrown;
        }

        private void hears(String event, JobInfo job, Object more) {
            heard.add(event + " " + job.jobClass() + job.args() + " " + job.queue() + more);
            if (at.equals(event + " " + job.jobClass())) {
                throw thrown;
            }
        }

        @Override
        public void beforeSchedule(JobInfo job, Instant due) {
            hears("beforeSchedule", job, " " + due.getEpochSecond());
        }

        @Override
        public void beforeDelayedEnqueue(JobInfo job, Instant due) {
            hears("beforeDelayedEnqueue", job, " " + due.getEpochSecond());
        }

        @Override
        public void beforeEnqueue(JobInfo job) {
            hears("beforeEnqueue", job, "");
        }

        @Override
        public void afterEnqueue(JobInfo job) {
            hears("afterEnqueue", job, " " + due.redis.queue("q").size());
        }

        @Override
        public void afterSchedule(JobInfo job, Instant due) {
            hears("afterSchedule", job, " " + due.getEpochSecond());
        }
    }

    @Test
    @WireRule("W-687")
    void listenersHearWhatRubysHooksHearWhenAJobIsMoved() {
        due.listeners.listen(new Heard("", new IllegalStateException()));
        due.seed(PAST, "{\"class\":\"A\",\"args\":[1],\"queue\":\"q\"}");
        assertThat(due.pass().moved()).isEqualTo(1);
        assertThat(heard)
                .as("the events after the move see the job in its queue")
                .containsExactly(
                        "beforeSchedule A[1] q " + PAST,
                        "beforeDelayedEnqueue A[1] q " + PAST,
                        "beforeEnqueue A[1] q",
                        "afterEnqueue A[1] q 1",
                        "afterSchedule A[1] q " + PAST);
    }

    @Test
    @WireRule("W-687")
    void aVetoTakesAJobOutAndIsToldAndCounted() {
        for (String event : List.of("beforeSchedule A", "beforeDelayedEnqueue A", "beforeEnqueue A")) {
            Heard listener = new Heard(event, new DontCreateException("not today"));
            due.listeners.listen(listener);
            due.backend.statuses().write(new StatusChange("t1", JobState.WAITING, null, null));
            due.seed(
                    PAST,
                    "{\"class\":\"A\",\"args\":[1],\"queue\":\"q\",\"id\":\"t1\"}",
                    "{\"class\":\"B\",\"args\":[],\"queue\":\"q\"}");
            PassResult result = due.pass();
            assertThat(result.vetoed()).isEqualTo(1);
            assertThat(result.failed()).isZero();
            assertThat(due.redis.queue("q")).containsExactly("{\"class\":\"B\",\"args\":[]}");
            assertThat(CLIENT.keys(due.redis.key("delayed*"))).isEmpty();
            assertThat(CLIENT.keys(due.redis.key("timestamps:*"))).isEmpty();
            assertThat(due.failed()).isEmpty();
            assertThat(due.backend.statuses().find("t1").orElseThrow().state())
                    .as("nobody waits for it for ever")
                    .isEqualTo(JobState.COMPLETE);
            assertThat(heard)
                    .as("nobody hears of it after the veto")
                    .noneMatch(line -> line.startsWith("after") && line.contains("A["));
            due.listeners.stopListening(listener);
            heard.clear();
            CLIENT.call("DEL", due.redis.key("queue:q"));
        }
        assertThat(due.counts.vetoed).hasValue(3);
        assertThat(log.lines())
                .anyMatch(line -> line.contains("A listener has vetoed the delayed job A of the second " + PAST));
    }

    @Test
    @WireRule("W-687")
    void anExceptionBeforeTheMoveMakesAFailureOfTheJob() {
        due.listeners.listen(new Heard("beforeDelayedEnqueue A", new IllegalStateException("out of order")));
        due.backend.statuses().write(new StatusChange("t1", JobState.WAITING, null, null));
        due.seed(
                PAST,
                "{\"class\":\"A\",\"args\":[1],\"queue\":\"q\",\"id\":\"t1\"}",
                "{\"class\":\"B\",\"args\":[],\"queue\":\"q\"}");
        assertThat(due.pass().failed()).isEqualTo(1);
        assertThat(due.redis.queue("q"))
                .as("no other job is kept back")
                .containsExactly("{\"class\":\"B\",\"args\":[]}");
        assertThat(due.failed()).singleElement().satisfies(text -> {
            Map<?, ?> record = (Map<?, ?>) CoreRedis.GSON.decode(Payload.ofText(text));
            assertThat(record.get("exception")).isEqualTo("java.lang.IllegalStateException");
            assertThat(record.get("error")).isEqualTo("out of order");
            assertThat(record.get("queue")).isEqualTo("q");
            assertThat(record.get("payload")).isEqualTo(Map.of("class", "A", "args", List.of(1L), "id", "t1"));
        });
        assertThat(due.backend.statuses().find("t1").orElseThrow().state()).isEqualTo(JobState.FAILED);
    }

    @Test
    @WireRule("W-687")
    void anExceptionAfterTheMoveChangesNothing() {
        due.listeners.listen(new Heard("afterEnqueue A", new IllegalStateException("out of order")));
        due.seed(PAST, "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}");
        assertThat(due.pass().moved()).isEqualTo(1);
        assertThat(due.redis.queue("q")).hasSize(1);
        assertThat(due.failed()).isEmpty();
        assertThat(heard).as("the other event is told").anyMatch(line -> line.startsWith("afterSchedule"));
        assertThat(log.lines()).anyMatch(line -> line.contains("afterEnqueue") && line.contains("changes nothing"));
    }

    @Test
    @WireRule("W-687")
    void onlyTheProcessThatMovesAJobHearsOfItAfterwards() {
        due.listeners.listen(new Heard("", new IllegalStateException()));
        due.seed(PAST, "{\"class\":\"A\",\"args\":[],\"queue\":\"q\"}");
        DelayedItems late = Mockito.mock(DelayedItems.class, AdditionalAnswers.delegatesTo(due.items));
        Mockito.doAnswer(call -> {
                    due.items.move("", call.getArgument(1), null); // another process is faster
                    return due.items.move("", call.getArgument(1), null);
                })
                .when(late)
                .move(Mockito.any(), Mockito.any(), Mockito.any());
        PassResult result = due.pass(late);
        assertThat(result.moved()).isZero();
        assertThat(due.redis.queue("q")).hasSize(1);
        assertThat(heard).isNotEmpty().allMatch(line -> line.startsWith("before"));
    }

    private static final long FAR = 4_000_000_000L;
    private static final List<JobMatch> JOBS = List.of(JobMatch.of("A"), JobMatch.of("B"));
    private static final String A = "{\"class\":\"A\",\"args\":[1],\"queue\":\"q\"}";
    private static final String B = "{\"class\":\"B\",\"args\":[],\"queue\":\"q\"}";

    @Test
    void listenersHearOfJobsThatAUserEnqueuesNow() {
        due.listeners.listen(new Heard("beforeEnqueue B", new DontCreateException("not today")));
        due.seed(FAR, A, B, A);
        assertThat(due.book().enqueueNow(JOBS, Long.MIN_VALUE, Long.MAX_VALUE)).isEqualTo(2);
        assertThat(heard)
                .as("of equal jobs the listeners are asked once, and hear of each that is on its queue")
                .containsExactly(
                        "beforeSchedule A[1] q " + FAR,
                        "beforeDelayedEnqueue A[1] q " + FAR,
                        "beforeEnqueue A[1] q",
                        "beforeSchedule B[] q " + FAR,
                        "beforeDelayedEnqueue B[] q " + FAR,
                        "beforeEnqueue B[] q",
                        "afterEnqueue A[1] q 2",
                        "afterSchedule A[1] q " + FAR,
                        "afterEnqueue A[1] q 2",
                        "afterSchedule A[1] q " + FAR);
        assertThat(due.book().count(FAR, FAR))
                .as("a job that was vetoed stays delayed")
                .isOne();
    }

    @Test
    void listenersHearOfJobsThatGoToAnotherSecond() {
        due.listeners.listen(new Heard("beforeSchedule B", new DontCreateException("not today")));
        due.seed(FAR, A, B);
        assertThat(due.book().reschedule(JOBS, Long.MIN_VALUE, Long.MAX_VALUE, FAR + 9, Duration.ofDays(9)))
                .isOne();
        assertThat(heard)
                .containsExactly(
                        "beforeSchedule A[1] q " + (FAR + 9),
                        "beforeSchedule B[] q " + (FAR + 9),
                        "afterSchedule A[1] q " + (FAR + 9));
        heard.clear();
        assertThat(due.book().reschedule(JOBS, FAR + 1, Long.MAX_VALUE, PAST, Duration.ZERO))
                .isOne();
        assertThat(heard)
                .as("that second is over, so the job goes onto its queue")
                .containsExactly(
                        "beforeSchedule A[1] q " + PAST,
                        "beforeDelayedEnqueue A[1] q " + PAST,
                        "beforeEnqueue A[1] q",
                        "afterEnqueue A[1] q 1",
                        "afterSchedule A[1] q " + PAST);
    }

    @Test
    void anExceptionOfAListenerGoesToTheUserWhoEnqueuesNow() {
        due.listeners.listen(new Heard("beforeEnqueue B", new IllegalStateException("broken")));
        due.seed(FAR, A, B);
        assertThatThrownBy(() -> due.book().enqueueNow(JOBS, Long.MIN_VALUE, Long.MAX_VALUE))
                .hasMessage("broken");
        assertThat(due.book().count(FAR, FAR)).as("nothing was moved").isEqualTo(2);
    }
}
