package io.resque.benchmarks;

import io.resque.tck.RespClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Measures what a process costs that has nothing to do: commands, memory, and pushes that it waits for. */
final class FootprintRows {
    private static final int PUSHES = 50;

    private final Benchmark run;

    FootprintRows(Benchmark run) {
        this.run = run;
    }

    void measure() throws IOException {
        idle();
        rss();
        if (!run.quick) {
            herd();
        }
    }

    /** Measures what one push costs Redis while a hundred processes wait for jobs. */
    private void herd() throws IOException {
        run.redis.call("FLUSHALL");
        try (SubjectProcess crowd = run.processes.open("jedis", Benchmark.HEAP)) {
            crowd.tell("herd 100");
            List<Double> costs = new ArrayList<>();
            for (int i = -1; i < run.repetitions; i++) {
                double idle = processorTime(() -> {});
                double busy = processorTime(() -> crowd.tell("enqueue 1 1"));
                if (i >= 0) {
                    costs.add(1_000 * (busy - idle) / PUSHES);
                }
            }
            run.table.add("a push where 100 processes are idle", "jedis", "ms of Redis", new RowSample(costs));
        }
    }

    private interface Push {
        void run() throws IOException;
    }

    /** The processor time of Redis, in seconds, while a push is repeated many times. */
    private double processorTime(Push push) throws IOException {
        double before = processorTimeOf(run.redis);
        for (int i = 0; i < PUSHES; i++) {
            push.run();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return processorTimeOf(run.redis) - before;
    }

    /** The processor time that Redis has used, in seconds. */
    static double processorTimeOf(RespClient redis) {
        double seconds = 0;
        for (String line : redis.text("INFO", "cpu").split("\r\n")) {
            if (line.matches("used_cpu_(sys|user):.*")) {
                seconds += Double.parseDouble(line.replaceFirst(".*:", ""));
            }
        }
        return seconds;
    }

    private void idle() throws IOException {
        int seconds = run.quick ? 4 : 60;
        for (SubjectProcess subject : run.subjects.values()) {
            if (!subject.name.equals("ceiling")) {
                run.redis.call("FLUSHALL");
                subject.tell("idle 16 10");
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(3));
                long before = commands(subject.name);
                long start = System.nanoTime();
                LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(seconds));
                double rate = (commands(subject.name) - before) / ((System.nanoTime() - start) / 1e9);
                run.table.add(
                        "idle, 16 workers on 10 queues", subject.name, "commands/s", new RowSample(List.of(rate)));
                subject.tell("stop");
            }
        }
    }

    /** The number of commands that clients have sent, without the commands that scripts call. */
    private long commands(String subject) {
        if (subject.equals("jesque")) {
            return run.info("stats", "total_commands_processed");
        }
        long calls = 0;
        for (String line : run.redis.text("INFO", "commandstats").split("\r\n")) {
            if (line.matches("cmdstat_(eval|evalsha|blmove):.*")) {
                calls += Long.parseLong(line.replaceFirst("\\w+:calls=(\\d+).*", "$1"));
            }
        }
        return calls;
    }

    private void rss() throws IOException {
        Map<String, List<Double>> sizes = new LinkedHashMap<>();
        for (int i = 0; i < run.repetitions; i++) {
            for (String name : run.subjects.keySet()) {
                if (!name.equals("ceiling")) {
                    try (SubjectProcess small = run.processes.open(name, "64m")) {
                        int jobs = run.jobs(20_000);
                        run.fill(jobs);
                        small.tell("drain 16 " + jobs);
                        Benchmark.add(sizes, name, small.numbers("rss")[0] / 1024);
                    }
                }
            }
        }
        String what = "memory after a drain, 16 workers, -Xmx64m";
        Map<String, RowSample> samples = RowSample.of(sizes);
        run.table.addAll(what, "MB", samples);
        for (String name : Benchmark.OURS) {
            run.table.ratio(what, name, "jesque", samples);
        }
    }
}
