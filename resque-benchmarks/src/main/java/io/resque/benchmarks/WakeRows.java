package io.resque.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Measures how soon an idle worker starts a job. */
final class WakeRows {
    private final Benchmark run;

    WakeRows(Benchmark run) {
        this.run = run;
    }

    void measure() throws IOException {
        List<SubjectProcess> peers = new ArrayList<>(run.subjects.values());
        peers.removeIf(subject -> subject.name.equals("ceiling"));
        for (String name : List.of("bullmq", "sidekiq")) {
            SubjectProcess peer = run.processes.open(name, Benchmark.HEAP);
            if (peer == null) {
                run.table.tell("enqueue to perform: " + name, "LEFT OUT: it is not installed; bin/benchmark says how");
            } else {
                peers.add(peer);
            }
        }
        for (int workers : run.quick ? new int[] {1} : new int[] {1, 16}) {
            Map<String, List<Double>> medians = new LinkedHashMap<>();
            Map<String, List<Double>> slow = new LinkedHashMap<>();
            for (int i = 0; i < run.repetitions; i++) {
                for (SubjectProcess subject : peers) {
                    run.redis.call("FLUSHALL");
                    int jobs = subject.name.equals("jesque") ? run.jobs(8) : run.quick ? 150 : 1_000;
                    double[] millis = subject.numbers("wake " + jobs + " " + workers);
                    Benchmark.add(medians, subject.name, millis[0]);
                    Benchmark.add(slow, subject.name, millis[1]);
                }
            }
            String what = "enqueue to perform, " + workers + (workers == 1 ? " idle worker" : " idle workers");
            run.table.addAll(what, "ms", RowSample.of(medians));
            run.table.addAll(what + ", 99 of 100", "ms", RowSample.of(slow));
        }
        peers.stream().filter(peer -> !run.subjects.containsKey(peer.name)).forEach(SubjectProcess::close);
    }
}
