package io.resque.chaos;

import java.time.Duration;
import java.util.Random;

/**
 * The sizes of a run. {@code -Dchaos.seed}, {@code chaos.jobs}, {@code chaos.seconds}, {@code chaos.kills} and
 * {@code chaos.restarts} change them.
 *
 * @param length how long jobs are enqueued and the monkey causes faults; if workers start slowly, it takes longer
 */
record ChaosSettings(long seed, int jobs, Duration length, int kills, int redisRestarts) {
    /** Whether to run the long form, as the profile {@code chaos} does. */
    static final boolean LONG = Boolean.getBoolean("chaos.long");

    /** The settings for one of the two policies. */
    static ChaosSettings chosen() {
        return LONG ? of(500_000, Duration.ofMinutes(6), 250, 25) : of(6_000, Duration.ofSeconds(4), 4, 1);
    }

    /** The settings for delayed jobs. */
    static ChaosSettings ofDelayedJobs() {
        return LONG ? of(100_000, Duration.ofMinutes(5), 100, 10) : of(3_000, Duration.ofSeconds(6), 4, 1);
    }

    /** The settings for jobs that are retried. */
    static ChaosSettings ofRetries() {
        return LONG ? of(100_000, Duration.ofMinutes(4), 200, 4) : of(1_500, Duration.ofSeconds(3), 3, 0);
    }

    private static ChaosSettings of(int jobs, Duration length, int kills, int redisRestarts) {
        return new ChaosSettings(
                Long.getLong("chaos.seed", new Random().nextInt(1_000_000)),
                Integer.getInteger("chaos.jobs", jobs),
                Duration.ofSeconds(Long.getLong("chaos.seconds", length.toSeconds())),
                Integer.getInteger("chaos.kills", kills),
                Integer.getInteger("chaos.restarts", redisRestarts));
    }
}
