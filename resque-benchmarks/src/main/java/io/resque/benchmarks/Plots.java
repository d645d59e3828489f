package io.resque.benchmarks;

import io.resque.benchmarks.Plot.Bar;
import io.resque.benchmarks.Plot.Group;
import io.resque.benchmarks.Plot.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The charts of docs/performance.md, and the messages that they show. */
final class Plots {
    private static final String RATE = "jobs per second, more is better";
    private static final String MILLIS = "milliseconds, less is better";
    private static final Set<String> PEERS =
            Set.of("jesque", "bullmq", "sidekiq", "node-resque", ProcessRows.RUBY_FORK);
    private static final List<String> DRAINING = List.of("jedis", "lettuce", "jesque", "ceiling");
    private static final List<String> WAKING = List.of("jedis", "lettuce", "bullmq", "sidekiq");
    private static final List<String> ENQUEUEING = List.of("jedis", "lettuce", "jesque");
    private static final List<String> MOVING = List.of("jedis", "lettuce", "node-resque");
    private static final Map<String, String> LABELS = Map.ofEntries(
            Map.entry("jedis", "ours, Jedis"),
            Map.entry("lettuce", "ours, Lettuce"),
            Map.entry("jesque", "Jesque"),
            Map.entry("bullmq", "BullMQ"),
            Map.entry("sidekiq", "Sidekiq"),
            Map.entry(ProcessRows.UNLIMITED, "ours, no limit"),
            Map.entry(ProcessRows.RECYCLED, "ours, 100 jobs a child"),
            Map.entry(ProcessRows.STRICT, "ours, 1 job a child"),
            Map.entry(ProcessRows.RUBY_FORK, "Ruby, fork per job"));

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
                        List.of(
                                group("1 thread", "drain, 1 thread", DRAINING),
                                group("16 threads", "drain, 16 threads", DRAINING),
                                group("64 threads", "drain, 64 threads", DRAINING)),
                        "The ceiling runs no job: one script does the writes of many."),
                new Plot(
                        "wake",
                        "An idle worker starts a job " + said("enqueue to perform, 1 idle worker", "jedis")
                                + " ms after it was enqueued.",
                        MILLIS,
                        List.of(
                                group("1 idle worker", "enqueue to perform, 1 idle worker", WAKING),
                                group("16 idle workers", "enqueue to perform, 16 idle workers", WAKING)),
                        "Not drawn: Jesque looks every half second, and one idle worker needs "
                                + said("enqueue to perform, 1 idle worker", "jesque") + " ms."),
                new Plot(
                        "enqueue",
                        "64 threads enqueue " + said("enqueue, 64 threads", "jedis ÷ jesque")
                                + " times as many jobs as by Jesque, one thread "
                                + said("enqueue, 1 thread", "jedis ÷ jesque") + " times as many.",
                        RATE,
                        List.of(
                                group("1 thread", "enqueue, 1 thread", ENQUEUEING),
                                group("8 threads", "enqueue, 8 threads", ENQUEUEING),
                                group("64 threads", "enqueue, 64 threads", ENQUEUEING)),
                        ""),
                new Plot(
                        "bulk",
                        "By hundreds, one thread enqueues " + said("enqueue by hundreds, handed over", "jedis ÷ jesque")
                                + " times as many jobs as by Jesque if it does not wait, "
                                + said("enqueue by hundreds", "jedis ÷ jesque") + " times if it waits.",
                        RATE,
                        List.of(
                                group("enqueueAll of a hundred", "enqueue by hundreds", ENQUEUEING),
                                group("enqueueAllAsync of a hundred", "enqueue by hundreds, handed over", ENQUEUEING),
                                group("enqueueAll of a stream", "enqueue a stream, Jesque by hundreds", ENQUEUEING)),
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
                        List.of(
                                group("10,000 jobs, all due in one second", "move due jobs, all in one second", MOVING),
                                group("10,000 jobs, 100 a second", "move due jobs, 100 a second", MOVING),
                                group("10,000 jobs, one a second", "move due jobs, one a second", MOVING),
                                group(
                                        "the first 10,000 of a new process",
                                        "move the first due jobs of a new process",
                                        MOVING)),
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
                List.of(group(
                        "2 workers, empty jobs",
                        what,
                        List.of(
                                ProcessRows.UNLIMITED,
                                ProcessRows.RECYCLED,
                                ProcessRows.STRICT,
                                ProcessRows.RUBY_FORK))),
                "Not drawn: in threads of the worker "
                        + said(what, ProcessRows.THREADS)
                        + ". Ruby is a stand-in with the commands of Resque 3.0 and no application in memory.");
    }

    private String said(String what, String subject) {
        return results.row(what, subject).said();
    }

    /** The subjects that were measured under a load. */
    private Group group(String title, String what, List<String> subjects) {
        return new Group(
                title,
                subjects.stream()
                        .map(subject -> results.find(what, subject))
                        .flatMap(Optional::stream)
                        .map(row ->
                                new Bar(LABELS.getOrDefault(row.subject(), row.subject()), kind(row.subject()), row))
                        .toList());
    }

    /** A group for each number between the two parts of the name of a load. */
    private List<Group> numbered(String before, String after) {
        Pattern name = Pattern.compile(Pattern.quote(before) + "(\\d+)" + Pattern.quote(after));
        TreeSet<Integer> numbers = new TreeSet<>();
        for (ResultRow row : results.rows()) {
            Matcher load = name.matcher(row.what());
            if (load.matches()) {
                numbers.add(Integer.valueOf(load.group(1)));
            }
        }
        return numbers.stream()
                .map(number -> group(
                        String.format(Locale.ROOT, "%,d%s", number, number == 1 ? after.replaceFirst("s$", "") : after),
                        before + number + after,
                        Benchmark.OURS))
                .toList();
    }

    private static Kind kind(String subject) {
        return subject.equals("ceiling") ? Kind.CEILING : PEERS.contains(subject) ? Kind.PEER : Kind.OURS;
    }
}
