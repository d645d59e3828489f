package io.resque.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All that shows results: the results as data and as a table, a chart for each message, and the marked places of pages.
 * A mark is {@code <!--=KEY-->text<!--/-->}: its key is the name of a chart, whose message it shows, or a load and a subject, whose median it shows.
 */
final class ResultPages {
    static final List<String> MARKED = List.of("README.md", "docs/performance.md");
    static final Path FOLDER = Path.of("docs/performance");
    static final Path DATA = FOLDER.resolve("results.json");
    private static final Pattern MARK = Pattern.compile("<!--=(.+?)-->(.*?)<!--/-->", Pattern.DOTALL);

    private ResultPages() {}

    /** Draws the recorded results again: {@code bin/benchmark draw}. */
    public static void main(String[] args) throws IOException {
        write(Path.of(""), ResultTable.read(DATA));
    }

    /** Writes these results and those of an earlier run that are not measured again. The data come first: they must not be lost. */
    static void record(ResultTable measured) throws IOException {
        ResultTable all = Files.exists(DATA) ? measured.onTopOf(ResultTable.read(DATA)) : measured;
        Files.createDirectories(FOLDER);
        Files.writeString(DATA, all.json());
        write(Path.of(""), all);
    }

    /** Names the recorded loads of earlier runs. */
    static void tellKept(ResultTable measured) throws IOException {
        Set<String> loads = new LinkedHashSet<>();
        for (ResultRow row : ResultTable.read(DATA).rows()) {
            if (measured.find(row.what(), row.subject()).isEmpty()) {
                loads.add(row.what());
            }
        }
        if (!loads.isEmpty()) {
            System.out.println("KEPT FROM AN EARLIER RUN: " + String.join("; ", loads));
        }
    }

    private static void write(Path root, ResultTable results) throws IOException {
        for (Map.Entry<Path, String> file : of(root, results).entrySet()) {
            Files.createDirectories(file.getKey().toAbsolutePath().getParent());
            Files.writeString(file.getKey(), file.getValue());
        }
    }

    /** The files and their texts. Reads the pages that have marks. */
    static Map<Path, String> of(Path root, ResultTable results) throws IOException {
        List<Plot> plots = Plots.of(results);
        Map<Path, String> files = new LinkedHashMap<>();
        files.put(root.resolve(DATA), results.json());
        files.put(root.resolve(FOLDER).resolve("results.md"), table(results));
        for (Plot plot : plots) {
            files.put(root.resolve(FOLDER).resolve(plot.name() + ".svg"), BarChart.svg(plot));
        }
        for (String page : MARKED) {
            Path file = root.resolve(page);
            files.put(file, filled(Files.readString(file), plots, results, page));
        }
        return files;
    }

    private static String filled(String page, List<Plot> plots, ResultTable results, String name) {
        Map<String, String> texts = new LinkedHashMap<>();
        results.rows().forEach(row -> texts.put(row.key(), row.said()));
        plots.forEach(plot -> texts.put(plot.name(), plot.message()));
        return MARK.matcher(page).replaceAll(mark -> {
            String text = texts.get(mark.group(1));
            if (text == null) {
                throw new IllegalStateException(name + " has the mark \"" + mark.group(1)
                        + "\", which is neither a chart nor \"load | subject\" of " + DATA);
            }
            return Matcher.quoteReplacement("<!--=" + mark.group(1) + "-->" + text + "<!--/-->");
        });
    }

    private static String table(ResultTable results) {
        StringBuilder table = new StringBuilder("""
                # Measured by bin/benchmark

                Medians (least–most). A ratio is the median of the ratios of each repetition, in which both were measured in turn.

                | Load | Subject | Result | Unit | Repetitions | When and where |
                |---|---|---|---|---|---|
                """);
        for (ResultRow row : results.rows()) {
            table.append("| ")
                    .append(String.join(
                            " | ",
                            row.what(),
                            row.subject(),
                            row.text(),
                            row.unit(),
                            String.valueOf(row.repetitions()),
                            row.run()))
                    .append(" |\n");
        }
        return table.toString();
    }
}
