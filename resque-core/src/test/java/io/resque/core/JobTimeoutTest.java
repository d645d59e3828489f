package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.ConfigurationException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class JobTimeoutTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final AtomicBoolean cancelled = new AtomicBoolean();

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aJobThatTakesTooLongIsInterruptedAndFailsAndTheNextIsLeftAlone() {
        AtomicBoolean interrupted = new AtomicBoolean();
        resque.enqueue("q", "Hang");
        resque.enqueue("q", "Next");
        long jobs = resque.workerBuilder("q")
                .jobTimeout(Duration.ofMillis(100))
                .register("Hang", () -> context -> {
                    try {
                        new CountDownLatch(1).await();
                    } finally {
                        cancelled.set(context.isCancelled());
                        Thread.currentThread().interrupt(); // what a job leaves behind must not hit the next one
                    }
                })
                .register(
                        "Next",
                        () -> context -> interrupted.set(Thread.currentThread().isInterrupted()))
                .drain();
        assertThat(jobs).isEqualTo(2);
        assertThat(cancelled).isTrue();
        assertThat(interrupted).isFalse();
        assertThat(fixture.failures())
                .singleElement()
                .asString()
                .contains("\"exception\":\"java.util.concurrent.TimeoutException\"")
                .contains("\"error\":\"Hang ran past its time limit and was interrupted\"")
                .contains("Caused by: java.lang.InterruptedException");
    }

    @Test
    void aJobThatEndsAllTheSameHasEndedWell() {
        resque.enqueue("q", "Deaf");
        resque.workerBuilder("q")
                .jobTimeout(Duration.ofMillis(50))
                .register("Deaf", () -> context -> {
                    while (!context.isCancelled()) {
                        LockSupport.parkNanos(1_000_000);
                    }
                })
                .drain();
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    void aJobInTimeIsNotTouched() {
        resque.enqueue("q", "Quick");
        resque.workerBuilder("q")
                .jobTimeout(Duration.ofMinutes(1))
                .register("Quick", () -> context -> cancelled.set(context.isCancelled()))
                .drain();
        assertThat(cancelled).isFalse();
        assertThat(fixture.failures()).isEmpty();
        assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("resque-deadlines") && thread.isAlive()))
                .as("the timer ends with its worker")
                .allMatch(thread -> joined(thread));
    }

    private static boolean joined(Thread thread) {
        try {
            thread.join(10_000);
            return !thread.isAlive();
        } catch (InterruptedException e) {
            return false;
        }
    }

    @Test
    void mustBeMoreThanZero() {
        assertThatThrownBy(() -> resque.workerBuilder("q").jobTimeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("jobTimeout must be more than zero, was PT0S");
    }

    @Test
    void mustBeShortEnoughForATimer() {
        assertThatThrownBy(() -> resque.workerBuilder("q").jobTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("jobTimeout must be at most 36500 days, was PT");
        assertThatThrownBy(() -> resque.workerBuilder("q").configure(Map.of("job-timeout", "200000d")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("job-timeout is \"200000d\"; jobTimeout must be at most 36500 days");
        resque.enqueue("q", "Quick");
        resque.workerBuilder("q")
                .jobTimeout(Duration.ofDays(36_500))
                .register("Quick", () -> context -> {})
                .drain();
        assertThat(fixture.failures()).isEmpty();
    }
}
