package io.resque.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.resque.benchmarks.Plot.Bar;
import io.resque.benchmarks.Plot.Group;
import io.resque.benchmarks.Plot.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Reads the recorded charts as a reader does: by their lengths, texts and colours. */
class ChartTest {
    private static final Path ROOT = Path.of("..");

    /** The width of a picture on a phone of 390 pixels, in the narrower of our two surroundings. */
    private static final double PHONE = 342;

    private static ResultTable results() throws IOException {
        return ResultTable.read(ROOT.resolve(ResultPages.DATA));
    }

    @TestFactory
    Stream<DynamicTest> chartsShowTheResults() throws IOException {
        ResultTable results = results();
        return Plots.of(results).stream()
                .map(plot -> DynamicTest.dynamicTest(plot.name(), () -> {
                    Path file = ROOT.resolve(ResultPages.FOLDER).resolve(plot.name() + ".svg");
                    check(parsed(Files.readString(file)), plot, results);
                }));
    }

    private static Document parsed(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
    }

    private static List<Element> all(Document svg, String name, String cssClass) {
        NodeList found = svg.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .filter(element ->
                        List.of(element.getAttribute("class").split(" ")).contains(cssClass))
                .toList();
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static Element in(Element group, String name, String cssClass) {
        NodeList found = group.getElementsByTagName(name);
        return IntStream.range(0, found.getLength())
                .mapToObj(i -> (Element) found.item(i))
                .filter(element -> element.getAttribute("class").startsWith(cssClass))
                .findFirst()
                .orElseThrow();
    }

    private static void check(Document svg, Plot plot, ResultTable results) {
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo(plot.message())
                .endsWith(".");
        assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).contains(plot.unit(), "least to most");
        assertThat(all(svg, "text", "unit"))
                .singleElement()
                .satisfies(unit -> assertThat(unit.getTextContent())
                        .isEqualTo(plot.unit())
                        .matches("(jobs per second, more|milliseconds, less) is better"));

        List<Element> ticks = all(svg, "text", "tick");
        double zero = number(in(svg.getDocumentElement(), "path", "zero"), "d", "M([\\d.]+) ");
        double perUnit = (number(ticks.get(0), "x") - zero) / figure(ticks.get(0));
        for (Element tick : ticks) {
            assertThat(number(tick, "x")).isCloseTo(zero + figure(tick) * perUnit, within(0.2));
        }
        List<Element> bars = all(svg, "g", "bar");
        assertThat(bars).hasSize(plot.bars().size()).isNotEmpty();
        for (Element bar : bars) {
            ResultRow row = results.row(bar.getAttribute("data-what"), bar.getAttribute("data-subject"));
            double close = 0.003 * row.most() + 0.3 / perUnit;
            Element rect = (Element) bar.getElementsByTagName("rect").item(0);
            assertThat(number(rect, "x")).isCloseTo(zero, within(0.1));
            assertThat(number(rect, "width") / perUnit).isCloseTo(row.median(), within(close));
            assertThat(figure(in(bar, "text", "value"))).isCloseTo(row.median(), within(0.006 * row.median()));
            Element spread = in(bar, "path", "spread");
            assertThat((number(spread, "d", "M([\\d.]+) ") - zero) / perUnit).isCloseTo(row.least(), within(close));
            assertThat((number(spread, "d", "H([\\d.]+)m") - zero) / perUnit).isCloseTo(row.most(), within(close));
            assertThat(row.repetitions()).as("spread of %s", row.key()).isGreaterThan(1);
            assertThat(row.run()).matches("\\d{4}-\\d\\d-\\d\\d, Java \\d.*, Redis \\d.*, \\d+ processors");
        }
    }

    private static double number(Element element, String attribute, String pattern) {
        MatchResult found = Pattern.compile(pattern)
                .matcher(element.getAttribute(attribute))
                .results()
                .findFirst()
                .orElseThrow();
        return Double.parseDouble(found.group(1));
    }

    private static double figure(Element text) {
        return Double.parseDouble(text.getTextContent().replace(",", ""));
    }

    @Test
    void coloursComeFromOnePlaceAndNoneStandsInAnElement() throws IOException {
        for (Plot plot : Plots.of(results())) {
            String svg = Files.readString(ROOT.resolve(ResultPages.FOLDER).resolve(plot.name() + ".svg"));
            assertThat(svg).contains(ChartColours.css());
            assertThat(svg.replace(ChartColours.css(), ""))
                    .doesNotContainPattern("#[0-9a-fA-F]{3,8}\\b|rgb\\(|fill=\"(?!none)");
        }
    }

    @Test
    void textAndBarsStandOutFromBothGrounds() {
        for (ChartColours.Scheme scheme : List.of(ChartColours.LIGHT, ChartColours.DARK)) {
            for (String text : List.of(scheme.text(), scheme.soft())) {
                assertThat(contrast(text, scheme.ground())).as(text).isGreaterThan(4.5);
            }
            for (String bar : List.of(ChartColours.OURS, ChartColours.PEER)) {
                assertThat(contrast(bar, scheme.ground())).as(bar).isGreaterThan(3);
                assertThat(contrast(scheme.text(), bar)).as("spread on " + bar).isGreaterThan(3);
            }
        }
    }

    /** As the Web Content Accessibility Guidelines define it. */
    private static double contrast(String one, String other) {
        double a = luminance(one);
        double b = luminance(other);
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    private static double luminance(String colour) {
        double[] weights = {0.2126, 0.7152, 0.0722};
        return IntStream.range(0, 3)
                .mapToDouble(i -> {
                    double part = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
                    return weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
                })
                .sum();
    }

    @Test
    void textHasTwelvePixelsOnAPhone() throws IOException {
        assertThat(BarChart.TEXT * PHONE / BarChart.WIDTH).isGreaterThanOrEqualTo(12);
        for (Plot plot : Plots.of(results())) {
            TreeSet<Double> sizes = new TreeSet<>();
            Pattern.compile("font(?:-size)?:([\\d.]+)px")
                    .matcher(Files.readString(ROOT.resolve(ResultPages.FOLDER).resolve(plot.name() + ".svg")))
                    .results()
                    .forEach(size -> sizes.add(Double.parseDouble(size.group(1))));
            assertThat(sizes.first()).isGreaterThanOrEqualTo(BarChart.TEXT);
        }
    }

    /** Results that no run has given yet must be drawn too. */
    @Test
    void oddResultsAreDrawnInsideTheChart() throws Exception {
        for (double median : new double[] {1e-3, 0.22, 1, 9.99, 17, 1_000, 123_456_789}) {
            for (int bars : new int[] {1, 17}) {
                List<Bar> all = IntStream.range(0, bars)
                        .mapToObj(i -> new Bar(
                                "a <label> & more",
                                Kind.values()[i % 3],
                                new ResultRow(
                                        "load " + i,
                                        "s",
                                        "jobs/s",
                                        median,
                                        0,
                                        i == 0 ? 3 * median : median,
                                        5,
                                        "2026-01-01")))
                        .toList();
                Document svg =
                        parsed(BarChart.svg(new Plot("odd", "A <message>.", "jobs", List.of(new Group("", all)), "")));
                assertThat(all(svg, "text", "tick")).isNotEmpty();
                for (Element bar : all(svg, "g", "bar")) {
                    Element value = in(bar, "text", "value");
                    double end = number(value, "x")
                            + 0.68 * BarChart.TEXT * value.getTextContent().length();
                    assertThat(end)
                            .as(String.format(Locale.ROOT, "%s of %f", value.getTextContent(), median))
                            .isLessThanOrEqualTo(BarChart.WIDTH);
                }
            }
        }
    }

    @Test
    void aChartWithoutAResultIsRefused() {
        ResultRow nothing = new ResultRow("load", "s", "jobs/s", 0, 0, 0, 5, "2026-01-01");
        for (List<Bar> bars : List.of(List.<Bar>of(), List.of(new Bar("s", Kind.OURS, nothing)))) {
            assertThatThrownBy(
                            () -> BarChart.svg(new Plot("odd", "A message.", "jobs", List.of(new Group("", bars)), "")))
                    .hasMessage("the chart odd has no result above zero");
        }
    }
}
