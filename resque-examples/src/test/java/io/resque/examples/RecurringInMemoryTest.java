package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.api.Misfire;
import io.resque.api.RecurringJob;
import io.resque.backend.memory.MemoryResque;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.core.Worker;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test of an application fires its recurring jobs by putting the clock forward, and waits for nothing. */
class RecurringInMemoryTest {
    private static final Schedule HOURLY = Schedule.every(Duration.ofHours(1));

    @RegisterExtension
    final MemoryResque memory = new MemoryResque();

    private final List<String> ran = new CopyOnWriteArrayList<>();

    private Resque open() {
        return Resque.builder().url(memory.url()).serializer("gson").build();
    }

    private long drain(Resque resque) {
        return resque.workerBuilder("q")
                .register("A", () -> context -> ran.add(context.queue()))
                .drain();
    }

    @Test
    void aDrainRunsTheTicksThatAreDue() {
        try (Resque resque = open()) {
            resque.schedules().put("a", HOURLY, "q", "A");
            assertThat(drain(resque)).isZero();
            memory.advance(Duration.ofMinutes(59));
            assertThat(drain(resque)).isZero();
            memory.advance(Duration.ofMinutes(1));
            assertThat(drain(resque)).isEqualTo(1);
            assertThat(drain(resque)).as("the tick was made").isZero();
            memory.advance(Duration.ofHours(5).plusMinutes(10));
            assertThat(drain(resque)).as("five ticks were missed").isEqualTo(1);
            resque.schedules().put("a", HOURLY.misfire(Misfire.SKIP), "q", "A");
            memory.advance(Duration.ofHours(5));
            assertThat(drain(resque)).isZero();
        }
        assertThat(ran).hasSize(2);
    }

    @Test
    void aRunningWorkerSeesThatTheClockWasPutForward() {
        try (Resque resque = open();
                Worker worker = resque.workerBuilder("q")
                        .register("A", () -> context -> ran.add(context.queue()))
                        .start()) {
            resque.schedules().put("a", Schedule.cron("@daily", ZoneId.of("Europe/Berlin")), "q", "A");
            memory.advance(Duration.ofDays(1));
            await().until(() -> ran.size() == 1);
            assertThat(worker.isRunning()).isTrue();
        }
    }

    @Test
    void aPauseAndAListGoByTheClockOfTheMemory() {
        try (Resque resque = open()) {
            resque.schedules().put("a", Schedule.cron("0 * * * *", ZoneOffset.UTC), "q", "A");
            resque.schedules().pause("a");
            memory.advance(Duration.ofDays(2));
            assertThat(drain(resque)).isZero();
            resque.schedules().resume("a");
            assertThat(drain(resque)).as("ticks of a pause are not made").isZero();
            memory.advance(Duration.ofHours(1));
            assertThat(drain(resque)).isEqualTo(1);
            List<RecurringJob> all = new ArrayList<>(resque.schedules().list());
            assertThat(all)
                    .singleElement()
                    .satisfies(job -> assertThat(job.nextRun())
                            .contains(job.lastRun().orElseThrow().plus(Duration.ofHours(1))));
        }
    }

    @Test
    void theGuideDoesWhatItSays() {
        try (Resque resque = open()) {
            assertThat(RecurringJobsGuide.write(resque)).isTrue();
            assertThat(RecurringJobsGuide.write(resque)).as("as at each start").isFalse();
            assertThat(RecurringJobsGuide.change(resque)).isTrue();
            assertThat(resque.schedules().list()).extracting(RecurringJob::name).containsExactly("poll", "sales");
            assertThat(memory.jobs("reports")).containsExactly("{\"class\":\"Nightly\",\"args\":[7]}");
        }
    }
}
