package io.resque.benchmarks;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol;

/**
 * A client without this library: loops that send the commands which this library sends, with texts instead of JSON. So a row of ours divided
 * by the same row of its client is the part that the library costs.
 */
final class RawSubject implements Subject {
    private static final String RESERVE = "local p = redis.call('LPOP', KEYS[1]) "
            + "if p then redis.call('SET', KEYS[2], '{\"queue\":\"q\",\"run_at\":\"' .. redis.call('TIME')[1] .. '\",\"payload\":' .. p .. '}') end "
            + "return p";
    private static final String QUEUE = "resque:queue:q";

    private final Client client;
    private final Client waiting;

    /** One connection. */
    private interface Client {
        /** Sends commands in one write, and waits for all replies. The name of each comes first. */
        void send(List<List<String>> commands) throws Exception;
    }

    private RawSubject(String url, String name) {
        URI redis = URI.create(url);
        boolean jedis = name.equals("jedis");
        RedisClient lettuce = jedis ? null : RedisClient.create(url);
        client = lettuce == null ? jedis(redis) : lettuce(lettuce);
        waiting = lettuce == null ? jedis(redis) : lettuce(lettuce);
    }

    public static void main(String[] args) throws Exception {
        Subject.serve(new RawSubject(args[0], args[1]));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Client jedis(URI redis) {
        Connection connection = new Connection(redis.getHost(), redis.getPort());
        connection.connect();
        return commands -> {
            for (List<String> words : commands) {
                byte[][] args = words.stream().skip(1).map(RawSubject::bytes).toArray(byte[][]::new);
                connection.sendCommand(Protocol.Command.valueOf(words.get(0)), args);
            }
            connection.getMany(commands.size());
        };
    }

    private static Client lettuce(RedisClient client) {
        StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE);
        return commands -> {
            List<AsyncCommand<byte[], byte[], List<Object>>> sent = new ArrayList<>(commands.size());
            for (List<String> words : commands) {
                CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
                words.stream().skip(1).forEach(word -> args.add(bytes(word)));
                sent.add(new AsyncCommand<>(new Command<>(
                        CommandType.valueOf(words.get(0)), new NestedMultiOutput<>(ByteArrayCodec.INSTANCE), args)));
            }
            connection.dispatch(sent);
            for (AsyncCommand<byte[], byte[], List<Object>> each : sent) {
                each.get();
            }
        };
    }

    @Override
    public String run(String[] words) throws Exception {
        return switch (words[0]) {
            case "enqueue" -> push(Integer.parseInt(words[2]), 1);
            case "bulk" -> push(Integer.parseInt(words[1]), 100);
            case "wake" -> wake(Integer.parseInt(words[1]));
            case "rss" -> {
                client.send(List.of(List.of("PING")));
                yield Subject.rss();
            }
            default -> throw new IllegalArgumentException(words[0]);
        };
    }

    private String push(int jobs, int together) throws Exception {
        long start = System.nanoTime();
        for (int i = 0; i < jobs; i += together) {
            List<String> push = new ArrayList<>(2 + together);
            push.add("RPUSH");
            push.add(QUEUE);
            for (int job = i; job < i + together; job++) {
                push.add("{\"class\":\"Noop\",\"args\":[" + job + ",\"x\",{\"name\":\"Chris\"}]}");
            }
            client.send(List.of(List.of("SADD", "resque:queues", "q"), push));
        }
        return Double.toString(jobs / ((System.nanoTime() - start) / 1e9));
    }

    /** A thread peeks at the queue, and sends behind the peek the script that takes the job. */
    private String wake(int jobs) throws Exception {
        BlockingQueue<Long> starts = new LinkedBlockingQueue<>();
        int warm = jobs / 4;
        Thread worker = new Thread(() -> {
            for (int i = 0; i < warm + jobs; i++) {
                try {
                    waiting.send(List.of(
                            List.of("BLMOVE", QUEUE, QUEUE, "LEFT", "LEFT", "0"),
                            List.of("EVAL", RESERVE, "2", QUEUE, "resque:worker:h:1:q")));
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                starts.add(System.nanoTime());
            }
        });
        worker.start();
        long[] nanos = new long[jobs];
        for (int i = -warm; i < jobs; i++) {
            LockSupport.parkNanos(3_000_000);
            long sent = System.nanoTime();
            client.send(List.of(
                    List.of("SADD", "resque:queues", "q"),
                    List.of("RPUSH", QUEUE, "{\"class\":\"Start\",\"args\":[]}")));
            long started = starts.take();
            if (i >= 0) {
                nanos[i] = started - sent;
            }
        }
        worker.join();
        return Subject.medianAnd99(nanos);
    }
}
