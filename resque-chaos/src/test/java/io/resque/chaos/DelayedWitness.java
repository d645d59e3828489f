package io.resque.chaos;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sees the jobs of some queues as they arrive, about each millisecond, with the second of Redis's clock at which they were there. Nobody else
 * takes them. A restart of Redis does not disturb it.
 */
final class DelayedWitness implements AutoCloseable {
    /** A job that was seen, with the second at which it was due. */
    record Seen(long number, long due, long at, String payload) {}

    private static final Pattern ARGS = Pattern.compile("\"args\":\\[(\\d+),(\\d+)");

    /** Answers the time, and for each queue what stands behind the jobs that are known. Of one instant, since scripts are atomic. */
    private static final String LOOK = "local seen = { redis.call('TIME')[1] } "
            + "for i, key in ipairs(KEYS) do seen[i + 1] = redis.call('LRANGE', key, ARGV[i], ARGV[i] + 999) end return seen";

    private final RedisServer redis;
    private final String[] keys;
    private final long[] known;
    private final List<Seen> seen = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable RuntimeException trouble;

    DelayedWitness(RedisServer redis, List<String> queues) {
        this.redis = redis;
        this.keys = queues.stream().map(queue -> "resque:queue:" + queue).toArray(String[]::new);
        this.known = new long[keys.length];
        thread = new Thread(this::watch, "chaos-witness");
        thread.setDaemon(true);
        thread.start();
    }

    private void watch() {
        while (!stopped) {
            try (RespClient client = redis.client()) {
                while (!stopped) {
                    look(client);
                    LockSupport.parkNanos(1_000_000);
                }
            } catch (UncheckedIOException | RespClient.RedisError e) {
                LockSupport.parkNanos(10_000_000); // Redis is down or loading
            } catch (RuntimeException e) {
                trouble = e;
                return;
            }
        }
    }

    private void look(RespClient client) {
        List<Object> call = new ArrayList<>(List.of("EVAL", LOOK, keys.length));
        call.addAll(List.of(keys));
        for (long count : known) {
            call.add(count);
        }
        List<?> answer = (List<?>) client.call(call.toArray());
        long at = Long.parseLong(text(answer.get(0)));
        for (int i = 0; i < keys.length; i++) {
            List<?> jobs = (List<?>) answer.get(i + 1);
            known[i] += jobs.size();
            jobs.forEach(job -> add(text(job), at));
        }
    }

    private void add(String payload, long at) {
        Matcher args = ARGS.matcher(payload);
        if (!args.find()) {
            throw new IllegalStateException("Nobody enqueued " + payload);
        }
        synchronized (seen) {
            seen.add(new Seen(Long.parseLong(args.group(1)), Long.parseLong(args.group(2)), at, payload));
        }
    }

    private static String text(Object value) {
        return new String((byte[]) value, StandardCharsets.UTF_8);
    }

    /** All jobs that were seen until now, in the order in which they stand in their queues. */
    List<Seen> seen() {
        if (trouble != null) {
            throw trouble;
        }
        synchronized (seen) {
            return List.copyOf(seen);
        }
    }

    @Override
    public void close() {
        stopped = true;
    }
}
