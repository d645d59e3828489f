package io.resque.benchmarks;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures single rows, each beside what bounds it: {@code bin/benchmark rows [ROUNDS [last|enqueue|bulk|wake|memory ...]]}. {@code last} has
 * all jobs in the last of 1, 17 and 1,000 queues, whose names a worker lists or has a pattern for. A list stands in the id of the worker, as Ruby
 * writes it, and so in two keys that each job changes. The other rows stand beside a loop of the same client without this library.
 */
final class RowsBenchmark {
    private static final List<String> ADAPTERS = List.of("jedis", "lettuce");
    private static final String PAYLOAD = "{\"class\":\"Noop\",\"args\":[1,\"x\",{\"name\":\"Chris\"}]}";
    private static final String RATE = "jobs/s";

    private final int rounds;
    private final RespClient redis;
    private final SubjectStarter subjects;
    private final ResultTable table = new ResultTable();

    private RowsBenchmark(int rounds, RespClient redis, SubjectStarter subjects) {
        this.rounds = rounds;
        this.redis = redis;
        this.subjects = subjects;
    }

    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        List<String> rows = args.length > 1
                ? Arrays.asList(args).subList(1, args.length)
                : List.of("last", "enqueue", "bulk", "wake", "memory");
        try (RedisServer server = RedisServer.start();
                RespClient redis = server.client()) {
            System.out.println("Java " + Runtime.version() + ", Redis " + server.version() + ", medians of " + rounds
                    + " rounds (least–most)");
            RowsBenchmark benchmark = new RowsBenchmark(rounds, redis, new SubjectStarter(server.url()));
            for (String row : rows) {
                benchmark.measure(row);
            }
        }
        System.exit(0);
    }

    private void measure(String row) throws IOException {
        switch (row) {
            case "last" -> last();
            case "enqueue" -> besideClient("enqueue, 1 thread", "enqueue 1 20000", 0, RATE);
            case "bulk" -> besideClient("enqueue by hundreds", "bulk 200000", 0, RATE);
            case "wake" -> {
                besideClient("enqueue to perform, median", "wake 400 1", 0, "ms");
                besideClient("enqueue to perform, 99 of 100", "wake 400 1", 1, "ms");
            }
            case "memory" -> memory();
            default -> throw new IllegalArgumentException(row + " is no row: last, enqueue, bulk, wake, memory");
        }
    }

    private void last() throws IOException {
        Map<String, Map<String, List<Double>>> rates = new LinkedHashMap<>();
        for (String adapter : ADAPTERS) {
            try (SubjectProcess subject = subjects.open(adapter, "256m")) {
                for (int i = -1; i < rounds; i++) { // the first round warms
                    for (String queues : List.of("1", "17", "1000", "all")) {
                        int jobs = queues.length() < 3 ? 60_000 : 20_000;
                        fill(jobs);
                        double rate = subject.numbers("drain 16 " + jobs + " " + queues)[0];
                        if (i >= 0) {
                            String what = queues.equals("all") ? "1000 queues, by a pattern" : queues + " queues";
                            rates.computeIfAbsent(what, key -> new LinkedHashMap<>())
                                    .computeIfAbsent(adapter, key -> new ArrayList<>())
                                    .add(rate);
                        }
                    }
                }
            }
        }
        rates.forEach((what, adapters) -> adapters.forEach((adapter, values) ->
                table.add("drain, 16 threads, the jobs in the last of " + what, adapter, RATE, new RowSample(values))));
    }

    private void fill(int jobs) {
        redis.call("FLUSHALL");
        Object[] announce = new Object[2 + 1_000];
        Arrays.setAll(announce, i -> "empty" + i);
        announce[0] = "SADD";
        announce[1] = "resque:queues";
        announce[2] = "q"; // behind all others in the order of a pattern
        redis.call(announce);
        for (int left = jobs; left > 0; left -= 1_000) {
            Object[] push = new Object[2 + Math.min(left, 1_000)];
            Arrays.fill(push, PAYLOAD);
            push[0] = "RPUSH";
            push[1] = "resque:queue:q";
            redis.call(push);
        }
    }

    /** Ours and the loop of its client in turn. */
    private void besideClient(String what, String line, int which, String unit) throws IOException {
        for (String adapter : ADAPTERS) {
            List<Double> ours = new ArrayList<>();
            List<Double> raw = new ArrayList<>();
            try (SubjectProcess subject = subjects.open(adapter, "256m");
                    SubjectProcess client = subjects.open("raw-" + adapter, "256m")) {
                for (int i = -1; i < rounds; i++) {
                    redis.call("FLUSHALL");
                    double mine = subject.numbers(line)[which];
                    redis.call("FLUSHALL");
                    double bare = client.numbers(line)[which];
                    if (i >= 0) {
                        ours.add(mine);
                        raw.add(bare);
                    }
                }
            }
            add(what, adapter, unit, ours, raw);
        }
    }

    /** The memory of a JVM after a drain, and of one that has a connection and nothing else. */
    private void memory() throws IOException {
        for (String adapter : ADAPTERS) {
            List<Double> ours = new ArrayList<>();
            List<Double> raw = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                fill(20_000);
                try (SubjectProcess subject = subjects.open(adapter, "64m");
                        SubjectProcess client = subjects.open("raw-" + adapter, "64m")) {
                    subject.tell("drain 16 20000");
                    ours.add(subject.numbers("rss")[0] / 1024);
                    raw.add(client.numbers("rss")[0] / 1024);
                }
            }
            add("memory after a drain, 16 workers, -Xmx64m", adapter, "MB", ours, raw);
        }
    }

    private void add(String what, String adapter, String unit, List<Double> ours, List<Double> raw) {
        Map<String, RowSample> samples = new LinkedHashMap<>();
        samples.put(adapter, new RowSample(ours));
        samples.put("its client alone", new RowSample(raw));
        table.addAll(what, unit, samples);
        table.ratio(what, adapter, "its client alone", samples);
    }
}
