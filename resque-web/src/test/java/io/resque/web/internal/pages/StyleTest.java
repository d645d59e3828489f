package io.resque.web.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The style says where a line begins and ends, and not where left and right are, so that it serves each direction. */
class StyleTest {
    private static final Pattern SIDE = Pattern.compile(
            "(?<![\\w-])((margin|padding|border|scroll-margin|scroll-padding)-)?(left|right)(-[a-z]+)?\\s*:"
                    + "|(text-align|float|clear|justify-[a-z]+|background-position)\\s*:\\s*[^;}]*\\b(left|right)\\b"
                    + "|border-(top|bottom)-(left|right)-radius|translateX");

    /** Four values go around the box, so that the second and the fourth are those of the sides. */
    private static final Pattern FOUR = Pattern.compile(
            "(?<![\\w-])(margin|padding|inset|border-width)\\s*:\\s*([^\\s;}]+) ([^\\s;}]+) ([^\\s;}]+) ([^\\s;}]+)");

    static List<String> sides(String style) {
        String plain = style.replaceAll("(?s)/\\*.*?\\*/", "");
        while (plain.contains("(")) {
            plain = plain.replaceAll("\\([^()]*\\)", "");
        }
        return Stream.concat(
                        SIDE.matcher(plain).results(),
                        FOUR.matcher(plain)
                                .results()
                                .filter(four -> !four.group(3).equals(four.group(5))))
                .map(MatchResult::group)
                .toList();
    }

    @Test
    void itNamesNoSide() throws IOException {
        assertThat(sides(Files.readString(Path.of("src/main/resources/io/resque/web/internal/pages/style.css"))))
                .isEmpty();
    }

    @Test
    void aSideWouldBeSeen() {
        for (String wrong : List.of(
                "a { left: 0 }",
                "a { margin-left: 1rem; }",
                "a{padding-right:1px}",
                "a { border-left-width: 2px }",
                "td { text-align: right; }",
                "p { padding: 1px 2px 1px 3px; }",
                "p { border-top-left-radius: 1px }")) {
            assertThat(sides(wrong)).as(wrong).hasSize(1);
        }
        for (String right : List.of(
                "a { inset-inline-start: 0 }",
                "td { text-align: start }",
                "p { padding: 1px 2px 3px 2px }",
                "p { padding: 1px 2px 3px }",
                "/* left: right */")) {
            assertThat(sides(right)).as(right).isEmpty();
        }
    }
}
