package io.resque.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * How long jobs of one class took.
 *
 * @param jobClass the name of the class, of a wrapped job that of the job inside; empty for all classes that were too many
 * @param total the sum of the times, to the millisecond
 * @param buckets how many jobs took at most as long as the bound at the same place in {@link #BOUNDS}, and longer than the one before it;
 *     the last bucket, which has no bound, is for longer jobs
 */
public record RunTimes(String jobClass, Duration total, List<Long> buckets) {
    /** The upper bounds of all buckets but the last: 1, 2, 5, 10 … milliseconds up to 1,000 seconds. */
    public static final List<Duration> BOUNDS = LongStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000,
                    500_000, 1_000_000)
            .mapToObj(Duration::ofMillis)
            .toList();

    /** How many buckets there are. */
    public static final int BUCKETS = BOUNDS.size() + 1;

    /**
     * Copies the buckets.
     *
     * @param jobClass the name of the class
     * @param total the sum of the times
     * @param buckets one number for each bucket
     * @throws IllegalArgumentException if there are not {@link #BUCKETS} numbers
     */
    public RunTimes {
        Objects.requireNonNull(jobClass, "jobClass");
        Objects.requireNonNull(total, "total");
        buckets = List.copyOf(buckets);
        if (buckets.size() != BUCKETS) {
            throw new IllegalArgumentException("There must be " + BUCKETS + " buckets, were " + buckets.size());
        }
    }

    /**
     * The number of jobs.
     *
     * @return the sum of the buckets
     */
    public long count() {
        return buckets.stream().mapToLong(Long::longValue).sum();
    }

    /**
     * How long a job took on average.
     *
     * @return zero if there was none
     */
    public Duration mean() {
        return count() == 0 ? Duration.ZERO : total.dividedBy(count());
    }

    /**
     * A time within which a share of the jobs ended, as exactly as the buckets tell it.
     *
     * @param share more than 0, at most 1, such as 0.95
     * @return the bound of the bucket in which the share is reached; zero if there was no job. If the share is reached in the last bucket, the
     *     largest bound, which some of these jobs exceeded
     * @throws IllegalArgumentException if the share is not in that range
     */
    public Duration within(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be more than 0 and at most 1, was " + share);
        }
        long wanted = (long) Math.ceil(count() * share);
        long seen = 0;
        for (int i = 0; i < BOUNDS.size(); i++) {
            seen += buckets.get(i);
            if (seen >= wanted) {
                return wanted == 0 ? Duration.ZERO : BOUNDS.get(i);
            }
        }
        return BOUNDS.get(BOUNDS.size() - 1);
    }

    /**
     * The sum of these times and others.
     *
     * @param others times of other jobs
     * @return the sum, under the name of this class
     */
    public RunTimes plus(RunTimes others) {
        List<Long> sums = new ArrayList<>();
        for (int i = 0; i < BUCKETS; i++) {
            sums.add(buckets.get(i) + others.buckets.get(i));
        }
        return new RunTimes(jobClass, total.plus(others.total), sums);
    }
}
