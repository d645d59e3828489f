package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every Java snippet in the README and in docs is part of a source of this module, which is compiled. */
class ReadmeTest {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    @TestFactory
    Stream<DynamicTest> showsOnlyWhatCompiles() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (Path source : files(Path.of("src"), ".java")) {
            sources.append(squeezed(Files.readString(source)));
        }
        List<String> shown = new ArrayList<>(fences(Path.of("../README.md")));
        assertThat(shown).isNotEmpty();
        for (Path page : files(Path.of("../docs"), ".md")) {
            shown.addAll(fences(page));
        }
        assertThat(shown).hasSizeGreaterThan(70);
        return shown.stream()
                .map(code -> DynamicTest.dynamicTest(
                        code.lines().findFirst().orElse("").strip(),
                        () -> assertThat(sources.toString()).contains(squeezed(code))));
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file ->
                            file.toString().endsWith(ending) && !file.toString().contains("node_modules"))
                    .toList();
        }
    }

    private static List<String> fences(Path page) throws IOException {
        return FENCE.matcher(Files.readString(page))
                .results()
                .map((MatchResult fence) -> fence.group(1))
                .toList();
    }

    /** Without whitespace, since the formatter may break lines in other places than the page. */
    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
