package io.resque.benchmarks;

import io.resque.benchmarks.Plot.Bar;
import io.resque.benchmarks.Plot.Group;
import io.resque.benchmarks.Plot.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The charts of docs/performance.md, and the messages that they show. */
final class Plots {
    private static final String RATE = "jobs per second, more is better";
    private static final String MILLIS = "milliseconds, less is better";
    private static final Set<String> PEERS =
            Set.of("jesque", "bullmq", "sidekiq", "node-resque", ProcessRows.RUBY_FORK);
    private static final Map<String, String> LABELS = Map.of(
            "jedis",
            "ours, Jedis",
            "lettuce",
            "ours, Lettuce",
            "jesque",
            "Jesque",
            "bullmq",
            "BullMQ",
            "sidekiq",
            "Sidekiq",
            ProcessRows.RUBY_FORK,
            "Ruby, fork per job");

    private final ResultTable results;

    private Plots(ResultTable results) {
        this.results = results;
    }

    static List<Plot> of(ResultTable results) {
        return new Plots(results).all();
    }

    private List<Plot> all() {
        return List.of(
                new Plot(
                        "drain",
                        "64 threads run " + said("drain, 64 threads", "jedis ÷ jesque")
                                + " times as many jobs as Jesque's, 16 threads "
                                + said("drain, 16 threads", "jedis ÷ jesque") + " times as many.",
                        RATE,
                        groups(
                                Map.of(),
                                List.of("jedis", "lettuce", "jesque", "ceiling"),
                                "1 thread",
                                "drain, 1 thread",
                                "16 threads",
                                "drain, 16 threads",
                                "64 threads",
                                "drain, 64 threads"),
                        "The ceiling runs no job: one script does the writes of many."),
                new Plot(
                        "wake",
                        "An idle worker starts a job " + said("enqueue to perform, 1 idle worker", "jedis")
                                + " ms after it was enqueued.",
                        MILLIS,
                        groups(
                                Map.of(),
                                List.of("jedis", "lettuce", "bullmq", "sidekiq"),
                                "1 idle worker",
                                "enqueue to perform, 1 idle worker",
                                "16 idle workers",
                                "enqueue to perform, 16 idle workers"),
                        "Not drawn: Jesque looks every half second, and one idle worker needs "
                                + said("enqueue to perform, 1 idle worker", "jesque") + " ms."),
                new Plot(
                        "enqueue",
                        "64 threads enqueue " + said("enqueue, 64 threads", "jedis ÷ jesque")
                                + " times as many jobs as by Jesque, one thread "
                                + said("enqueue, 1 thread", "jedis ÷ jesque") + " times as many.",
                        RATE,
                        groups(
                                Map.of(),
                                List.of("jedis", "lettuce", "jesque"),
                                "1 thread",
                                "enqueue, 1 thread",
                                "8 threads",
                                "enqueue, 8 threads",
                                "64 threads",
                                "enqueue, 64 threads"),
                        ""),
                new Plot(
                        "bulk",
                        "By hundreds, one thread enqueues " + said("enqueue by hundreds, handed over", "jedis ÷ jesque")
                                + " times as many jobs as by Jesque if it does not wait, "
                                + said("enqueue by hundreds", "jedis ÷ jesque") + " times if it waits.",
                        RATE,
                        groups(
                                Map.of(),
                                List.of("jedis", "lettuce", "jesque"),
                                "enqueueAll of a hundred",
                                "enqueue by hundreds",
                                "enqueueAllAsync of a hundred",
                                "enqueue by hundreds, handed over",
                                "enqueueAll of a stream",
                                "enqueue a stream, Jesque by hundreds"),
                        "Jesque can only wait for each hundred."),
                processes(),
                new Plot(
                        "queues",
                        "With the jobs in the last of 1,000 queues, 16 threads run "
                                + said("drain, 16 threads, the jobs in the last of 1000 queues", "jedis")
                                + " jobs a second, with one queue "
                                + said("drain, 16 threads, the jobs in the last of 1 queues", "jedis") + ".",
                        RATE,
                        numbered("drain, 16 threads, the jobs in the last of ", " queues"),
                        "All other queues of the worker's list are empty."),
                new Plot(
                        "payloads",
                        "16 threads run " + said("drain, 16 threads, payloads of 1000 bytes", "jedis")
                                + " jobs of 1 KB a second, and "
                                + said("drain, 16 threads, payloads of 10000 bytes", "jedis") + " of 10 KB.",
                        RATE,
                        numbered("drain, 16 threads, payloads of ", " bytes"),
                        ""),
                new Plot(
                        "moving",
                        "The scheduler moves " + said("move due jobs, all in one second", "jedis ÷ node-resque")
                                + " times as many due jobs a second as node-resque's, one that is just started "
                                + said("move the first due jobs of a new process", "jedis ÷ node-resque") + " times.",
                        RATE,
                        groups(
                                Map.of(),
                                List.of("jedis", "lettuce", "node-resque"),
                                "10,000 jobs, all due in one second",
                                "move due jobs, all in one second",
                                "10,000 jobs, 100 a second",
                                "move due jobs, 100 a second",
                                "10,000 jobs, one a second",
                                "move due jobs, one a second",
                                "the first 10,000 of a new process",
                                "move the first due jobs of a new process"),
                        ""));
    }

    private Plot processes() {
        String what = ProcessRows.WHAT;
        return new Plot(
                "processes",
                "Two workers run " + said(what, ProcessRows.STRICT) + " jobs a second with a child JVM for each job, "
                        + said(what, ProcessRows.RECYCLED) + " with children of 100 jobs; Ruby's fork "
                        + said(what, ProcessRows.RUBY_FORK) + ".",
                RATE,
                groups(
                        Map.of(
                                ProcessRows.STRICT, "ours, 1 job a child",
                                ProcessRows.RECYCLED, "ours, 100 jobs a child",
                                ProcessRows.UNLIMITED, "ours, no limit"),
                        List.of(ProcessRows.UNLIMITED, ProcessRows.RECYCLED, ProcessRows.STRICT, ProcessRows.RUBY_FORK),
                        "2 workers, empty jobs",
                        what),
                "Not drawn: in threads of the worker "
                        + said(what, ProcessRows.THREADS)
                        + ". Ruby is a stand-in with the commands of Resque 3.0 and no application in memory.");
    }

    private String said(String what, String subject) {
        return results.row(what, subject).said();
    }

    /** Groups of the given titles and loads, each with the subjects that were measured. */
    private List<Group> groups(Map<String, String> labels, List<String> subjects, String... titlesAndLoads) {
        Map<String, String> loads = new LinkedHashMap<>();
        for (int i = 0; i < titlesAndLoads.length; i += 2) {
            loads.put(titlesAndLoads[i], titlesAndLoads[i + 1]);
        }
        List<Group> groups = new ArrayList<>();
        loads.forEach((title, what) -> {
            List<Bar> bars = subjects.stream()
                    .map(subject -> results.find(what, subject))
                    .flatMap(Optional::stream)
                    .map(row -> new Bar(label(labels, row.subject()), kind(row.subject()), row))
                    .toList();
            if (!bars.isEmpty()) {
                groups.add(new Group(title, bars));
            }
        });
        return groups;
    }

    /** A group for each number between the two parts of the name of a load. */
    private List<Group> numbered(String before, String after) {
        String[] titlesAndLoads = results.rows().stream()
                .map(ResultRow::what)
                .distinct()
                .filter(what -> what.startsWith(before) && what.endsWith(after))
                .flatMap(what -> {
                    int number = Integer.parseInt(what.substring(before.length(), what.length() - after.length()));
                    String unit = number == 1 ? after.replaceFirst("s$", "") : after;
                    return List.of(String.format(Locale.ROOT, "%,d%s", number, unit), what).stream();
                })
                .toArray(String[]::new);
        return groups(Map.of(), List.of("jedis", "lettuce"), titlesAndLoads);
    }

    private static String label(Map<String, String> labels, String subject) {
        return labels.getOrDefault(subject, LABELS.getOrDefault(subject, subject));
    }

    private static Kind kind(String subject) {
        return subject.equals("ceiling") ? Kind.CEILING : PEERS.contains(subject) ? Kind.PEER : Kind.OURS;
    }
}
