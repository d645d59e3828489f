package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.tck.WireRule;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkerQueuesTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final List<Object> ran = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private WorkerBuilder noting(String... queues) {
        return resque.workerBuilder(queues).register("Note", () -> context -> ran.add(context.queue()));
    }

    @Test
    @WireRule("W-456")
    void allQueuesInTheOrderOfTheirNamesWhatIsNamedFirstAndExclusionsNever() {
        for (String queue : List.of("b", "low", "a", "critical", "Z")) {
            resque.enqueue(queue, "Note");
        }
        assertThat(noting("critical", "*", "!low").drain()).isEqualTo(4);
        assertThat(ran).containsExactly("critical", "Z", "a", "b");
        assertThat(fixture.redis.number("LLEN", fixture.key("queue:low"))).isOne();
    }

    @Test
    @WireRule("W-456")
    void queuesThatAppearLaterAreNoticedWithinASecondOrTwoAlsoByAWorkerThatHadNone() {
        try (Worker worker = noting("mail_*", "!mail_x").concurrency(2).start()) {
            assertThat(worker.ids()).allMatch(id -> id.matches(".*:\\d+:mail_\\*(,thread-\\d+)?"));
            resque.enqueue("mail_x", "Note");
            resque.enqueue("mail_new", "Note");
            await().atMost(Duration.ofSeconds(10)).until(() -> ran.contains("mail_new"));
            resque.enqueue("mail_other", "Note");
            await().atMost(Duration.ofSeconds(10)).until(() -> ran.contains("mail_other"));
            assertThat(ran).containsExactly("mail_new", "mail_other");
        }
    }

    @Test
    void drainRunsAllThereIsAndLeavesNoTrace() {
        resque.enqueue("q", "Note");
        resque.enqueue("q", "Boom");
        resque.enqueue("q", "Note");
        assertThat(noting("q")
                        .register("Boom", () -> context -> {
                            throw new IllegalStateException("boom");
                        })
                        .drain())
                .isEqualTo(3);
        assertThat(ran).containsExactly("q", "q");
        assertThat(fixture.failures()).hasSize(1);
        assertThat(fixture.redis.keys(fixture.namespace + ":worker*")).isEmpty();
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("3");
    }

    @Test
    void drainTakesNothingWhileAllArePaused() {
        resque.enqueue("q", "Note");
        resque.pauseAll();
        assertThat(noting("q").drain()).isZero();
        resque.resumeAll();
        assertThat(noting("q").drain()).isOne();
    }
}
