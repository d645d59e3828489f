package io.resque.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures empty jobs in threads, in child JVMs and in Ruby's forks, in turn. */
final class ProcessRows {
    static final String WHAT = "jobs in processes, 2 workers";
    static final String THREADS = "threads of the worker";
    static final String UNLIMITED = "children without a limit";
    static final String RECYCLED = "children of 100 jobs each";
    static final String STRICT = "a child for each job";
    static final String RUBY_FORK = "Ruby, fork per job, same commands as Resque 3.0";
    private static final int WORKERS = 2;

    /** What a subject is told, and for how many jobs. */
    private record Turn(SubjectProcess subject, String order, int jobs) {}

    private final Benchmark run;

    ProcessRows(Benchmark run) {
        this.run = run;
    }

    void measure() throws IOException {
        try (SubjectProcess ours = run.processes.openPacked("jedis", Benchmark.HEAP);
                SubjectProcess ruby = run.processes.open("ruby", Benchmark.HEAP)) {
            Map<String, Turn> turns = new LinkedHashMap<>();
            turns.put(THREADS, new Turn(ours, "drain", run.jobs(40_000)));
            turns.put(UNLIMITED, new Turn(ours, "children 1000000", run.jobs(10_000)));
            turns.put(RECYCLED, new Turn(ours, "children 100", run.jobs(1_000)));
            turns.put(STRICT, new Turn(ours, "children 1", run.jobs(40)));
            if (ruby == null) {
                run.table.tell(
                        WHAT, "LEFT OUT: Ruby's fork. It needs ruby and its library redis: apt-get install ruby-redis");
            } else {
                turns.put(RUBY_FORK, new Turn(ruby, "drain", run.jobs(600)));
            }
            measure(turns);
        }
    }

    private void measure(Map<String, Turn> turns) throws IOException {
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        for (int i = -1; i < run.repetitions; i++) { // the first one warms, and makes the archive of classes
            for (Map.Entry<String, Turn> each : turns.entrySet()) {
                Turn turn = each.getValue();
                run.fill(turn.jobs);
                double rate = turn.subject.numbers(turn.order + " " + WORKERS + " " + turn.jobs)[0];
                run.check(each.getKey(), turn.jobs);
                if (i >= 0) {
                    rates.computeIfAbsent(each.getKey(), name -> new ArrayList<>())
                            .add(rate);
                }
            }
        }
        Map<String, RowSample> samples = RowSample.of(rates);
        run.table.addAll(WHAT, Benchmark.RATE, samples);
        run.table.ratio(WHAT, RECYCLED, RUBY_FORK, samples);
        run.table.ratio(WHAT, STRICT, RUBY_FORK, samples);
    }
}
