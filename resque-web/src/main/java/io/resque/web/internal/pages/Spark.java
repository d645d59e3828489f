package io.resque.web.internal.pages;

import io.resque.core.HistoryPeriod;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A small curve of the last hour beside a number.
 *
 * @param lines the texts of its polylines
 * @param text what it shows, for people who do not see it
 */
record Spark(List<String> lines, String text) {
    static final int WIDTH = 100;
    static final int HEIGHT = 20;

    /** Steps that may lack a sample before the curve has a gap. */
    static final int GAP = 4;

    /** The length of a queue; empty if nothing was sampled. */
    static Optional<Spark> ofQueue(Visit visit, Optional<HistoryPeriod> hour, String queue) {
        return hour.map(period -> of(
                visit,
                period,
                all -> all.samples().stream()
                        .map(sample -> new Curve.Point(sample.at(), sample.length(queue)))
                        .toList(),
                "spark.queue"));
    }

    /** Jobs that ended in a second. */
    static Optional<Spark> ofThroughput(Visit visit, Optional<HistoryPeriod> hour) {
        return hour.map(period -> of(
                visit,
                period,
                all -> all.throughput().stream()
                        .map(each -> new Curve.Point(each.to(), each.perSecond()))
                        .toList(),
                "spark.throughput"));
    }

    private static Spark of(
            Visit visit, HistoryPeriod period, Function<HistoryPeriod, List<Curve.Point>> points, String key) {
        List<Curve.Point> all = points.apply(period);
        double most = all.stream().mapToDouble(Curve.Point::value).max().orElse(0);
        double least = all.stream().mapToDouble(Curve.Point::value).min().orElse(0);
        Curve curve = new Curve(
                WIDTH, HEIGHT, period.from(), period.to(), most, period.step().multipliedBy(GAP));
        return new Spark(curve.lines(all), visit.text(key, least, most));
    }
}
