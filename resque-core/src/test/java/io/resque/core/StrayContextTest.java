package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A context that leaves its job: for another thread, or for the time after it. */
@Timeout(60)
class StrayContextTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;

    @AfterEach
    void close() {
        fixture.close();
    }

    private JobContext ended() {
        AtomicReference<JobContext> kept = new AtomicReference<>();
        resque.enqueue("q", "Keep", 7);
        resque.workerBuilder("q").register("Keep", () -> kept::set).drain();
        return kept.get();
    }

    @Test
    void afterTheEndOfItsJobItDoesNothingMore() {
        JobContext context = ended();
        List<JobSpec> jobs = List.of(JobSpec.of("Late"));
        List<ThrowingCallable> calls = List.of(
                () -> context.result("late"),
                () -> context.enqueue("sent", "Late"),
                () -> context.enqueueTracked("sent", "Late"),
                () -> context.enqueueAll("sent", jobs),
                () -> context.enqueueAll("sent", Stream.of(JobSpec.of("Late"))),
                () -> context.enqueueAllTracked("sent", jobs),
                () -> context.enqueueAsync("sent", "Late"),
                () -> context.enqueueTrackedAsync("sent", "Late"),
                () -> context.enqueueAllAsync("sent", jobs),
                () -> context.enqueueAllTrackedAsync("sent", jobs));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The context of a Keep was used after the job had ended; use it while the job runs, or"
                            + " enqueue by a Resque");
        }
        assertThat(fixture.dump().keySet()).noneMatch(key -> key.contains("sent"));
        assertThat(context.args().get(0)).as("its values can still be read").isEqualTo(7L);
    }

    @Test
    void anotherThreadUsesItWhileTheJobRuns() {
        resque.enqueueTracked("q", "Hand");
        resque.workerBuilder("q")
                .register("Hand", () -> context -> {
                    FutureTask<Boolean> task = new FutureTask<>(() -> context.enqueue("sent", "WhileItRuns"));
                    new Thread(task, "helper").start();
                    context.result(task.get());
                })
                .drain();
        assertThat(fixture.failures()).isEmpty();
        assertThat(resque.inspector().queueSize("sent")).isOne();
    }
}
