package io.resque.web.internal.pages;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Points as the texts of SVG polylines, in a box whose left lower corner is the begin of a time and zero. The page stretches the box.
 *
 * @param width of the box
 * @param height of the box
 * @param from the instant of the left side
 * @param to the instant of the right side
 * @param most the value of the upper side
 * @param gap a line is not drawn over a longer time without a point
 */
record Curve(int width, int height, Instant from, Instant to, double most, Duration gap) {
    /** A value at an instant. */
    record Point(Instant at, double value) {}

    double x(Instant at) {
        double whole = Math.max(1, Duration.between(from, to).toMillis());
        return Math.min(1, Math.max(0, Duration.between(from, at).toMillis() / whole)) * width;
    }

    /** One text for each part that has no gap. */
    List<String> lines(List<Point> points) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        Instant before = null;
        for (Point point : points) {
            if (before != null && Duration.between(before, point.at).compareTo(gap) > 0) {
                lines.add(line.toString());
                line.setLength(0);
            }
            before = point.at;
            double y = height - Math.min(1, Math.max(0, point.value / Math.max(most, 1e-9))) * height;
            line.append(line.isEmpty() ? "" : " ")
                    .append(number(x(point.at)))
                    .append(',')
                    .append(number(y));
        }
        if (!line.isEmpty()) {
            lines.add(line.toString());
        }
        return lines;
    }

    /** In the form of SVG, whatever the language of the page; not negative. A page has many thousands. */
    static String number(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    /** The smallest of 1, 2, 5, 10, 20, 50 … that is not less than a value. */
    static double round(double value) {
        double unit = 1;
        while (unit * 10 < value) {
            unit *= 10;
        }
        return value <= unit ? unit : value <= 2 * unit ? 2 * unit : value <= 5 * unit ? 5 * unit : 10 * unit;
    }
}
