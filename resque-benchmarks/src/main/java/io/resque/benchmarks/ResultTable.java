package io.resque.benchmarks;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.reflect.TypeToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;

/** Results as data, one row for each subject of a load. Prints each row when it is measured. */
final class ResultTable {
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** So many digits of a figure are kept. */
    private static final int DIGITS = 5;

    private final Map<String, ResultRow> rows = new LinkedHashMap<>();
    private String run = "";

    /** When and where the next rows are measured. */
    void run(String run) {
        this.run = run;
    }

    /** Adds a row, or replaces the one of the same load and subject. */
    void add(String what, String subject, String unit, RowSample sample) {
        ResultRow row = new ResultRow(
                what,
                subject,
                unit,
                FigureText.rounded(sample.median(), DIGITS),
                FigureText.rounded(sample.least(), DIGITS),
                FigureText.rounded(sample.most(), DIGITS),
                sample.values().size(),
                run);
        rows.put(row.key(), row);
        System.out.printf("%-58s %-30s %-28s %s%n", what, subject, row.text(), unit);
    }

    void addAll(String what, String unit, Map<String, RowSample> samples) {
        samples.forEach((subject, sample) -> add(what, subject, unit, sample));
    }

    /** Adds how many times the other's result a subject's result is, by the repetitions in which both were measured. */
    void ratio(String what, String subject, String peer, Map<String, RowSample> samples) {
        RowSample ours = samples.get(subject);
        RowSample theirs = samples.get(peer);
        if (ours != null && theirs != null) {
            add(what, ResultRow.ratioOf(subject, peer), ResultRow.TIMES, ours.dividedBy(theirs));
        }
    }

    /** Prints what is no row: a text of its own, or why a row is left out. */
    void tell(String what, String text) {
        System.out.printf("%-58s %s%n", what, text);
    }

    Collection<ResultRow> rows() {
        return List.copyOf(rows.values());
    }

    Optional<ResultRow> find(String what, String subject) {
        return Optional.ofNullable(rows.get(ResultRow.key(what, subject)));
    }

    ResultRow row(String what, String subject) {
        return find(what, subject)
                .orElseThrow(() -> new NoSuchElementException("there is no result \"" + ResultRow.key(what, subject)
                        + "\"; bin/benchmark --write measures all that the pages need"));
    }

    static ResultTable read(Path file) throws IOException {
        ResultTable table = new ResultTable();
        List<ResultRow> all = GSON.fromJson(Files.readString(file), new TypeToken<List<ResultRow>>() {}.getType());
        all.forEach(row -> table.rows.put(row.key(), row));
        return table;
    }

    /** These rows, and those of an earlier run that are not measured again. */
    ResultTable onTopOf(ResultTable earlier) {
        ResultTable both = new ResultTable();
        both.rows.putAll(earlier.rows);
        both.rows.putAll(rows);
        return both;
    }

    String json() {
        return rows.values().stream().map(GSON::toJson).collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    }
}
