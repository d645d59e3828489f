package io.resque.benchmarks;

import io.resque.tck.RespClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Delayed jobs, five in each of many seconds, written by a plain client: some of them long before, and others two seconds ahead. Hears from
 * Redis's command log when each of them goes onto its queue. Another job stands an hour ahead.
 */
final class LatenessLoad {
    private static final int EACH = 5;
    private static final int AHEAD = 2;
    private static final int BEGIN = 6;
    private static final int LIMIT = 20;
    private static final int FIRST = 1_000_000;
    private static final Pattern PUSH =
            Pattern.compile("^\\+(\\d+)\\.(\\d{6}) .*\"(?i:rpush)\" \"resque:queue:q\" (.*)");
    private static final Pattern ARGS = Pattern.compile("\\\\\"args\\\\\":\\[(\\d+),(\\d+)");

    private final String url;
    private final int seconds;
    private final boolean sparse;
    /** Lateness in milliseconds, by the number of the job. */
    private final Map<Integer, Double> late = new ConcurrentHashMap<>();

    private int jobs;

    /**
     * Not yet begun.
     *
     * @param sparse whether jobs are due every third second only, and all are written two seconds ahead: so the scheduler always knows of
     *     none but a much later one
     */
    LatenessLoad(String url, int seconds, boolean sparse) {
        this.url = url;
        this.seconds = seconds;
        this.sparse = sparse;
    }

    /** To be called with each line of the command log. */
    void heard(String line) {
        Matcher push = PUSH.matcher(line);
        if (push.matches()) {
            Matcher job = ARGS.matcher(push.group(3)); // one command can push several
            while (job.find()) {
                long second = Long.parseLong(push.group(1)) - Long.parseLong(job.group(2));
                late.put(Integer.parseInt(job.group(1)), second * 1e3 + Integer.parseInt(push.group(2)) / 1e3);
            }
        }
    }

    /** Writes the jobs at their times, and waits for the last. */
    void run() {
        try (RespClient redis = RespClient.connect(url)) {
            write(redis, System.currentTimeMillis() / 1000 - 1, FIRST);
            awaitMoved(1); // so that the scheduler is at work
            late.clear();
            long begin = System.currentTimeMillis() / 1000 + BEGIN;
            write(redis, begin + 3_600, FIRST);
            TreeMap<Long, List<Integer>> writes = new TreeMap<>();
            for (long second = begin; second < begin + seconds; second += sparse ? 3 : 1) {
                for (int i = 0; i < EACH; i++) {
                    boolean isLate = sparse || jobs % 3 == 0;
                    if (isLate) {
                        writes.computeIfAbsent(second, any -> new ArrayList<>()).add(jobs);
                    } else {
                        write(redis, second, jobs);
                    }
                    jobs++;
                }
            }
            writes.forEach((second, some) -> {
                sleepUntil((second - AHEAD) * 1000);
                some.forEach(number -> write(redis, second, number));
            });
            awaitMoved(jobs);
        }
    }

    private void awaitMoved(int count) {
        long end = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(LIMIT);
        while (late.size() < count && System.currentTimeMillis() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static void sleepUntil(long millis) {
        for (long left = millis - System.currentTimeMillis(); left > 0; left = millis - System.currentTimeMillis()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(left));
        }
    }

    private static void write(RespClient redis, long second, int number) {
        String item = "{\"class\":\"Noop\",\"args\":[" + number + "," + second + "],\"queue\":\"q\"}";
        redis.call("RPUSH", "resque:delayed:" + second, item);
        redis.call("SADD", "resque:timestamps:" + item, "delayed:" + second);
        redis.call("ZADD", "resque:delayed_queue_schedule", second, second);
    }

    /** Median, 99th percentile, least and most; how many were early; and how many never came. */
    String summary() {
        double[] all = late.values().stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(all);
        if (all.length == 0) {
            return "none of " + jobs + " jobs was moved";
        }
        return String.format(
                Locale.ROOT,
                "median %.1f, p99 %.1f, least %.1f, most %.1f; %d jobs, %d early, %d never moved",
                all[all.length / 2],
                all[Math.min(all.length - 1, all.length * 99 / 100)],
                all[0],
                all[all.length - 1],
                jobs,
                Arrays.stream(all).filter(each -> each < 0).count(),
                jobs - all.length);
    }
}
