package io.resque.core.internal.status;

import io.resque.api.JobStatus;
import io.resque.core.internal.support.Durations;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Looks at a status again and again: soon after a change, ever more seldom while there is none. For one thread. */
public final class StatusFollower {
    static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(50);
    static final long LONGEST = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<Optional<JobStatus>> look;

    public StatusFollower(Supplier<Optional<JobStatus>> look) {
        this.look = look;
    }

    public Optional<JobStatus> follow(Duration timeout, Consumer<? super JobStatus> onChange)
            throws InterruptedException {
        long begun = System.nanoTime();
        long limit = Durations.nanos(timeout);
        long pause = SHORTEST;
        JobStatus last = null;
        while (true) {
            @Nullable JobStatus now = look.get().orElse(null);
            if (now == null) {
                return Optional.empty();
            }
            if (!now.equals(last)) {
                pause = SHORTEST;
                last = now;
                onChange.accept(now);
            }
            long left = limit - (System.nanoTime() - begun);
            if (now.state().isFinal() || left <= 0) {
                return Optional.of(now);
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(pause, left));
            pause = Math.min(LONGEST, pause * 2);
        }
    }
}
