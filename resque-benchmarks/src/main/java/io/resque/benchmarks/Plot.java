package io.resque.benchmarks;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A chart of bars with one message.
 *
 * @param name of its file
 * @param message a sentence
 * @param unit of the axis, and which end of it is better
 * @param groups without those that have no bar
 * @param note a sentence below the chart; empty for none
 */
record Plot(String name, String message, String unit, List<Group> groups, String note) {
    Plot {
        groups = groups.stream().filter(group -> !group.bars().isEmpty()).toList();
    }

    /** Bars that were measured under one load. */
    record Group(String title, List<Bar> bars) {}

    /** Whose bar it is. */
    enum Kind {
        OURS,
        PEER,
        CEILING
    }

    record Bar(String label, Kind kind, ResultRow row) {}

    List<Bar> bars() {
        return groups.stream().flatMap(group -> group.bars().stream()).toList();
    }

    /** How and where it was measured. */
    String measured() {
        TreeSet<Integer> repetitions =
                bars().stream().map(bar -> bar.row().repetitions()).collect(Collectors.toCollection(TreeSet::new));
        TreeSet<String> runs =
                bars().stream().map(bar -> bar.row().run()).collect(Collectors.toCollection(TreeSet::new));
        return "Bars: medians of " + repetitions.stream().map(String::valueOf).collect(Collectors.joining(" or "))
                + " runs; lines: least to most. " + String.join(". ", runs) + ".";
    }

    /** All of it in words, for a reader who does not see it. */
    String words() {
        return groups.stream()
                        .map(group -> group.title() + ": "
                                + group.bars().stream()
                                        .map(bar ->
                                                bar.label() + " " + bar.row().text())
                                        .collect(Collectors.joining(", ")))
                        .collect(Collectors.joining("; ", "In " + unit + ". ", ". "))
                + measured();
    }
}
