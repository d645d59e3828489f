package io.resque.benchmarks;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures this library, Jesque and the ceiling in turn, in one run on a private Redis: {@code bin/benchmark [--quick]
 * [--write]}. Each subject has a JVM for the whole run. Each repetition measures all subjects, so that a disturbance
 * affects all of them. {@code bin/benchmark listeners [--quick]} only measures the cost of listeners.
 */
final class Benchmark implements AutoCloseable {
    private static final String HEAP = "256m";
    private static final String PAYLOAD = "{\"class\":\"Noop\",\"args\":[1,\"x\",{\"name\":\"Chris\"}]}";
    private static final String RATE = "%.0f";
    private static final int PUSHES = 50;
    private static final List<String> OURS = List.of("jedis", "lettuce");
    private static final List<String> ALL = List.of("jedis", "lettuce", "ceiling", "jesque");

    private final boolean quick;
    private final int repetitions;
    private final ResultTable table;
    private final ResultPlots plots;
    private final String where;
    private final RedisServer server;
    private final RespClient redis;
    private final SubjectStarter processes;
    private final Map<String, SubjectProcess> subjects = new LinkedHashMap<>();

    /** {@code where} is added to the name of each row: how this Redis differs from one without persistence. */
    private Benchmark(
            boolean quick,
            ResultTable table,
            ResultPlots plots,
            List<String> names,
            String where,
            String... redisOptions)
            throws IOException {
        this.quick = quick;
        this.table = table;
        this.plots = plots;
        this.where = where;
        this.repetitions = quick ? 3 : 5;
        this.server = RedisServer.start(redisOptions);
        this.redis = server.client();
        this.processes = new SubjectStarter(server.url());
        for (String name : names) {
            SubjectProcess subject = processes.open(name, HEAP);
            if (subject != null) {
                subjects.put(name, subject);
            }
        }
    }

    public static void main(String[] args) throws Exception {
        List<String> options = Arrays.asList(args);
        boolean quick = options.contains("--quick");
        ResultTable table = new ResultTable();
        ResultPlots plots = new ResultPlots();
        List<String> about;
        if (options.contains("listeners")) {
            try (Benchmark ours = new Benchmark(quick, table, plots, OURS, "")) {
                ours.about().subList(0, 2).forEach(System.out::println);
                ours.listeners();
            }
            System.exit(0);
        }
        try (Benchmark benchmark = new Benchmark(quick, table, plots, ALL, "")) {
            about = benchmark.about();
            about.forEach(System.out::println);
            benchmark.run();
        }
        if (!quick) {
            try (Benchmark durable = new Benchmark(false, table, plots, ALL, " append-only", "--appendonly", "yes")) {
                durable.drain(16, "");
                durable.drain(64, "");
                durable.produce("enqueue, 8 threads", "enqueue 8 40000");
            }
        }
        if (options.contains("--write")) {
            table.write(Path.of("docs/performance"), about);
            plots.write(Path.of("docs/performance"));
        }
        System.exit(0);
    }

    private List<String> about() {
        return List.of(
                "Java " + Runtime.version() + ", Redis " + server.version() + " without persistence, "
                        + Runtime.getRuntime().availableProcessors() + " processors for all, " + LocalDate.now() + ".",
                "Medians of " + repetitions + " repetitions (least–most); each repetition gives its own ratio.",
                subjects.containsKey("jesque")
                        ? "The peer is Jesque 2.2.0."
                        : "Jesque could not be built: its rows are left out. See resque-benchmarks/jesque.");
    }

    private void run() throws IOException, InterruptedException {
        for (int threads : quick ? new int[] {1, 16, 64} : new int[] {1, 4, 16, 64}) {
            drain(threads, "");
        }
        if (Runtime.version().feature() >= 21) {
            drain(64, " virtual");
            drain(1000, " virtual");
        } else {
            table.alone("drain on virtual threads", "left out: they need Java 21", "");
        }
        listeners();
        produce("enqueue, 1 thread", "enqueue 1 " + jobs(20_000));
        produce("enqueue, 8 threads", "enqueue 8 " + jobs(40_000));
        if (!quick) {
            produce("enqueue, 64 threads", "enqueue 64 " + jobs(40_000));
            produce("enqueue, 1 thread, handed over", "enqueueAsync 1 " + jobs(100_000));
        }
        produce("enqueue by hundreds", "bulk " + jobs(200_000));
        produce("enqueue by hundreds, handed over", "bulkAsync " + jobs(200_000));
        produce("enqueue a stream, Jesque by hundreds", "stream " + jobs(200_000));
        wake();
        idle();
        rss();
        if (!quick) {
            herd();
            growth();
        }
    }

    /** Measures what one push costs Redis while a hundred processes wait for jobs. */
    private void herd() throws IOException {
        redis.call("FLUSHALL");
        try (SubjectProcess crowd = processes.open("jedis", HEAP)) {
            crowd.tell("herd 100");
            List<Double> costs = new ArrayList<>();
            for (int i = -1; i < repetitions; i++) {
                double idle = processorTime(() -> {});
                double busy = processorTime(() -> crowd.tell("enqueue 1 1"));
                if (i >= 0) {
                    costs.add(1_000 * (busy - idle) / PUSHES);
                }
            }
            table.alone(
                    "a push where 100 processes are idle, ms of Redis: jedis", new RowSample(costs).text("%.2f"), "");
        }
    }

    private interface Push {
        void run() throws IOException;
    }

    /** The processor time of Redis, in seconds, while a push is repeated many times. */
    private double processorTime(Push push) throws IOException {
        double before = processorTime();
        for (int i = 0; i < PUSHES; i++) {
            push.run();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return processorTime() - before;
    }

    private double processorTime() {
        double seconds = 0;
        for (String line : redis.text("INFO", "cpu").split("\r\n")) {
            if (line.matches("used_cpu_(sys|user):.*")) {
                seconds += Double.parseDouble(line.replaceFirst(".*:", ""));
            }
        }
        return seconds;
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
        List<String> rates = new ArrayList<>();
        for (String name : List.of("jedis", "lettuce")) {
            List<Double> values = new ArrayList<>();
            for (int i = 0; i < repetitions; i++) {
                fill(jobs, payload);
                values.add(subjects.get(name).numbers("drain 16 " + jobs + queues)[0]);
                check(name, jobs);
            }
            rates.add(new RowSample(values).text(RATE));
        }
        table.alone("drain, 16 threads, jobs/s, " + what + ": jedis, lettuce", rates.get(0), rates.get(1));
    }

    private int jobs(int full) {
        return quick ? full / 2 : full;
    }

    private void fill(int jobs) {
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
        rates.forEach((name, values) -> plots.add(
                "drain" + where,
                "jobs per second",
                name,
                threads + virtual + " threads",
                new RowSample(values).median()));
        String what = "drain" + where + ", " + threads + virtual + " threads, jobs/s: ";
        RowSample jedis = new RowSample(rates.get("jedis"));
        table.ratio(what + "jedis ÷ lettuce", jedis, new RowSample(rates.get("lettuce")), RATE);
        if (virtual.isEmpty()) {
            table.ratio(what + "jedis ÷ ceiling", jedis, new RowSample(rates.get("ceiling")), RATE);
            if (rates.containsKey("jesque")) {
                table.ratio(what + "jedis ÷ Jesque", jedis, new RowSample(rates.get("jesque")), RATE);
            }
        }
        table.alone(
                "round trips per job" + where + ", " + threads + virtual + " threads: jedis, lettuce",
                new RowSample(trips.get("jedis")).text("%.2f"),
                new RowSample(trips.get("lettuce")).text("%.2f"));
    }

    /** Measures in turn a drain without a listener, with one that hears of no single job, and with one that hears of each. */
    private void listeners() throws IOException {
        for (String name : OURS) {
            for (int threads : new int[] {1, 16}) {
                int jobs = jobs(threads == 1 ? 30_000 : 120_000);
                Map<String, List<Double>> rates = new LinkedHashMap<>();
                List<String> turns = new ArrayList<>(List.of("", " deaf", " listened"));
                for (int i = -2; i < repetitions; i++) { // the first two warm
                    Collections.rotate(turns, 1); // the first of a round may be at a disadvantage
                    for (String how : turns) {
                        fill(jobs);
                        double rate = subjects.get(name).numbers("drain " + threads + " " + jobs + how)[0];
                        if (i >= 0) {
                            add(rates, how, rate);
                        }
                        check(name, jobs);
                    }
                }
                String what = "drain, " + threads + " threads, " + name + ", ";
                RowSample none = new RowSample(rates.get(""));
                RowSample deaf = new RowSample(rates.get(" deaf"));
                RowSample listened = new RowSample(rates.get(" listened"));
                table.alone(what + "jobs/s: no listener", none.text(RATE), "");
                table.alone(
                        what + "a listener of jobs: jobs/s, ÷ none",
                        listened.text(RATE),
                        listened.dividedBy(none).text("%.3f"));
                table.alone(
                        what + "a listener of other events: jobs/s, ÷ none",
                        deaf.text(RATE),
                        deaf.dividedBy(none).text("%.3f"));
            }
        }
    }

    private static void add(Map<String, List<Double>> samples, String name, double value) {
        samples.computeIfAbsent(name, each -> new ArrayList<>()).add(value);
    }

    /** Checks that every job was counted and none is left. */
    private void check(String subject, int jobs) {
        String processed = redis.text("GET", "resque:stat:processed");
        long left = redis.number("LLEN", "resque:queue:q");
        if (!Integer.toString(jobs).equals(processed) && !subject.equals("ceiling") || left != 0) {
            throw new IllegalStateException(
                    subject + " counted " + processed + " of " + jobs + " jobs, " + left + " left");
        }
    }

    private long info(String section, String field) {
        String text = redis.text("INFO", section);
        return Long.parseLong(text.replaceFirst("(?s).*\\b" + field + ":(\\d+).*", "$1"));
    }

    private void produce(String what, String line) throws IOException {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int i = -1; i < repetitions; i++) {
            for (SubjectProcess subject : subjects.values()) {
                if (!subject.name.equals("ceiling")) {
                    redis.call("FLUSHALL");
                    double rate = subject.numbers(line)[0];
                    if (i >= 0) {
                        add(rates, subject.name, rate);
                    }
                }
            }
        }
        rates.forEach((name, values) -> plots.add(
                line.startsWith("enqueue") ? "enqueue" + where : "bulk",
                "jobs per second",
                name,
                what,
                new RowSample(values).median()));
        for (String name : rates.keySet()) {
            if (!name.equals("jesque") && rates.containsKey("jesque")) {
                table.ratio(
                        what + where + ", jobs/s: " + name + " ÷ Jesque",
                        new RowSample(rates.get(name)),
                        new RowSample(rates.get("jesque")),
                        RATE);
            }
        }
    }

    private void wake() throws IOException {
        List<SubjectProcess> peers = new ArrayList<>(subjects.values());
        peers.removeIf(subject -> subject.name.equals("ceiling"));
        for (String name : List.of("bullmq", "sidekiq")) {
            SubjectProcess peer = processes.open(name, HEAP);
            if (peer == null) {
                table.alone("enqueue to perform: " + name, "left out: it is not installed", "");
            } else {
                peers.add(peer);
            }
        }
        for (int workers : quick ? new int[] {1} : new int[] {1, 16}) {
            Map<String, List<Double>> medians = new LinkedHashMap<>();
            Map<String, List<Double>> slow = new LinkedHashMap<>();
            for (int i = 0; i < repetitions; i++) {
                for (SubjectProcess subject : peers) {
                    redis.call("FLUSHALL");
                    int jobs = subject.name.equals("jesque") ? jobs(8) : quick ? 150 : 1_000;
                    double[] millis = subject.numbers("wake " + jobs + " " + workers);
                    add(medians, subject.name, millis[0]);
                    add(slow, subject.name, millis[1]);
                }
            }
            medians.forEach((name, values) -> {
                if (!name.equals("jesque")) { // whose half a second would hide all the others
                    plots.add("wake " + workers, "ms", "median", name, new RowSample(values).median());
                    plots.add("wake " + workers, "ms", "99 of 100", name, new RowSample(slow.get(name)).median());
                }
            });
            medians.forEach((name, values) -> table.alone(
                    "enqueue to perform, " + workers + " idle workers, ms: " + name + " median, p99",
                    new RowSample(values).text("%.2f"),
                    new RowSample(slow.get(name)).text("%.2f")));
        }
        peers.stream().filter(peer -> !subjects.containsKey(peer.name)).forEach(SubjectProcess::close);
    }

    private void idle() throws IOException {
        int seconds = quick ? 4 : 60;
        for (SubjectProcess subject : subjects.values()) {
            if (!subject.name.equals("ceiling")) {
                redis.call("FLUSHALL");
                subject.tell("idle 16 10");
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
                long before = commands(subject.name);
                long start = System.nanoTime();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
                double rate = (commands(subject.name) - before) / ((System.nanoTime() - start) / 1e9);
                table.alone(
                        "idle, 16 workers on 10 queues, commands/s: " + subject.name,
                        String.format(Locale.ROOT, "%.2f", rate),
                        "");
                subject.tell("stop");
            }
        }
    }

    /** The number of commands that clients have sent, without the commands that scripts call. */
    private long commands(String subject) {
        if (subject.equals("jesque")) {
            return info("stats", "total_commands_processed");
        }
        long calls = 0;
        for (String line : redis.text("INFO", "commandstats").split("\r\n")) {
            if (line.matches("cmdstat_(eval|evalsha|blmove):.*")) {
                calls += Long.parseLong(line.replaceFirst("\\w+:calls=(\\d+).*", "$1"));
            }
        }
        return calls;
    }

    private void rss() throws IOException {
        Map<String, List<Double>> sizes = new LinkedHashMap<>();
        for (int i = 0; i < repetitions; i++) {
            for (String name : subjects.keySet()) {
                if (!name.equals("ceiling")) {
                    try (SubjectProcess small = processes.open(name, "64m")) {
                        int jobs = jobs(20_000);
                        fill(jobs);
                        small.tell("drain 16 " + jobs);
                        add(sizes, name, small.numbers("rss")[0] / 1024);
                    }
                }
            }
        }
        for (String name : sizes.keySet()) {
            if (!name.equals("jesque") && sizes.containsKey("jesque")) {
                table.ratio(
                        "memory after a drain, 16 workers, -Xmx64m, MB: " + name + " ÷ Jesque",
                        new RowSample(sizes.get(name)),
                        new RowSample(sizes.get("jesque")),
                        "%.0f");
            }
        }
    }

    @Override
    public void close() {
        subjects.values().forEach(SubjectProcess::close);
        redis.close();
        server.close();
    }
}
