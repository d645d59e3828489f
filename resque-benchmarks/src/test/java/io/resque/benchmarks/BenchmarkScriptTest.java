package io.resque.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The words of bin/benchmark. */
class BenchmarkScriptTest {
    private static final Path ROOT = Path.of("..");

    private static List<String> parts() {
        return Arrays.stream(Benchmark.Part.values())
                .map(part -> part.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static List<String> found(String file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(ROOT.resolve(file)))
                .results()
                .map(match -> match.group(1))
                .toList();
    }

    @Test
    void noPartHasTheNameOfAnotherBenchmark() throws IOException {
        List<String> words = found("bin/benchmark", "(?m)^  (\\w+)\\)");
        assertThat(words).contains("idle", "delayed", "draw").doesNotContainAnyElementsOf(parts());
    }

    @Test
    void theScriptNamesEachPart() throws IOException {
        String script = Files.readString(ROOT.resolve("bin/benchmark"));
        assertThat(parts())
                .allMatch(part ->
                        Pattern.compile("\\b" + part + "\\b").matcher(script).find());
    }

    @Test
    void thePageNamesWordsOfTheScript() throws IOException {
        List<String> words = found("bin/benchmark", "(?m)^  (\\w+)\\)");
        List<String> named = found("docs/performance.md", "`bin/benchmark (\\w+)");
        assertThat(named).hasSizeGreaterThan(10).allMatch(word -> parts().contains(word) || words.contains(word));
    }
}
