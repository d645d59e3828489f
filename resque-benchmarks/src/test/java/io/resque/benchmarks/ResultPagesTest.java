package io.resque.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages, charts and figures are those of the recorded results. */
class ResultPagesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern MARK = Pattern.compile("<!--=(.+?)-->(.*?)<!--/-->");

    @Test
    void allFilesAreWhatTheRecordedResultsGive() throws IOException {
        Map<Path, String> files = ResultPages.of(ROOT, ResultTable.read(ROOT.resolve(ResultPages.DATA)));
        for (Map.Entry<Path, String> file : files.entrySet()) {
            assertThat(file.getKey())
                    .as("bin/benchmark draw writes it again")
                    .content()
                    .isEqualTo(file.getValue());
        }
    }

    /** In words of its own, so that a fault of the writer does not hide itself. */
    @Test
    void theFiguresOfTheReadmeAreThoseOfTheRecordedResults() throws IOException {
        ResultTable results = ResultTable.read(ROOT.resolve(ResultPages.DATA));
        List<MatchResult> marks = MARK.matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .toList();
        assertThat(marks)
                .extracting(mark -> mark.group(1))
                .contains("drain, 16 threads | jedis ÷ jesque", "drain, 64 threads | jedis ÷ jesque");
        for (MatchResult mark : marks) {
            String[] key = mark.group(1).split(" \\| ");
            double recorded = results.row(key[0], key[1]).median();
            assertThat(Double.parseDouble(mark.group(2))).as(mark.group(1)).isBetween(0.95 * recorded, 1.05 * recorded);
        }
    }

    /** A line of Markdown that begins with a comment is HTML up to its end. */
    @Test
    void noLineBeginsWithAMark() throws IOException {
        for (String page : ResultPages.MARKED) {
            assertThat(Files.readAllLines(ROOT.resolve(page)))
                    .noneMatch(line -> line.strip().startsWith("<!--"));
        }
    }

    @Test
    void eachChartIsOnThePageWithItsMessageAndNoOtherFileIsThere() throws IOException {
        String page = Files.readString(ROOT.resolve("docs/performance.md"));
        List<Plot> plots = Plots.of(ResultTable.read(ROOT.resolve(ResultPages.DATA)));
        for (Plot plot : plots) {
            assertThat(page).contains("](performance/" + plot.name() + ".svg)").contains(plot.message());
        }
        try (Stream<Path> files = Files.list(ROOT.resolve(ResultPages.FOLDER))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                    plots.stream().map(plot -> plot.name() + ".svg"),
                                    Stream.of("results.json", "results.md", "notes.md"))
                            .toList());
        }
    }

    @Test
    void aMarkWithoutAResultIsNamed(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("docs"));
        Files.writeString(folder.resolve("README.md"), "It takes <!--=sleep | jedis-->3<!--/--> ms.");
        Files.writeString(folder.resolve("docs/performance.md"), "");
        ResultTable results = ResultTable.read(ROOT.resolve(ResultPages.DATA));
        assertThatThrownBy(() -> ResultPages.of(folder, results))
                .hasMessageContaining("README.md")
                .hasMessageContaining("sleep | jedis");
    }

    @Test
    void rowsThatWereNotMeasuredAgainKeepTheirRun() throws IOException {
        ResultTable earlier = ResultTable.read(ROOT.resolve(ResultPages.DATA));
        ResultTable now = new ResultTable();
        now.run("today");
        now.add("drain, 16 threads", "jedis", "jobs/s", new RowSample(List.of(3.0, 1.0, 2.0)));
        ResultTable both = now.onTopOf(earlier);
        assertThat(both.row("drain, 16 threads", "jedis"))
                .isEqualTo(new ResultRow("drain, 16 threads", "jedis", "jobs/s", 2, 1, 3, 3, "today"));
        assertThat(both.row("drain, 64 threads", "jedis")).isEqualTo(earlier.row("drain, 64 threads", "jedis"));
        assertThat(both.rows()).hasSameSizeAs(earlier.rows());
    }

    /** A new row comes last in the file, after rows of an earlier run. */
    @Test
    void numberedLoadsAreInTheOrderOfTheirNumbers() throws IOException {
        ResultTable now = new ResultTable();
        now.run("2026-01-01");
        RowSample sample = new RowSample(List.of(3.0, 1.0, 2.0));
        now.add("drain, 16 threads, the jobs in the last of 17 queues", "jedis", "jobs/s", sample);
        now.add("drain, 16 threads, the jobs in the last of 18 paused queues", "jedis", "jobs/s", sample);
        Plot queues = Plots.of(now.onTopOf(ResultTable.read(ROOT.resolve(ResultPages.DATA)))).stream()
                .filter(plot -> plot.name().equals("queues"))
                .findFirst()
                .orElseThrow();
        assertThat(queues.groups())
                .extracting(Plot.Group::title)
                .containsSubsequence("1 queue", "10 queues", "17 queues", "1,000 queues")
                .noneMatch(title -> title.startsWith("18"));
    }
}
