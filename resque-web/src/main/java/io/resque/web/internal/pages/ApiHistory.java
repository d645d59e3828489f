package io.resque.web.internal.pages;

import io.resque.api.HistoryMark;
import io.resque.api.HistorySample;
import io.resque.api.RunTimes;
import io.resque.api.Throughput;
import io.resque.core.HistoryPeriod;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the API tells of earlier times. */
final class ApiHistory {
    private ApiHistory() {}

    /** At most 400 samples, since a period has no more. */
    static Map<String, @Nullable Object> samples(Visit visit) {
        HistoryPeriod seen = seen(visit).period();
        Map<String, @Nullable Object> tree = period(seen);
        tree.put("samples", seen.samples().stream().map(ApiHistory::sample).toList());
        tree.put(
                "throughput",
                seen.throughput().stream().map(ApiHistory::throughput).toList());
        return tree;
    }

    /** The queues that were longest at any time first, each with its length in each sample. */
    static Map<String, @Nullable Object> queues(Visit visit) {
        HistoryPeriod seen = seen(visit).period();
        String find = visit.request.parameter(QueuesPage.FIND).orElse("");
        List<String> names = HistoryPage.longest(seen).stream()
                .filter(name -> QueuesPage.holds(name, find))
                .toList();
        Map<String, @Nullable Object> tree = period(seen);
        tree.put(
                "at",
                seen.samples().stream().map(sample -> sample.at().toString()).toList());
        tree.putAll(Api.part(visit, "queues", names, Visit.PAGE, (same, name) -> queue(seen, name)));
        return tree;
    }

    static Map<String, @Nullable Object> marks(Visit visit) {
        HistoryPeriod seen = seen(visit).period();
        Map<String, @Nullable Object> tree = period(seen);
        int older = Math.max(0, seen.marks().size() - ApiJson.MOST);
        tree.put(
                "marks", seen.marks().stream().skip(older).map(ApiHistory::mark).toList());
        return tree;
    }

    static Map<String, @Nullable Object> runTimes(Visit visit) {
        HistoryLook.Seen seen = seen(visit);
        Map<String, @Nullable Object> tree = period(seen.period());
        tree.put("bounds_ms", RunTimes.BOUNDS.stream().map(Duration::toMillis).toList());
        tree.putAll(Api.part(visit, "classes", seen.times(), Visit.PAGE, (same, times) -> runTimes(times)));
        return tree;
    }

    private static HistoryLook.Seen seen(Visit visit) {
        String time = visit.request.parameter(HistoryPage.TIME).orElse(HistoryPage.HOUR);
        HistoryLook look = visit.instance.history.get(time);
        if (look == null) {
            throw new IllegalArgumentException(
                    "time must be one of " + HistoryPage.TIMES.keySet() + ", and is \"" + time + "\"");
        }
        return look.seen();
    }

    private static Map<String, @Nullable Object> period(HistoryPeriod seen) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("from", seen.from().toString());
        tree.put("to", seen.to().toString());
        tree.put("step_seconds", seen.step().toSeconds());
        return tree;
    }

    private static Map<String, @Nullable Object> sample(HistorySample sample) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("at", sample.at().toString());
        tree.put("processed", sample.processed());
        tree.put("failed", sample.failed());
        tree.put("failures", sample.failures());
        tree.put("workers", sample.workers());
        tree.put("working", sample.working());
        tree.put("late_seconds", sample.late());
        return tree;
    }

    private static Map<String, @Nullable Object> throughput(Throughput throughput) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("from", throughput.from().toString());
        tree.put("to", throughput.to().toString());
        tree.put("processed", throughput.processed());
        tree.put("failed", throughput.failed());
        tree.put("reset", throughput.reset());
        return tree;
    }

    private static Map<String, @Nullable Object> queue(HistoryPeriod seen, String name) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("name", name);
        tree.put(
                "lengths",
                seen.samples().stream().map(sample -> sample.length(name)).toList());
        tree.put("stalled_since", ApiTrees.text(seen.stalledSince(name)));
        return tree;
    }

    private static Map<String, @Nullable Object> mark(HistoryMark mark) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("at", mark.at().toString());
        tree.put("text", mark.text());
        return tree;
    }

    private static Map<String, @Nullable Object> runTimes(RunTimes times) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("class", times.jobClass());
        tree.put("count", times.count());
        tree.put("total_ms", times.total().toMillis());
        tree.put("median_ms", times.within(0.5).toMillis());
        tree.put("within_95_percent_ms", times.within(0.95).toMillis());
        tree.put("buckets", times.buckets());
        return tree;
    }
}
