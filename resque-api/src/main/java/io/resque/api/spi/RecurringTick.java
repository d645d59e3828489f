package io.resque.api.spi;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An instant at which a recurring job is due.
 *
 * @param name the name of its entry
 * @param config the bytes of the entry by which this was decided
 * @param lastRun the text of the last run by which this was decided; null if there was none
 * @param newLastRun the text of the last run that stands there afterwards; it must differ from {@code lastRun}, or the tick could
 *     be made twice
 * @param target where the job goes; null if nothing is pushed, and only the last run is written
 * @param effects what is written in the same step; no {@link Effect.Count}, since no worker has taken the job
 */
public record RecurringTick(
        String name,
        Payload config,
        @Nullable String lastRun,
        String newLastRun,
        DelayedMove.@Nullable ToQueue target,
        List<Effect> effects) {
    /**
     * Copies the list.
     *
     * @param name the name of the entry
     * @param config the bytes of the entry by which this was decided
     * @param lastRun the text of the last run by which this was decided
     * @param newLastRun the text of the last run that stands there afterwards
     * @param target where the job goes
     * @param effects what is written in the same step
     */
    public RecurringTick {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(config, "config");
        effects = List.copyOf(effects);
        if (newLastRun.equals(lastRun)) {
            throw new IllegalArgumentException(
                    "A tick of \"" + name + "\" must change the last run, which is " + lastRun);
        }
        if (effects.stream().anyMatch(Effect.Count.class::isInstance)) {
            throw new IllegalArgumentException(
                    "A tick must not count: the counters are for jobs that a worker has taken");
        }
    }

    /** So many ticks of an entry are noted, the newest. */
    public static final int NOTED = 10;

    /**
     * The note of a tick that was made.
     *
     * @param lastRun the text of the last run that it wrote
     * @param second when it was made, by the clock of the backend
     * @param pushed whether its payload was pushed
     */
    public record Made(String lastRun, long second, boolean pushed) {}

    /** What has become of a tick. */
    public enum State {
        /** The last run, the target and the effects were written, and the locks taken that the payload of the target claims. */
        MADE,
        /**
         * The last run and the effects were written, and nothing else: another job has a lock that the payload of the target claims. Only a
         * backend with {@link QueueBackend#locks} says this.
         */
        SKIPPED,
        /**
         * Nothing was done: the entry is gone, paused or other than it was, or its last run is; another scheduler may have made it. Or
         * another library's scheduler holds its lock.
         */
        GONE,
        /** Nothing was done, since the last run, the target or an effect cannot be written. */
        REFUSED
    }

    /**
     * What has become of one tick.
     *
     * @param state what was done
     * @param refusal why the tick was refused, in the words of the backend; null unless it was
     */
    public record Outcome(State state, @Nullable String refusal) {}
}
