package io.resque.web.internal.pages;

import java.util.List;

/**
 * The history of a time.
 *
 * @param times links to other times
 * @param empty why there is nothing to see; empty if there is something
 * @param stalled a sentence for each queue from which no job is taken
 * @param runs run times by class
 */
record HistoryView(
        List<Link> times,
        String empty,
        List<String> stalled,
        List<Chart> charts,
        List<Mark> marks,
        List<Run> runs,
        String runsSince) {
    /**
     * A chart with its table.
     *
     * @param text what it shows, in a sentence
     * @param most the value of its upper side, with its unit
     * @param half the value in the middle
     * @param from the begin of the time
     * @param to the end of the time
     * @param marks where marks stand, from the left
     * @param rows the values of the table, each behind its time
     */
    record Chart(
            String title,
            String text,
            String most,
            String half,
            String from,
            String to,
            List<Line> lines,
            List<String> marks,
            List<List<String>> rows) {
        static final int WIDTH = 800;
        static final int HEIGHT = 160;
    }

    /**
     * One line of a chart.
     *
     * @param css the class that gives it its colour and its dashes
     * @param parts the texts of its polylines
     * @param last its last value
     */
    record Line(String name, String css, List<String> parts, String last) {}

    /** A mark of which the charts show the place. */
    record Mark(String at, String ago, String text) {}

    /**
     * The run times of a class.
     *
     * @param text what the bars show, in a sentence
     */
    record Run(String jobClass, long count, String mean, String half, String most, List<Bar> bars, String text) {}

    /** A bar of a histogram, in a box of 20 by 20. */
    record Bar(String x, String y, String height) {}
}
