package io.resque.core.internal.fleet;

import io.resque.api.JobEnd;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Figures of this process that need no question to Redis: its last heartbeat, and its jobs. Thread-safe. */
public final class ProcessVitals {
    /** After a heartbeat that failed, the next one takes its time, too. */
    private static final Duration ANSWERING = Duration.ofSeconds(1);

    public final Duration interval;
    public final LongAdder completed = new LongAdder();
    public final LongAdder failed = new LongAdder();
    public final LongAdder retried = new LongAdder();
    public final LongAdder dropped = new LongAdder();
    private volatile @Nullable Long answered;

    ProcessVitals(Duration interval) {
        this.interval = interval;
    }

    /** Redis has taken a heartbeat. */
    void answered() {
        answered = System.nanoTime();
    }

    /** How long ago Redis took the last heartbeat. */
    public Optional<Duration> silence() {
        Long last = answered;
        return last == null ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - last));
    }

    /** Whether Redis answered within two heartbeats. */
    public boolean redisAnswers() {
        Duration longest = interval.multipliedBy(2).plus(ANSWERING);
        return silence().filter(silence -> silence.compareTo(longest) <= 0).isPresent();
    }

    public void ended(JobEnd.Kind kind) {
        switch (kind) {
            case FAILED, DIED, UNREADABLE -> failed.increment();
            case RETRIED -> retried.increment();
            case LIMITED, PUT_BACK -> {} // it has not run to an end
            case DROPPED -> dropped.increment();
            default -> completed.increment();
        }
    }
}
