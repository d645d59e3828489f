package io.resque.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.JobState;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Recovery;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.StatusRecord;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerRegistration;
import io.resque.api.spi.WorkerSession;
import io.resque.api.spi.WorkerSnapshot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Everything that depends on the time, with a clock that the test moves. */
class ClockTest {
    private static final Instant START = Instant.parse("2026-11-22T15:35:00.900Z");
    private static final Payload JOB = Payload.ofText("{\"class\":\"A\",\"args\":[]}");

    private static final class MovedClock extends Clock {
        private Instant now = START;

        void move(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    private final MovedClock clock = new MovedClock();
    private final QueueBackend backend = new MemoryBackendProvider(clock).open(new BackendConfig("memory:", null));

    @AfterEach
    void close() {
        backend.close();
    }

    private boolean write(JobState state, Duration expiry) {
        return backend.statuses().write(new StatusChange("t", state, null, expiry));
    }

    @Test
    void aStatusExpires() {
        write(JobState.WAITING, null);
        clock.move(Duration.ofDays(400));
        assertThat(write(JobState.COMPLETE, Duration.ofHours(1)))
                .as("without an expiry it stays")
                .isTrue();
        clock.move(Duration.ofMinutes(59));
        assertThat(backend.statuses().find("t")).isPresent();
        clock.move(Duration.ofMinutes(1));
        assertThat(backend.statuses().find("t")).isEmpty();
        assertThat(write(JobState.FAILED, null))
                .as("what has expired is not changed")
                .isFalse();
        assertThat(backend.statuses().remove("t")).isFalse();
    }

    @Test
    void theLongestExpiryIsKept() {
        write(JobState.WAITING, Duration.ofDays(36_500));
        clock.move(Duration.ofDays(36_500).minusSeconds(1));
        assertThat(backend.statuses().find("t")).isPresent();
    }

    @Test
    void laterStatesKeepTheStart() {
        write(JobState.WAITING, null);
        clock.move(Duration.ofSeconds(5));
        assertThat(write(JobState.COMPLETE, Duration.ofHours(1))).isTrue();
        assertThat(write(JobState.RUNNING, null)).as("comes late").isFalse();
        Instant started = Instant.parse("2026-11-22T15:35:00Z");
        assertThat(backend.statuses().find("t"))
                .contains(new StatusRecord(JobState.COMPLETE, started.plusSeconds(5), started, null));
        write(JobState.WAITING, null);
        clock.move(Duration.ofHours(2));
        assertThat(backend.statuses().find("t"))
                .as("begun anew, without the old expiry")
                .contains(new StatusRecord(JobState.WAITING, started.plusSeconds(5), started.plusSeconds(5), null));
    }

    @Test
    void timesAreToTheSecondAndWrittenAsRubyDoes() {
        WorkerSession session = register();
        assertThat(inspect().heartbeat()).isEqualTo("2026-11-22T15:35:00+00:00");
        clock.move(Duration.ofMinutes(1));
        assertThat(backend.workers().heartbeat(List.of(session))).isEmpty();
        assertThat(inspect().heartbeat()).isEqualTo("2026-11-22T15:36:00+00:00");
        assertThat(inspect().readAt()).isEqualTo(Instant.parse("2026-11-22T15:36:00Z"));
    }

    @Test
    void deathsAreForgottenAfterAWhile() {
        assertThat(dies()).isEqualTo(Recovery.Outcome.REQUEUED);
        clock.move(Duration.ofMinutes(59));
        assertThat(dies()).as("the second death of two allowed").isEqualTo(Recovery.Outcome.FAILED);
        assertThat(dies()).isEqualTo(Recovery.Outcome.REQUEUED);
        clock.move(Duration.ofHours(1));
        assertThat(dies()).as("the first is forgotten").isEqualTo(Recovery.Outcome.REQUEUED);
    }

    /** A worker takes the job and dies. The job is a failure after its second death. */
    private Recovery.Outcome dies() {
        backend.queues().remove("q");
        backend.queues().push(new Push("q", List.of(JOB), List.of()));
        register().reserve(new Subscription(List.of(new Subscription.Source("q", "")), "", ""));
        Recovery.Requeue requeue = new Recovery.Requeue("q", JOB, List.of(), 2, Duration.ofHours(1));
        return backend.workers().recover(new Recovery(inspect(), List.of(), requeue));
    }

    private WorkerSession register() {
        return backend.workers()
                .register(new WorkerRegistration(inspect(), "now", Map.of()))
                .orElseThrow();
    }

    private WorkerSnapshot inspect() {
        return backend.workers().inspect(List.of("h:1:q")).get(0);
    }
}
