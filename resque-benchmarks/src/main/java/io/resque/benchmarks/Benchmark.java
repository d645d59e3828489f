package io.resque.benchmarks;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Measures this library, its peers and the ceiling in turn, in one run on a private Redis: {@code bin/benchmark [--quick]
 * [--write] [PART…]}. Each subject has a process for the whole run. Each repetition measures all subjects, so that a disturbance
 * affects all of them. The parts are the names of {@link Part}; without a name all but the listeners, with {@code --quick} the short ones.
 */
final class Benchmark implements AutoCloseable {
    /** What can be measured. */
    enum Part {
        DRAIN(true),
        LISTENERS(false),
        ENQUEUE(true),
        WAKE(true),
        FOOTPRINT(true),
        PROCESSES(false),
        GROWTH(false),
        DURABLE(true);

        private final boolean peers;

        Part(boolean peers) {
            this.peers = peers;
        }
    }

    static final String HEAP = "256m";
    static final String RATE = "jobs/s";
    static final List<String> OURS = List.of("jedis", "lettuce");
    private static final List<String> ALL = List.of("jedis", "lettuce", "ceiling", "jesque");
    private static final Set<Part> LONG = EnumSet.of(Part.GROWTH, Part.DURABLE);
    private static final String PAYLOAD = "{\"class\":\"Noop\",\"args\":[1,\"x\",{\"name\":\"Chris\"}]}";

    final boolean quick;
    final int repetitions;
    final ResultTable table;
    final RespClient redis;
    final SubjectStarter processes;
    final Map<String, SubjectProcess> subjects = new LinkedHashMap<>();
    private final String where;
    private final RedisServer server;

    /** {@code where} is added to the name of each row: how this Redis differs from one without persistence. */
    private Benchmark(boolean quick, ResultTable table, List<String> names, String where, String... redisOptions)
            throws IOException {
        this.quick = quick;
        this.table = table;
        this.where = where;
        this.repetitions = quick ? 3 : 5;
        this.server = RedisServer.start(redisOptions);
        this.redis = server.client();
        this.processes = new SubjectStarter(server.url());
        table.run(aboutThisRun(server));
        for (String name : names) {
            SubjectProcess subject = processes.open(name, HEAP);
            if (subject == null) {
                table.tell(name, "LEFT OUT: it could not be built; see resque-benchmarks/" + name);
            } else {
                subjects.put(name, subject);
            }
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        boolean quick = words.remove("--quick");
        boolean write = words.remove("--write");
        if (quick && write) {
            System.err.println("--quick measures too little for the pages; give --write alone");
            System.exit(2);
        }
        Set<Part> parts = parts(words, quick);
        ResultTable table = new ResultTable();
        try (Benchmark benchmark =
                new Benchmark(quick, table, parts.stream().anyMatch(part -> part.peers) ? ALL : OURS, "")) {
            System.out.println(aboutThisRun(benchmark.server) + ", Redis without persistence. Medians of "
                    + benchmark.repetitions + " repetitions (least–most); each repetition gives its own ratio.");
            for (Part part : parts) {
                long begin = System.nanoTime();
                benchmark.measure(part);
                System.out.println("# " + part.name().toLowerCase(Locale.ROOT) + " took "
                        + Duration.ofNanos(System.nanoTime() - begin).toSeconds() + " s");
                if (write) {
                    ResultPages.record(table);
                }
            }
        }
        if (write && words.isEmpty()) {
            ResultPages.tellKept(table);
        }
        System.exit(0);
    }

    private static Set<Part> parts(List<String> words, boolean quick) {
        if (words.isEmpty()) {
            Set<Part> all = EnumSet.complementOf(EnumSet.of(Part.LISTENERS));
            all.removeAll(quick ? LONG : Set.of());
            return all;
        }
        Set<Part> named = EnumSet.noneOf(Part.class);
        for (String word : words) {
            try {
                named.add(Part.valueOf(word.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                System.err.println("\"" + word + "\" is no part; the parts are "
                        + Arrays.toString(Part.values()).toLowerCase(Locale.ROOT)
                        + ". bin/benchmark itself says what else there is");
                System.exit(2);
            }
        }
        return named;
    }

    /** When and where results are measured. */
    static String aboutThisRun(RedisServer server) {
        return LocalDate.now() + ", Java " + Runtime.version().toString().replaceFirst("\\+.*", "") + ", Redis "
                + server.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors";
    }

    private void measure(Part part) throws IOException, InterruptedException {
        switch (part) {
            case DRAIN -> drains();
            case LISTENERS -> new ListenerRows(this).measure();
            case ENQUEUE -> enqueue();
            case WAKE -> new WakeRows(this).measure();
            case FOOTPRINT -> new FootprintRows(this).measure();
            case PROCESSES -> new ProcessRows(this).measure();
            case GROWTH -> growth();
            case DURABLE -> {
                try (Benchmark durable = new Benchmark(quick, table, ALL, ", append-only", "--appendonly", "yes")) {
                    durable.drain(16, "");
                    durable.drain(64, "");
                    durable.produce("enqueue, 8 threads", "enqueue 8", jobs(40_000));
                }
            }
        }
    }

    private void drains() throws IOException, InterruptedException {
        for (int threads : quick ? new int[] {1, 16, 64} : new int[] {1, 4, 16, 64}) {
            drain(threads, "");
        }
        if (Runtime.version().feature() >= 21) {
            drain(64, " virtual");
            drain(1000, " virtual");
        } else {
            table.tell("drain on virtual threads", "LEFT OUT: they need Java 21");
        }
    }

    private void enqueue() throws IOException {
        produce("enqueue, 1 thread", "enqueue 1", jobs(20_000));
        produce("enqueue, 8 threads", "enqueue 8", jobs(40_000));
        produce("enqueue, 64 threads", "enqueue 64", jobs(40_000));
        produce("enqueue, 1 thread, handed over", "enqueueAsync 1", jobs(100_000));
        produce("enqueue by hundreds", "bulk", jobs(200_000));
        produce("enqueue by hundreds, handed over", "bulkAsync", jobs(200_000));
        produce("enqueue a stream, Jesque by hundreds", "stream", jobs(200_000));
    }

    private void growth() throws IOException {
        for (int queues : new int[] {1, 10, 1_000}) {
            grown("the jobs in the last of " + queues + " queues", 20_000, PAYLOAD, " " + queues);
        }
        for (int backlog : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
            grown("a backlog of " + backlog, backlog, PAYLOAD, "");
        }
        for (int bytes : new int[] {100, 1_000, 10_000, 100_000, 1_000_000}) {
            String padded = "{\"class\":\"Noop\",\"args\":[\"" + "x".repeat(bytes - 30) + "\"]}";
            grown("payloads of " + bytes + " bytes", Math.min(20_000, 50_000_000 / bytes), padded, "");
        }
    }

    private void grown(String what, int jobs, String payload, String queues) throws IOException {
        for (String name : OURS) {
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < repetitions; i++) {
                fill(jobs, payload);
                values.add(subjects.get(name).numbers("drain 16 " + jobs + queues)[0]);
                check(name, jobs);
            }
            table.add("drain, 16 threads, " + what, name, RATE, new RowSample(values));
        }
    }

    int jobs(int full) {
        return quick ? full / 2 : full;
    }

    void fill(int jobs) {
        fill(jobs, PAYLOAD);
    }

    private void fill(int jobs, String payload) {
        redis.call("FLUSHALL");
        redis.call("SADD", "resque:queues", "q");
        int most = Math.min(1_000, 10_000_000 / payload.length());
        for (int left = jobs; left > 0; left -= most) {
            Object[] push = new Object[2 + Math.min(left, most)];
            Arrays.fill(push, payload);
            push[0] = "RPUSH";
            push[1] = "resque:queue:q";
            redis.call(push);
        }
    }

    private void drain(int threads, String virtual) throws IOException, InterruptedException {
        long[] processes =
                subjects.values().stream().mapToLong(SubjectProcess::pid).toArray();
        if (threads == 1) {
            Processors.separate(redis, processes);
        }
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        Map<String, List<Double>> trips = new LinkedHashMap<>();
        for (int i = -1; i < repetitions; i++) { // the first one warms
            for (SubjectProcess subject : subjects.values()) {
                boolean ours = !subject.name.equals("jesque") && !subject.name.equals("ceiling");
                if (!virtual.isEmpty() && !ours) {
                    continue;
                }
                int jobs = jobs(
                        subject.name.equals("jesque")
                                ? threads == 1 ? 8_000 : 20_000
                                : threads == 1 ? 30_000 : 120_000);
                fill(jobs);
                long before = info("stats", "total_reads_processed");
                double rate = subject.numbers("drain " + threads + " " + jobs + virtual)[0];
                if (i >= 0) {
                    add(rates, subject.name, rate);
                    add(trips, subject.name, (info("stats", "total_reads_processed") - before) / (double) jobs);
                }
                check(subject.name, jobs);
            }
        }
        if (threads == 1) {
            Processors.share(redis, processes);
        }
        String load = threads + virtual + (threads == 1 ? " thread" : " threads") + where;
        Map<String, RowSample> samples = RowSample.of(rates);
        table.addAll("drain, " + load, RATE, samples);
        for (String other : List.of("lettuce", "ceiling", "jesque")) {
            table.ratio("drain, " + load, "jedis", other, samples);
        }
        trips.keySet().retainAll(OURS);
        table.addAll("round trips of a drain, " + load, "per job", RowSample.of(trips));
    }

    static void add(Map<String, List<Double>> samples, String name, double value) {
        samples.computeIfAbsent(name, each -> new ArrayList<>()).add(value);
    }

    /** Checks that every job was counted and none is left. */
    void check(String subject, int jobs) {
        String processed = redis.text("GET", "resque:stat:processed");
        long left = redis.number("LLEN", "resque:queue:q");
        if (!Integer.toString(jobs).equals(processed) && !subject.equals("ceiling") || left != 0) {
            throw new IllegalStateException(
                    subject + " counted " + processed + " of " + jobs + " jobs, " + left + " left");
        }
    }

    long info(String section, String field) {
        String text = redis.text("INFO", section);
        return Long.parseLong(text.replaceFirst("(?s).*\\b" + field + ":(\\d+).*", "$1"));
    }

    private void produce(String what, String order, int jobs) throws IOException {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int i = -1; i < repetitions; i++) {
            for (SubjectProcess subject : subjects.values()) {
                if (!subject.name.equals("ceiling")) {
                    redis.call("FLUSHALL");
                    boolean waits = order.startsWith("enqueueAsync") && subject.name.equals("jesque");
                    double rate = subject.numbers(order + " " + (waits ? jobs / 5 : jobs))[0];
                    if (i >= 0) {
                        add(rates, subject.name, rate);
                    }
                }
            }
        }
        Map<String, RowSample> samples = RowSample.of(rates);
        table.addAll(what + where, RATE, samples);
        for (String name : OURS) {
            table.ratio(what + where, name, "jesque", samples);
        }
    }

    @Override
    public void close() {
        subjects.values().forEach(SubjectProcess::close);
        redis.close();
        server.close();
    }
}
