package io.resque.benchmarks;

import io.resque.benchmarks.Plot.Bar;
import io.resque.benchmarks.Plot.Group;
import io.resque.benchmarks.Plot.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Draws a {@link Plot} as SVG. Its text has at least twelve pixels where a phone shows the whole chart 342 pixels wide, and the
 * chart is not wider than {@link #WIDTH} on a large screen.
 */
final class BarChart {
    static final int WIDTH = 520;
    static final double TEXT = 18.5;
    private static final double TITLE = 21;

    /** The widest of the usual fonts needs so much of its size for a character of a figure or label, of a bold figure, and of a sentence. */
    private static final double CHARACTER = 0.6;

    private static final double BOLD = 0.68;
    private static final double SENTENCE = 0.56;
    private static final double BOLD_SENTENCE = 0.62;
    private static final int MARGIN = 16;
    private static final int GAP = 8;
    private static final int BAR = 19;
    private static final int PITCH = 29;
    private static final int LINE = 25;

    private final Plot plot;
    private final StringBuilder svg = new StringBuilder();
    private final double left;
    private final double perUnit;
    private final double step;
    private final double end;

    private BarChart(Plot plot) {
        this.plot = plot;
        double most =
                plot.bars().stream().mapToDouble(bar -> bar.row().most()).max().orElse(0);
        if (!(most > 0)) {
            throw new IllegalArgumentException("the chart " + plot.name() + " has no result above zero");
        }
        left = MARGIN
                + GAP
                + plot.bars().stream()
                        .mapToDouble(bar -> width(bar.label()))
                        .max()
                        .orElseThrow();
        double value = plot.bars().stream()
                .mapToDouble(bar -> width(FigureText.of(bar.row().median())) * BOLD / CHARACTER)
                .max()
                .orElseThrow();
        double room = WIDTH - MARGIN - value - GAP - left;
        perUnit = room / most;
        step = step(most, room);
        end = left + room;
    }

    static String svg(Plot plot) {
        return new BarChart(plot).draw();
    }

    private static double width(String text) {
        return text.length() * TEXT * CHARACTER;
    }

    /** The smallest round number whose labels do not touch each other; at most the largest one below the end of the axis. */
    private static double step(double most, double room) {
        double step = 0;
        for (double power = Math.pow(10, Math.floor(Math.log10(most)) - 1); ; power *= 10) {
            for (double digit : new double[] {1, 2, 5}) {
                double next = FigureText.rounded(digit * power, 1);
                if (next > most) {
                    return step;
                }
                step = next;
                if (step / most * room > width(FigureText.of(Math.floor(most / step) * step)) + 2 * GAP) {
                    return step;
                }
            }
        }
    }

    private String draw() {
        double top = MARGIN + TITLE;
        for (String line : lines(plot.message(), TITLE * BOLD_SENTENCE)) {
            add("<text class=\"title\" x=\"%d\" y=\"%.1f\">%s</text>", MARGIN, top, escaped(line));
            top += LINE + 2;
        }
        top -= LINE - GAP;
        for (Group group : plot.groups()) {
            top += GAP;
            if (!group.title().isEmpty()) {
                top += LINE + 6;
                add(
                        "<text class=\"group\" x=\"%d\" y=\"%.1f\">%s</text>",
                        MARGIN, top - GAP - 5, escaped(group.title()));
            }
            axis(top - 4, top + group.bars().size() * PITCH - PITCH + BAR + 4);
            for (Bar bar : group.bars()) {
                svg.append(bar(bar, top));
                top += PITCH;
            }
        }
        top += LINE - GAP;
        add("<text class=\"soft\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">0</text>", left, top);
        for (double at = step; at * perUnit + left <= end; at += step) {
            add(
                    "<text class=\"soft tick\" text-anchor=\"middle\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                    left + at * perUnit, top, FigureText.of(at));
        }
        top += LINE;
        add(
                "<text class=\"unit\" x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
                WIDTH - MARGIN, top, escaped(plot.unit()));
        top += GAP;
        String below = (plot.note().isEmpty() ? "" : plot.note() + " ") + plot.measured();
        for (String line : lines(below, TEXT * SENTENCE)) {
            top += LINE;
            add("<text class=\"soft\" x=\"%d\" y=\"%.1f\">%s</text>", MARGIN, top, escaped(line));
        }
        return head((int) Math.ceil(top + MARGIN)) + svg + "</svg>\n";
    }

    private String head(int height) {
        return text(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" role="img" aria-labelledby="t d">
                <title id="t">%3$s</title>
                <desc id="d">%4$s</desc>
                <style>text{font:%5$spx system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}.title{font-size:%6$spx}.title,.group,.value.strong{font-weight:bold}.spread,.ceiling,.zero{stroke-width:1.5}%7$s</style>
                <rect class="ground" x=".5" y=".5" width="%8$d" height="%9$d" rx="8"/>
                """,
                WIDTH,
                height,
                escaped(plot.message()),
                escaped(plot.words()),
                TEXT,
                TITLE,
                ChartColours.css(),
                WIDTH - 1,
                height - 1);
    }

    private void axis(double from, double to) {
        for (double at = step; at * perUnit + left <= end; at += step) {
            add("<path class=\"grid\" d=\"M%.1f %.1fV%.1f\"/>", left + at * perUnit, from, to);
        }
        add("<path class=\"zero\" d=\"M%.1f %.1fV%.1f\"/>", left, from, to);
    }

    private String bar(Bar bar, double top) {
        ResultRow row = bar.row();
        double middle = top + BAR / 2.0;
        double base = middle + TEXT * 0.35;
        double least = left + row.least() * perUnit;
        double most = left + row.most() * perUnit;
        boolean ours = bar.kind() == Kind.OURS;
        return text(
                """
                <g class="bar" data-what="%s" data-subject="%s">
                <text class="label" text-anchor="end" x="%.1f" y="%.1f">%s</text>
                <rect class="%s" x="%.1f" y="%.1f" width="%.2f" height="%d"/>
                <path class="spread" fill="none" d="M%.2f %.1fv10m0 -5H%.2fm0 -5v10"/>
                <text class="value%s" x="%.1f" y="%.1f">%s</text>
                </g>
                """,
                escaped(row.what()),
                escaped(row.subject()),
                left - GAP,
                base,
                escaped(bar.label()),
                bar.kind().name().toLowerCase(Locale.ROOT),
                left,
                top,
                row.median() * perUnit,
                BAR,
                least,
                middle - 5,
                most,
                ours ? " strong" : "",
                Math.max(most, left + row.median() * perUnit) + GAP,
                base,
                FigureText.of(row.median()));
    }

    private static List<String> lines(String text, double character) {
        int most = (int) ((WIDTH - 2 * MARGIN) / character);
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            if (line.length() > 0 && line.length() + 1 + word.length() > most) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() > 0 ? " " : "").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private void add(String format, Object... values) {
        svg.append(text(format, values)).append('\n');
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
