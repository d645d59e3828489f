package io.resque.core.internal.enqueue;

import io.resque.api.InvalidJobException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long jobs may be delayed, and how large they may be.
 *
 * @param longest the longest delay
 * @param largest the most bytes of an item; they stand in Redis twice, since resque-scheduler has a key that is named after them
 */
public record DelayLimits(Duration longest, long largest) {
    /** Ten years. */
    public static final Duration LONGEST = Duration.ofDays(3_653);

    public static final long LARGEST = 64 << 10;

    /** The second at which a job is due: never before the instant, and not before 1970, which is past anyway. */
    public long second(Instant now, Instant due) {
        if (due.isAfter(after(now, longest))) {
            throw new InvalidJobException("A job is to be due at " + due + ", later than " + longest.toDays()
                    + " days from now; take an earlier instant, or raise RESQUE_MAX_DELAY (ResqueBuilder.maxDelay)");
        }
        return Math.max(0, roundedUp(due));
    }

    public static long roundedUp(Instant instant) {
        return instant.getEpochSecond() + (instant.getNano() > 0 ? 1 : 0);
    }

    /** An instant that cannot be told is the earliest or latest one that can. */
    Instant after(Instant now, Duration delay) {
        try {
            return now.plus(delay);
        } catch (DateTimeException | ArithmeticException e) {
            return delay.isNegative() ? Instant.MIN : Instant.MAX;
        }
    }

    /** How long a job is delayed. */
    public Duration wait(Instant now, @Nullable Long second) {
        Duration wait = second == null ? Duration.ZERO : Duration.between(now, Instant.ofEpochSecond(second));
        return wait.isNegative() ? Duration.ZERO : wait;
    }

    void checkSize(String jobClass, Payload item) {
        if (item.size() > largest) {
            throw new InvalidJobException("The delayed job \"" + JsonRules.forLog(jobClass) + "\" has " + item.size()
                    + " bytes, more than the " + largest
                    + " that are allowed, since Redis keeps them twice until the job is"
                    + " due; send less, such as the name of a file, or raise RESQUE_MAX_DELAYED_JOB"
                    + " (ResqueBuilder.maxDelayedJob)");
        }
    }
}
