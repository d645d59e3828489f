package io.resque.core.internal.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A tick that is due.
 *
 * @param at the tick; if others before it were missed as well, the latest
 * @param missed whether it is too late to count as on time
 */
record DueTick(Instant at, boolean missed) {
    /** A tick is missed if it is later than this, or than half the time to the next one. */
    static final Duration LATEST = Duration.ofSeconds(60);

    /**
     * What is due: nothing, the tick that is on time, or the latest tick that was missed, and then maybe the tick that is on time.
     *
     * @param settled the instant up to which ticks are settled
     */
    static List<DueTick> of(Recurrence recurrence, Instant settled, Instant now) {
        Instant last = recurrence.last(settled, now);
        if (last == null) {
            return List.of();
        }
        if (isMissed(recurrence, last, now)) {
            return List.of(new DueTick(last, true));
        }
        Instant before = recurrence.last(settled, last.minusSeconds(1));
        DueTick onTime = new DueTick(last, false);
        return before == null ? List.of(onTime) : List.of(new DueTick(before, true), onTime);
    }

    private static boolean isMissed(Recurrence recurrence, Instant tick, Instant now) {
        Duration half = Duration.between(tick, recurrence.next(tick)).dividedBy(2);
        return Duration.between(tick, now).compareTo(half.compareTo(LATEST) < 0 ? half : LATEST) > 0;
    }
}
