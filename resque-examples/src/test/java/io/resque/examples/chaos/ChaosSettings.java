package io.resque.examples.chaos;

import java.time.Duration;
import java.util.Random;

/**
 * The sizes of a run. {@code -Dchaos.seed}, {@code chaos.jobs}, {@code chaos.seconds}, {@code chaos.kills} and {@code
 * chaos.restarts} choose others.
 *
 * @param length how long jobs are enqueued, and the monkey rages
 */
record ChaosSettings(long seed, int jobs, Duration length, int kills, int redisRestarts) {
    static ChaosSettings of(int jobs, Duration length, int kills, int redisRestarts) {
        return new ChaosSettings(
                Long.getLong("chaos.seed", new Random().nextInt(1_000_000)),
                Integer.getInteger("chaos.jobs", jobs),
                Duration.ofSeconds(Long.getLong("chaos.seconds", length.toSeconds())),
                Integer.getInteger("chaos.kills", kills),
                Integer.getInteger("chaos.restarts", redisRestarts));
    }
}
