package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.Enqueuer;
import io.resque.api.JobContext;
import io.resque.api.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
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
        return keptOf(context -> context);
    }

    /** What a job has kept of its context, after its end. */
    private <T> T keptOf(Function<JobContext, T> part) {
        AtomicReference<T> kept = new AtomicReference<>();
        resque.enqueue("q", "Keep", 7);
        resque.workerBuilder("q")
                .register("Keep", () -> context -> kept.set(part.apply(context)))
                .drain();
        return kept.get();
    }

    private static void refuse(List<ThrowingCallable> calls) {
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("The context of a Keep was used after the job had ended; use it while the job runs, or"
                            + " enqueue by a Resque");
        }
    }

    private static List<ThrowingCallable> enqueueing(Enqueuer enqueuer) {
        List<JobSpec> jobs = List.of(JobSpec.of("Late"));
        return List.of(
                () -> enqueuer.at(Instant.EPOCH),
                () -> enqueuer.in(Duration.ofHours(1)),
                () -> enqueuer.enqueue("sent", "Late"),
                () -> enqueuer.enqueueTracked("sent", "Late"),
                () -> enqueuer.enqueueAll("sent", jobs),
                () -> enqueuer.enqueueAll("sent", Stream.of(JobSpec.of("Late"))),
                () -> enqueuer.enqueueAllTracked("sent", jobs),
                () -> enqueuer.enqueueAsync("sent", "Late"),
                () -> enqueuer.enqueueTrackedAsync("sent", "Late"),
                () -> enqueuer.enqueueAllAsync("sent", jobs),
                () -> enqueuer.enqueueAllTrackedAsync("sent", jobs));
    }

    @Test
    void afterTheEndOfItsJobItDoesNothingMore() {
        JobContext context = ended();
        refuse(List.of(() -> context.result("late")));
        refuse(enqueueing(context));
        assertThat(fixture.dump().keySet()).noneMatch(key -> key.contains("sent"));
        assertThat(context.args().get(0)).as("its values can still be read").isEqualTo(7L);
    }

    @Test
    void whatItGaveForLaterDoesNothingMoreEither() {
        refuse(enqueueing(keptOf(context -> context.in(Duration.ofHours(1)))));
        refuse(enqueueing(keptOf(context -> context.at(Instant.now()))));
        refuse(enqueueing(keptOf(context -> context.in(Duration.ofHours(1)).at(Instant.now()))));
        refuse(enqueueing(keptOf(context -> context.at(Instant.now()).in(Duration.ofHours(1)))));
        assertThat(fixture.dump().keySet()).noneMatch(key -> key.contains("sent") || key.contains("delayed"));
    }

    @Test
    void whatItGivesForLaterEnqueuesWhileTheJobRuns() {
        Boolean isEnqueued = keptOf(context -> context.in(Duration.ofHours(1)).enqueue("sent", "Later"));
        assertThat(isEnqueued).isTrue();
        assertThat(resque.delayed().count()).isOne();
        assertThat(resque.inspector().queueSize("sent")).isZero();
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
