package io.resque.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures in turn a drain without a listener, with one that hears of no single job, and with one that hears of each. */
final class ListenerRows {
    private final Benchmark run;

    ListenerRows(Benchmark run) {
        this.run = run;
    }

    void measure() throws IOException {
        for (String name : Benchmark.OURS) {
            for (int threads : new int[] {1, 16}) {
                int jobs = run.jobs(threads == 1 ? 30_000 : 120_000);
                Map<String, List<Double>> rates = new LinkedHashMap<>();
                List<String> turns = new ArrayList<>(List.of("", " deaf", " listened"));
                for (int i = -2; i < run.repetitions; i++) { // the first two warm
                    Collections.rotate(turns, 1); // the first of a round may be at a disadvantage
                    for (String how : turns) {
                        run.fill(jobs);
                        double rate = run.subjects.get(name).numbers("drain " + threads + " " + jobs + how)[0];
                        if (i >= 0) {
                            Benchmark.add(rates, how, rate);
                        }
                        run.check(name, jobs);
                    }
                }
                Map<String, RowSample> samples = RowSample.of(rates);
                String what = "drain, " + threads + (threads == 1 ? " thread, " : " threads, ");
                RowSample none = samples.get("");
                run.table.add(what + "no listener", name, Benchmark.RATE, none);
                Map.of(" listened", "a listener of jobs", " deaf", "a listener of other events")
                        .forEach((how, which) -> {
                            run.table.add(what + which, name, Benchmark.RATE, samples.get(how));
                            run.table.add(
                                    what + which + " ÷ no listener",
                                    name,
                                    ResultRow.TIMES,
                                    samples.get(how).dividedBy(none));
                        });
            }
        }
    }
}
