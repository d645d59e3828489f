package io.resque.benchmarks;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;

/**
 * The upper limit, without running any job: threads take and settle jobs of one queue and keep Resque's records, with
 * one script call for many jobs, on two connections. No JSON, no registration, no recovery, no order of queues.
 *
 * <p>For delayed jobs: one thread pushes, or writes the three keys of a delayed job by the smallest script that looks at the clock of Redis.
 */
final class CeilingSubject implements Subject {
    private static final String SCRIPT = "local t = redis.call('TIME')[1] local n = 0 local r = {} "
            + "for i = 4, #KEYS, 2 do "
            + "if ARGV[(i - 2) / 2] == '1' then n = n + 1 redis.call('INCR', KEYS[i + 1]) end "
            + "local p = redis.call('LPOP', KEYS[1]) "
            + "if p then redis.call('SET', KEYS[i], '{\"queue\":\"q\",\"run_at\":\"' .. t .. '\",\"payload\":' .. p .. '}') "
            + "else redis.call('DEL', KEYS[i]) end r[#r + 1] = p or '' end "
            + "if n > 0 then redis.call('INCRBY', KEYS[2], n) end return r";
    private static final String DELAY = "redis.call('TIME') redis.call('ZADD', KEYS[1], ARGV[1], ARGV[1]) "
            + "redis.call('RPUSH', KEYS[2], ARGV[2]) return redis.call('SADD', KEYS[3], ARGV[3])";
    private static final int CALLS = 2;

    private final HostAndPort address;
    private final Deque<Request> line = new ArrayDeque<>();
    private final Deque<Jedis> connections = new ArrayDeque<>();
    private int calls;

    private CeilingSubject(URI redis) {
        address = new HostAndPort(redis.getHost(), redis.getPort());
    }

    public static void main(String[] args) throws Exception {
        Subject.serve(new CeilingSubject(URI.create(args[0])));
    }

    private static final class Request {
        final Thread thread = Thread.currentThread();
        final String[] keys;
        final String settles;
        volatile boolean leads;
        volatile @Nullable Object payload;

        Request(String[] keys, boolean settles) {
            this.keys = keys;
            this.settles = settles ? "1" : "0";
        }
    }

    @Override
    public String run(String[] words) throws Exception {
        return switch (words[0]) {
            case "drain" -> drain(Integer.parseInt(words[1]), new JobCountdown(Long.parseLong(words[2])));
            case "enqueue" -> enqueue(Integer.parseInt(words[1]));
            case "enqueueAt" -> enqueueAt(Integer.parseInt(words[1]));
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String enqueue(int jobs) {
        try (Jedis jedis = new Jedis(address)) {
            return DelayedSubject.rate(jobs, number -> {
                Pipeline both = jedis.pipelined();
                both.sadd("resque:queues", "q");
                both.rpush("resque:queue:q", "{\"class\":\"Noop\",\"args\":[" + number + "]}");
                both.sync();
            });
        }
    }

    private String enqueueAt(int jobs) {
        try (Jedis jedis = new Jedis(address)) {
            String script = jedis.scriptLoad(DELAY);
            long first = System.currentTimeMillis() / 1000 + DelayedSubject.AHEAD;
            return DelayedSubject.rate(jobs, number -> {
                String second = Long.toString(first + number / 100);
                String item = "{\"class\":\"Noop\",\"args\":[" + number + "],\"queue\":\"q\"}";
                jedis.evalsha(
                        script,
                        List.of(
                                "resque:delayed_queue_schedule",
                                "resque:delayed:" + second,
                                "resque:timestamps:" + item),
                        List.of(second, item, "delayed:" + second));
            });
        }
    }

    private String drain(int threads, JobCountdown countdown) throws InterruptedException {
        while (connections.size() < CALLS) {
            connections.add(new Jedis(address));
        }
        List<Thread> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            String[] keys = {"resque:worker:h:" + i + ":q", "resque:stat:processed:h:" + i + ":q"};
            Thread thread = new Thread(() -> {
                boolean settles = false;
                while (take(new Request(keys, settles)).length > 0) {
                    settles = true;
                    countdown.count();
                }
            });
            running.add(thread);
            thread.start();
        }
        double rate = countdown.perSecond();
        for (Thread thread : running) {
            thread.join();
        }
        return Double.toString(rate);
    }

    private byte[] take(Request request) {
        boolean first;
        synchronized (line) {
            first = calls < CALLS;
            if (first) {
                calls++;
            } else {
                line.add(request);
            }
        }
        while (!first && request.payload == null && !request.leads) {
            LockSupport.park();
        }
        if (request.payload == null) {
            call(request);
        }
        return (byte[]) request.payload;
    }

    private void call(Request first) {
        List<Request> together = new ArrayList<>();
        together.add(first);
        Jedis jedis;
        synchronized (line) {
            while (together.size() < 64 && !line.isEmpty()) {
                together.add(line.poll());
            }
            jedis = connections.poll();
        }
        List<String> keys = new ArrayList<>(List.of("resque:queue:q", "resque:stat:processed", "resque:queues"));
        List<String> args = new ArrayList<>();
        for (Request request : together) {
            keys.addAll(List.of(request.keys));
            args.add(request.settles);
        }
        List<?> payloads = (List<?>) jedis.eval(SCRIPT, keys, args);
        Request next;
        synchronized (line) {
            connections.add(jedis);
            next = line.poll();
            if (next == null) {
                calls--;
            }
        }
        if (next != null) {
            next.leads = true;
            LockSupport.unpark(next.thread);
        }
        for (int i = 0; i < together.size(); i++) {
            Request request = together.get(i);
            request.payload = ((String) payloads.get(i)).getBytes(StandardCharsets.UTF_8);
            LockSupport.unpark(request.thread);
        }
    }
}
