package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every piece of Java in the README stands in a source that was compiled. */
class ReadmeTest {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```java\\n(.*?)^```$");

    @TestFactory
    Stream<DynamicTest> showsOnlyWhatCompiles() throws IOException {
        String source = squeezed(Files.readString(Path.of("src/main/java/io/resque/examples/Quickstart.java")));
        List<String> shown = FENCE.matcher(Files.readString(Path.of("../README.md")))
                .results()
                .map((MatchResult fence) -> fence.group(1))
                .toList();
        assertThat(shown).hasSizeGreaterThan(4);
        return shown.stream()
                .map(code -> DynamicTest.dynamicTest(
                        code.lines().findFirst().orElse("").strip(),
                        () -> assertThat(source).contains(squeezed(code))));
    }

    /** The formatter may break lines elsewhere than the page does. */
    private static String squeezed(String code) {
        return code.replaceAll("\\s+", "");
    }
}
