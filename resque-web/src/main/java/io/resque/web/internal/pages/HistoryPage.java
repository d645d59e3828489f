package io.resque.web.internal.pages;

import io.resque.api.HistoryMark;
import io.resque.api.HistorySample;
import io.resque.api.RunTimes;
import io.resque.api.Throughput;
import io.resque.core.HistoryPeriod;
import io.resque.web.internal.http.WebResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Throughput, lengths of queues and run times of the last hour, eight hours or eight days. */
final class HistoryPage implements Page {
    static final String NAME = "history";

    /** The last hour among {@link #TIMES}. */
    static final String HOUR = "hour";

    static final String TIME = "time";

    /** By the value of the parameter, which is also the end of the key of its text. The first is the default. */
    static final Map<String, Duration> TIMES = times();

    private static final int MOST_QUEUES = 5;
    private static final int MOST_CLASSES = 50;
    private static final int MOST_STALLED = 20;
    private static final int MOST_ROWS = 60;

    /** A queue from which no job was taken for a shorter time is no trouble. */
    private static final Duration STALLED = Duration.ofMinutes(1);

    private static Map<String, Duration> times() {
        Map<String, Duration> times = new LinkedHashMap<>();
        times.put(HOUR, Duration.ofHours(1));
        times.put("hours", Duration.ofHours(8));
        times.put("days", Duration.ofDays(8));
        return times;
    }

    @Override
    public WebResponse show(Visit visit) {
        String chosen = visit.request.parameter(TIME).filter(TIMES::containsKey).orElse(HOUR);
        HistoryLook.Seen look = visit.instance.history.get(chosen).seen();
        HistoryPeriod seen = look.period();
        HistoryView view = new HistoryView(
                TIMES.keySet().stream()
                        .map(each -> new Link(
                                visit.text("history.time-" + each),
                                visit.link(Map.of(TIME, each)),
                                each.equals(chosen)))
                        .toList(),
                seen.samples().size() > 1 ? "" : visit.text("history.none"),
                stalled(visit, seen),
                seen.samples().size() > 1 ? charts(visit, seen) : List.of(),
                seen.marks().stream().map(mark -> mark(visit, mark, seen.to())).toList(),
                look.times().stream()
                        .limit(MOST_CLASSES)
                        .map(each -> run(visit, each))
                        .toList(),
                visit.text("history.runs-kept"));
        Frame frame = visit.frame(visit.text("nav.history"));
        return visit.page((output, none) -> JtehistoryGenerated.render(output, none, frame, view));
    }

    private static List<String> stalled(Visit visit, HistoryPeriod seen) {
        List<String> sentences = new ArrayList<>();
        for (String queue : seen.queues()) {
            Instant since = seen.stalledSince(queue).orElse(seen.to());
            if (sentences.size() < MOST_STALLED && since.isBefore(seen.to().minus(STALLED))) {
                String time = visit.texts.duration(Duration.between(since, seen.to()));
                sentences.add(visit.text("history.stalled", queue, time));
            }
        }
        return sentences;
    }

    private static HistoryView.Mark mark(Visit visit, HistoryMark mark, Instant now) {
        return new HistoryView.Mark(mark.at().toString(), visit.texts.ago(mark.at(), now), mark.text());
    }

    private static List<HistoryView.Chart> charts(Visit visit, HistoryPeriod seen) {
        List<HistoryView.Chart> charts = new ArrayList<>();
        charts.add(new Charting(visit, seen, "throughput")
                .add(visit.text("history.processed"), throughput(seen, Throughput::perSecond))
                .add(visit.text("history.failed"), throughput(seen, HistoryPage::failedPerSecond))
                .chart());
        Charting lengths = new Charting(visit, seen, "lengths");
        longest(seen).stream()
                .limit(MOST_QUEUES)
                .forEach(queue -> lengths.add(queue, values(seen, sample -> sample.length(queue))));
        charts.add(lengths.chart());
        charts.add(new Charting(visit, seen, "workers")
                .add(visit.text("figure.workers"), values(seen, HistorySample::workers))
                .add(visit.text("figure.working"), values(seen, HistorySample::working))
                .chart());
        charts.add(new Charting(visit, seen, "failures")
                .add(visit.text("figure.failures"), values(seen, HistorySample::failures))
                .chart());
        charts.add(new Charting(visit, seen, "late")
                .add(visit.text("history.late"), values(seen, HistorySample::late))
                .chart());
        return charts;
    }

    private static double failedPerSecond(Throughput each) {
        return each.failed()
                * 1e3
                / Math.max(1, Duration.between(each.from(), each.to()).toMillis());
    }

    /** The queues, those first that were longest at any time. */
    static List<String> longest(HistoryPeriod seen) {
        Map<String, Long> lengths = new TreeMap<>();
        seen.samples()
                .forEach(sample ->
                        sample.queues().forEach((queue, state) -> lengths.merge(queue, state.length(), Math::max)));
        return lengths.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(Map.Entry::getKey)
                .toList();
    }

    private static List<Curve.Point> throughput(HistoryPeriod seen, ToDoubleFunction<Throughput> value) {
        return seen.throughput().stream()
                .map(each -> new Curve.Point(each.to(), value.applyAsDouble(each)))
                .toList();
    }

    private static List<Curve.Point> values(HistoryPeriod seen, Function<HistorySample, Long> value) {
        return seen.samples().stream()
                .map(sample -> new Curve.Point(sample.at(), value.apply(sample)))
                .toList();
    }

    /** Gathers the lines of one chart, which share its scale. */
    private static final class Charting {
        private final Visit visit;
        private final HistoryPeriod seen;
        private final String key;
        private final Map<String, List<Curve.Point>> lines = new LinkedHashMap<>();

        Charting(Visit visit, HistoryPeriod seen, String key) {
            this.visit = visit;
            this.seen = seen;
            this.key = key;
        }

        Charting add(String name, List<Curve.Point> points) {
            lines.put(name, points);
            return this;
        }

        private String value(double value) {
            return visit.text("history.value-" + key, value);
        }

        HistoryView.Chart chart() {
            double most = Curve.round(lines.values().stream()
                    .flatMap(List::stream)
                    .mapToDouble(Curve.Point::value)
                    .max()
                    .orElse(0));
            Curve curve = new Curve(
                    HistoryView.Chart.WIDTH,
                    HistoryView.Chart.HEIGHT,
                    seen.from(),
                    seen.to(),
                    most,
                    seen.step().multipliedBy(Spark.GAP));
            List<HistoryView.Line> drawn = new ArrayList<>();
            lines.forEach((name, points) -> drawn.add(new HistoryView.Line(
                    name,
                    "series" + drawn.size(),
                    curve.lines(points),
                    points.isEmpty() ? "" : value(points.get(points.size() - 1).value()))));
            return new HistoryView.Chart(
                    visit.text("history." + key),
                    visit.text("history.shows", String.join(", ", lines.keySet()), value(most)),
                    value(most),
                    value(most / 2),
                    time(seen.from()),
                    time(seen.to()),
                    drawn,
                    seen.marks().stream()
                            .map(mark -> Curve.number(curve.x(mark.at())))
                            .toList(),
                    rows());
        }

        private static String time(Instant at) {
            return at.truncatedTo(ChronoUnit.SECONDS).toString();
        }

        /** At most so many rows, at even distances up to the last one. */
        private List<List<String>> rows() {
            List<List<Curve.Point>> all = List.copyOf(lines.values());
            List<List<String>> rows = new ArrayList<>();
            int count = all.isEmpty() ? 0 : all.get(0).size();
            int step = count / MOST_ROWS + 1;
            for (int i = count - 1; i >= 0; i -= step) {
                List<String> row =
                        new ArrayList<>(List.of(time(all.get(0).get(i).at())));
                for (List<Curve.Point> points : all) {
                    row.add(value(points.get(i).value()));
                }
                rows.add(row);
            }
            return rows;
        }
    }

    private static HistoryView.Run run(Visit visit, RunTimes times) {
        long most = times.buckets().stream().mapToLong(Long::longValue).max().orElse(0);
        List<HistoryView.Bar> bars = new ArrayList<>();
        for (int i = 0; i < RunTimes.BUCKETS; i++) {
            double height = most == 0 ? 0 : 20.0 * times.buckets().get(i) / most;
            bars.add(new HistoryView.Bar(Integer.toString(i), Curve.number(20 - height), Curve.number(height)));
        }
        return new HistoryView.Run(
                times.jobClass().isEmpty() ? visit.text("history.others") : times.jobClass(),
                times.count(),
                time(visit, times.mean()),
                time(visit, times.within(0.5)),
                time(visit, times.within(0.95)),
                bars,
                visit.text("history.bars", time(visit, times.within(0.5)), time(visit, times.within(0.95))));
    }

    private static String time(Visit visit, Duration time) {
        return time.toSeconds() < 10 ? visit.text("history.millis", time.toMillis()) : visit.texts.duration(time);
    }
}
