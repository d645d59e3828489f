package io.resque.benchmarks;

import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures delayed jobs on both adapters, and node-resque's scheduler where npm has installed it ({@code npm install --prefix
 * resque-benchmarks/node-resque}), in one run: {@code bin/benchmark delayed [--quick] [--write] [PART…]}. The parts are the names of {@link Part}; all
 * of them without a name.
 */
final class DelayedBenchmark implements AutoCloseable {
    /** What can be measured. */
    enum Part {
        MOVING,
        LATENESS,
        ENQUEUE,
        WAITING,
        MEMORY,
        IDLE
    }

    private static final List<String> ADAPTERS = List.of("jedis", "lettuce");
    private static final String NODE = "node-resque";
    private static final Path NODE_FOLDER = Path.of("resque-benchmarks/node-resque");
    private static final int JOBS = 10_000;

    /** So many moves of {@link #JOBS} come before the measured ones. A JVM compiles for that long, since a move is a few hundred calls. */
    private static final int WARM = 25;

    private static final int WARM_ALREADY = 3;
    private static final int MILLION = 1_000_000;
    private static final String RATE = Benchmark.RATE;
    private static final String PREFIX = "resque:";

    private final boolean quick;
    private final int repetitions;
    private final int moves;
    private final RedisServer server = RedisServer.start();
    private final RespClient redis = server.client();
    private final ResultTable table = new ResultTable();
    private final Map<String, SubjectProcess> subjects = new LinkedHashMap<>();

    private DelayedBenchmark(boolean quick) throws IOException {
        this.quick = quick;
        this.repetitions = quick ? 1 : 3;
        this.moves = quick ? 3 : 7;
        List<String> names = new ArrayList<>(ADAPTERS);
        if (Files.exists(NODE_FOLDER.resolve("node_modules"))) {
            names.add(NODE);
        }
        for (String name : names) {
            subjects.put(name, start(name));
        }
    }

    private SubjectProcess start(String name) throws IOException {
        return name.equals(NODE)
                ? new SubjectProcess(
                        NODE,
                        server.url(),
                        List.of("node", NODE_FOLDER.resolve("subject.mjs").toString(), server.url()))
                : ours(name, "256m");
    }

    private SubjectProcess ours(String adapter, String heap) throws IOException {
        return SubjectProcess.java(
                adapter,
                server.url(),
                heap,
                System.getProperty("java.class.path"),
                DelayedSubject.class.getName(),
                adapter);
    }

    public static void main(String[] args) throws Exception {
        List<String> words = new ArrayList<>(Arrays.asList(args));
        boolean quick = words.remove("--quick");
        boolean write = words.remove("--write");
        List<Part> parts = words.isEmpty()
                ? List.of(Part.values())
                : words.stream()
                        .map(word -> Part.valueOf(word.toUpperCase(Locale.ROOT)))
                        .toList();
        try (DelayedBenchmark benchmark = new DelayedBenchmark(quick)) {
            benchmark.table.run(Benchmark.aboutThisRun(benchmark.server));
            System.out.println(Benchmark.aboutThisRun(benchmark.server)
                    + ", Redis without persistence; medians (least–most), of moves of "
                    + benchmark.moves + ", of others of " + benchmark.repetitions
                    + (benchmark.subjects.containsKey(NODE) ? "" : "; node-resque is not installed, and LEFT OUT"));
            for (Part part : parts) {
                benchmark.measure(part);
            }
            if (write) {
                ResultPages.record(benchmark.table);
            }
        }
        System.exit(0);
    }

    private void measure(Part part) throws IOException, InterruptedException {
        switch (part) {
            case MOVING -> {
                movingFirst();
                moving("all in one second", JOBS, WARM);
                moving("100 a second", 100, WARM_ALREADY);
                moving("one a second", 1, WARM_ALREADY);
            }
            case LATENESS -> {
                for (SubjectProcess subject : subjects.values()) {
                    lateness(subject, "five a second, a third written two seconds ahead", false);
                }
                for (SubjectProcess subject : subjects.values()) {
                    lateness(subject, "five every third second, all written two seconds ahead", true);
                }
            }
            case ENQUEUE -> enqueue();
            case WAITING -> waiting();
            case MEMORY -> {
                memory("all in one second", JOBS);
                memory("100 a second", 100);
                memory("one a second", 1);
            }
            case IDLE -> {
                for (int processes : new int[] {1, 20}) {
                    idle(processes, false);
                    idle(processes, true);
                }
            }
        }
    }

    /** Writes jobs as Ruby's client does. */
    private void fill(int jobs, long second, int each) {
        int bulk = Math.max(each, 10_000 / each * each);
        for (int from = 0; from < jobs; from += bulk) {
            redis.call(
                    "EVAL", SampleItem.FILL, 0, PREFIX, from, Math.min(bulk, jobs - from), second + from / each, each);
        }
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }

    /** In processes that have moved nothing before. The time in which they start does not count. */
    private void movingFirst() throws IOException {
        MoveSamples samples = new MoveSamples();
        for (int i = 0; i < moves; i++) {
            for (String name : List.copyOf(subjects.keySet())) {
                try (SubjectProcess fresh = start(name)) {
                    samples.add(fresh, JOBS);
                }
            }
        }
        compare("move the first due jobs of a new process", RATE, samples.rates);
    }

    private void moving(String what, int each, int warm) throws IOException {
        MoveSamples samples = new MoveSamples();
        for (int i = -warm; i < moves; i++) {
            samples = i == 0 ? new MoveSamples() : samples;
            for (SubjectProcess subject : subjects.values()) {
                samples.add(subject, each);
            }
        }
        compare("move due jobs, " + what, RATE, samples.rates);
        compare("move due jobs, " + what + ", by processor time", "jobs per CPU second", samples.costs);
        table.addAll("move due jobs, " + what + ", of Redis", "µs for each job", RowSample.of(samples.ofRedis));
    }

    /** What moves took, by the names of the subjects. */
    private final class MoveSamples {
        final Map<String, List<Double>> rates = new LinkedHashMap<>();
        final Map<String, List<Double>> costs = new LinkedHashMap<>();
        final Map<String, List<Double>> ofRedis = new LinkedHashMap<>();

        void add(SubjectProcess subject, int each) throws IOException {
            redis.call("FLUSHALL");
            fill(JOBS, now() - 2L * JOBS, each);
            double own = cpuOf(subject);
            double server = FootprintRows.processorTimeOf(redis);
            double rate = subject.numbers("move " + JOBS)[0];
            own = cpuOf(subject) - own;
            server = FootprintRows.processorTimeOf(redis) - server;
            checkMoved(subject);
            Benchmark.add(rates, subject.name, rate);
            Benchmark.add(costs, subject.name, JOBS / (own + server));
            Benchmark.add(ofRedis, subject.name, 1e6 * server / JOBS);
        }
    }

    private void compare(String what, String unit, Map<String, List<Double>> values) {
        Map<String, RowSample> samples = RowSample.of(values);
        table.addAll(what, unit, samples);
        ADAPTERS.forEach(adapter -> table.ratio(what, adapter, NODE, samples));
    }

    private void checkMoved(SubjectProcess subject) {
        long queued = redis.number("LLEN", PREFIX + "queue:q");
        long delayed = redis.number("ZCARD", PREFIX + "delayed_queue_schedule");
        if (queued != JOBS || delayed != 0) {
            throw new IllegalStateException(
                    subject.name + " moved " + queued + " of " + JOBS + " jobs, and left " + delayed + " seconds");
        }
    }

    /** The processor time of a subject, in seconds. */
    private static double cpuOf(SubjectProcess subject) {
        return ProcessHandle.of(subject.pid())
                        .flatMap(process -> process.info().totalCpuDuration())
                        .orElseThrow()
                        .toNanos()
                / 1e9;
    }

    private void lateness(SubjectProcess subject, String what, boolean sparse) throws IOException {
        redis.call("FLUSHALL");
        LatenessLoad load = new LatenessLoad(server.url(), quick ? 15 : 60, sparse);
        CommandLog log = new CommandLog(server.url(), load::heard);
        try {
            subject.tell("start");
            load.run();
            subject.tell("stop");
        } finally {
            log.close();
        }
        table.tell("lateness, ms, " + what + ": " + subject.name, load.summary());
    }

    /** The ceiling, without any JSON, shows how much of the cost is that of a script. */
    private void enqueue() throws IOException, InterruptedException {
        Map<String, SubjectProcess> measured = new LinkedHashMap<>();
        ADAPTERS.forEach(adapter -> measured.put(adapter, subjects.get(adapter)));
        String classes = System.getProperty("java.class.path");
        try (SubjectProcess ceiling =
                SubjectProcess.java("ceiling", server.url(), "256m", classes, CeilingSubject.class.getName())) {
            measured.put("ceiling", ceiling);
            long[] processes =
                    measured.values().stream().mapToLong(SubjectProcess::pid).toArray();
            System.out.println(Processors.separate(redis, processes));
            for (SubjectProcess subject : measured.values()) {
                enqueue(subject, quick ? 5_000 : 20_000);
            }
            Processors.share(redis, processes);
        }
    }

    private void enqueue(SubjectProcess subject, int jobs) throws IOException {
        List<Double> now = new ArrayList<>();
        List<Double> later = new ArrayList<>();
        List<Double> trips = new ArrayList<>();
        for (int i = -1; i < 2 * repetitions; i++) { // the first one warms
            redis.call("FLUSHALL");
            double plain = subject.numbers("enqueue " + jobs)[0];
            redis.call("FLUSHALL");
            long reads = info("stats", "total_reads_processed");
            double delayed = subject.numbers("enqueueAt " + jobs)[0];
            reads = info("stats", "total_reads_processed") - reads;
            if (i >= 0) {
                now.add(plain);
                later.add(delayed);
                trips.add(reads / (double) jobs);
            }
        }
        table.add("enqueueAt, 1 thread", subject.name, RATE, new RowSample(later));
        table.add(
                "enqueueAt ÷ enqueue, 1 thread",
                subject.name,
                ResultRow.TIMES,
                new RowSample(later).dividedBy(new RowSample(now)));
        table.add("round trips of an enqueueAt", subject.name, "per job", new RowSample(trips));
    }

    private long info(String section, String field) {
        return Long.parseLong(redis.text("INFO", section).replaceFirst("(?s).*\\b" + field + ":(\\d+).*", "$1"));
    }

    /** What a million jobs for later cost: memory, the looks of an idle scheduler, and moving other jobs. */
    private void waiting() throws IOException {
        for (int waiting : new int[] {0, MILLION}) {
            redis.call("FLUSHALL");
            long memory = info("memory", "used_memory");
            fill(waiting, now() + 3_600, 100);
            memory = info("memory", "used_memory") - memory;
            if (waiting > 0) {
                table.add(
                        "a million jobs, 100 a second", "memory of Redis", "MB", new RowSample(List.of(memory / 1e6)));
            }
            for (String adapter : ADAPTERS) {
                SubjectProcess subject = subjects.get(adapter);
                String with = ", with " + waiting + " jobs for later";
                List<Double> rates = new ArrayList<>();
                for (int i = 0; i < repetitions; i++) {
                    fill(JOBS, now() - 2L * JOBS, 100);
                    rates.add(subject.numbers("move " + JOBS)[0]);
                    redis.call("DEL", PREFIX + "queue:q");
                }
                table.add("move due jobs, 100 a second" + with, adapter, RATE, new RowSample(rates));
                subject.tell("start");
                pause(5);
                redis.call("CONFIG", "RESETSTAT");
                int seconds = quick ? 10 : 30;
                pause(seconds);
                String stats = redis.text("INFO", "commandstats");
                table.add(
                        "looks of an idle scheduler" + with,
                        adapter,
                        "µs of Redis a second",
                        new RowSample(List.of(micros(stats) / (double) seconds)));
                String[] jvm = subject.tell("sample").split(" ");
                table.tell("heap, RSS of a scheduler, MB" + with + ": " + adapter, mega(jvm[0]) + ", " + mega(jvm[1]));
                subject.tell("stop");
            }
        }
    }

    private static String mega(String kibi) {
        return String.format(Locale.ROOT, "%.1f", Long.parseLong(kibi) / 1024.0);
    }

    /** The time of all commands but those of this program. Commands of scripts are part of their script. */
    private static long micros(String stats) {
        long sum = 0;
        for (String line : stats.split("\r\n")) {
            if (line.matches("cmdstat_(evalsha|eval|zcount|zrangebyscore):.*")) {
                sum += Long.parseLong(line.replaceFirst(".*usec=(\\d+).*", "$1"));
            }
        }
        return sum;
    }

    private static void pause(int seconds) {
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
    }

    private void memory(String what, int each) throws IOException {
        redis.call("FLUSHALL");
        fill(each, now() + 3_600, each); // also what is there once: buffers, scripts
        subjects.get("jedis").tell("fill " + each + " " + each);
        redis.call("FLUSHALL");
        long before = info("memory", "used_memory");
        fill(JOBS, now() + 3_600, each);
        double theirs = (info("memory", "used_memory") - before) / (double) JOBS;
        redis.call("FLUSHALL");
        before = info("memory", "used_memory");
        subjects.get("jedis").tell("fill " + JOBS + " " + each);
        double ours = (info("memory", "used_memory") - before) / (double) JOBS;
        String load = "a delayed job, " + what;
        table.add(load, "ours", "bytes of Redis", new RowSample(List.of(ours)));
        table.add(load, "by Ruby's commands", "bytes of Redis", new RowSample(List.of(theirs)));
    }

    private void idle(int processes, boolean someWait) throws IOException {
        redis.call("FLUSHALL");
        if (someWait) {
            fill(1, now() + 36_000, 1);
        }
        List<SubjectProcess> all = new ArrayList<>();
        try (CommandLog log = new CommandLog(server.url(), line -> {})) {
            for (int i = 0; i < processes; i++) {
                SubjectProcess subject = ours("jedis", "32m");
                all.add(subject);
                subject.tell("start");
            }
            pause(quick ? 10 : 20);
            int seconds = quick ? 10 : 60;
            long before = log.ofClients();
            pause(seconds);
            double each = (log.ofClients() - before) / (double) seconds;
            table.add(
                    "idle schedulers, " + (someWait ? "one job in ten hours" : "no delayed job"),
                    processes + " processes",
                    "commands/s",
                    new RowSample(List.of(each)));
        } finally {
            all.forEach(SubjectProcess::close);
        }
    }

    @Override
    public void close() {
        subjects.values().forEach(SubjectProcess::close);
        redis.close();
        server.close();
    }
}
