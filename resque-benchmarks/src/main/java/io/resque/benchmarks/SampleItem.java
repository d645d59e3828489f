package io.resque.benchmarks;

import io.resque.api.JobSpec;

/** The delayed job of the measurements: with its queue it has 67 bytes. */
final class SampleItem {
    private static final String PAD =
            "x".repeat(67 - "{\"class\":\"Noop\",\"args\":[1234567,\"\"],\"queue\":\"q\"}".length());

    private SampleItem() {}

    static JobSpec spec(int number) {
        return JobSpec.of("Noop", argument(number), PAD);
    }

    /** A number of seven digits. */
    private static int argument(int number) {
        return 1_000_000 + number;
    }

    /**
     * A script that writes items in the three keys of resque-scheduler, as its client does: the prefix of the keys, the first number, how
     * many, the first second, and how many are due in each second.
     */
    static final String FILL = "for i = 0, ARGV[3] - 1 do "
            + "local item = string.format('{\"class\":\"Noop\",\"args\":[%d,\"" + PAD
            + "\"],\"queue\":\"q\"}', 1000000 + ARGV[2] + i) "
            + "local second = string.format('%d', ARGV[4] + math.floor(i / ARGV[5])) "
            + "redis.call('RPUSH', ARGV[1] .. 'delayed:' .. second, item) "
            + "redis.call('SADD', ARGV[1] .. 'timestamps:' .. item, 'delayed:' .. second) "
            + "redis.call('ZADD', ARGV[1] .. 'delayed_queue_schedule', second, second) end";
}
