package io.resque.core.internal.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;

/**
 * When a recurring job is due. The instants at which it is due are its <em>ticks</em>, in whole seconds. They follow from the
 * instant up to which ticks are settled.
 */
sealed interface Recurrence {
    /** The first tick after the instant up to which ticks are settled. */
    Instant next(Instant settled);

    /** The last tick that is not settled, and not later than another instant; null if there is none. */
    @Nullable
    Instant last(Instant settled, Instant until);

    /** The time zone of the calendar; null if there is none. */
    default @Nullable ZoneId zone() {
        return null;
    }

    /** The period; null if there is none. */
    default @Nullable Duration every() {
        return null;
    }

    /**
     * By a calendar.
     *
     * @param first the instant before which there is no tick; null for none
     */
    record ByCalendar(Cron cron, @Nullable Instant first) implements Recurrence {
        @Override
        public ZoneId zone() {
            return cron.zone();
        }

        @Override
        public Instant next(Instant settled) {
            return cron.next(first != null && settled.isBefore(first) ? first.minusSeconds(1) : settled);
        }

        /** Halves the time in which the last tick can be, since a tick each second for a year would be too many to go through. */
        @Override
        public @Nullable Instant last(Instant settled, Instant until) {
            Instant found = next(settled);
            if (found.isAfter(until)) {
                return null;
            }
            long low = found.getEpochSecond();
            long high = until.getEpochSecond();
            while (low < high) {
                long middle = low + (high - low) / 2;
                Instant later = next(Instant.ofEpochSecond(middle));
                if (later.isAfter(until)) {
                    high = middle;
                } else {
                    found = later;
                    low = later.getEpochSecond();
                }
            }
            return found;
        }
    }

    /**
     * After a period, which goes on from the instant up to which ticks are settled, or if there is a first tick from that.
     *
     * @param every whole seconds
     * @param first the first tick; null for one period after the beginning
     */
    record ByPeriod(Duration every, @Nullable Instant first) implements Recurrence {
        @Override
        public Instant next(Instant settled) {
            if (first == null || settled.isBefore(first)) {
                return first == null ? settled.plus(every) : first;
            }
            return first.plus(
                    every.multipliedBy(Duration.between(first, settled).dividedBy(every) + 1));
        }

        @Override
        public @Nullable Instant last(Instant settled, Instant until) {
            Instant next = next(settled);
            return next.isAfter(until)
                    ? null
                    : next.plus(every.multipliedBy(Duration.between(next, until).dividedBy(every)));
        }
    }
}
