package io.resque.web.internal.pages;

import io.resque.core.HistoryPeriod;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

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

    /** A table has many curves, each as wide as so many points. */
    private static final int MOST_POINTS = 60;

    /** The length of a queue; empty if nothing was sampled. */
    static Optional<Spark> ofQueue(Visit visit, Optional<HistoryPeriod> hour, String queue) {
        return hour.map(period -> of(
                visit,
                period,
                period.samples().stream()
                        .map(sample -> new Curve.Point(sample.at(), sample.length(queue)))
                        .toList(),
                "spark.queue"));
    }

    /** Jobs that ended in a second. */
    static Optional<Spark> ofThroughput(Visit visit, Optional<HistoryPeriod> hour) {
        return hour.map(period -> of(
                visit,
                period,
                period.throughput().stream()
                        .map(each -> new Curve.Point(each.to(), each.perSecond()))
                        .toList(),
                "spark.throughput"));
    }

    private static Spark of(Visit visit, HistoryPeriod period, List<Curve.Point> all, String key) {
        double most = all.stream().mapToDouble(Curve.Point::value).max().orElse(0);
        double least = all.stream().mapToDouble(Curve.Point::value).min().orElse(0);
        int together = (all.size() + MOST_POINTS - 1) / MOST_POINTS;
        Duration gap = period.step().multipliedBy(GAP + together);
        Curve curve = new Curve(WIDTH, HEIGHT, period.from(), period.to(), most, gap);
        return new Spark(curve.lines(highest(all, together)), visit.text(key, least, most));
    }

    /** Of each so many points the highest, so that no peak is missed. */
    private static List<Curve.Point> highest(List<Curve.Point> all, int together) {
        List<Curve.Point> highest = new ArrayList<>();
        for (int from = 0; from < all.size(); from += together) {
            highest.add(Collections.max(
                    all.subList(from, Math.min(all.size(), from + together)),
                    Comparator.comparingDouble(Curve.Point::value)));
        }
        return highest;
    }
}
