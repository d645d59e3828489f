package io.resque.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The rows of results. Prints each row when it is measured; writes all as Markdown and JSON. */
final class ResultTable {
    private record Row(String what, String ours, String other, String ratio) {}

    private final List<Row> rows = new ArrayList<>();

    void ratio(String what, RowSample ours, RowSample other, String unit) {
        RowSample ratio = ours.dividedBy(other);
        add(new Row(
                what,
                ours.text(unit),
                other.text(unit),
                String.format(Locale.ROOT, "%.1fx (%.1f–%.1f)", ratio.median(), ratio.least(), ratio.most())));
    }

    void alone(String what, String ours, String other) {
        add(new Row(what, ours, other, ""));
    }

    private void add(Row row) {
        rows.add(row);
        System.out.printf("%-58s %-26s %-26s %s%n", row.what, row.ours, row.other, row.ratio);
    }

    void write(Path folder, List<String> about) throws IOException {
        Files.createDirectories(folder);
        StringBuilder markdown = new StringBuilder("# Measured by bin/benchmark\n\n");
        about.forEach(line -> markdown.append(line).append('\n'));
        markdown.append("\n| | ours | other | ours ÷ other |\n|---|---|---|---|\n");
        StringBuilder json = new StringBuilder("[");
        for (Row row : rows) {
            markdown.append("| ")
                    .append(String.join(" | ", row.what, row.ours, row.other, row.ratio))
                    .append(" |\n");
            json.append(json.length() > 1 ? ",\n" : "\n")
                    .append(member("{", "what", row.what))
                    .append(member(",", "ours", row.ours))
                    .append(member(",", "other", row.other))
                    .append(member(",", "ratio", row.ratio))
                    .append('}');
        }
        Files.writeString(folder.resolve("results.md"), markdown);
        Files.writeString(folder.resolve("results.json"), json.append("\n]\n"));
    }

    private static String member(String before, String name, @Nullable String value) {
        return before + '"' + name + "\":\"" + value + '"';
    }
}
