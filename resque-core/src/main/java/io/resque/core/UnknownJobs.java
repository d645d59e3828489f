package io.resque.core;

import io.resque.core.internal.support.Durations;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a worker does with a job whose class is not registered with it. Immutable; see {@link WorkerBuilder#unknownJobs}. */
public final class UnknownJobs {
    private static final UnknownJobs FAIL = new UnknownJobs(null);

    private final @Nullable Duration longest;

    private UnknownJobs(@Nullable Duration longest) {
        this.longest = longest;
    }

    /**
     * The job fails at once with an {@link io.resque.api.UnknownJobException}.
     *
     * @return the default
     */
    public static UnknownJobs fail() {
        return FAIL;
    }

    /**
     * The job waits for a worker that knows its class, such as during a deploy in which new programs enqueue jobs before all workers are
     * new. It goes back as a delayed job, for a second at first and for 30 seconds at most, and a worker takes it again. When the time
     * since the first worker that did not know it is over, the next such worker lets it fail.
     *
     * @param time how long, by the clock of Redis; more than zero, at most 36,500 days
     * @return a choice
     * @throws IllegalArgumentException if it is not
     */
    public static UnknownJobs waitFor(Duration time) {
        return new UnknownJobs(Durations.moreThanZero("waitFor", time));
    }

    /** How long such a job waits; empty if it fails at once. */
    Optional<Duration> longest() {
        return Optional.ofNullable(longest);
    }
}
