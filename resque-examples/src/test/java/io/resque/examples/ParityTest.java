package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every test that {@code docs/parity.md} names exists. */
class ParityTest {
    private static final Pattern NAMED = Pattern.compile("`(\\w+(?:Test|Tck))(?:\\.(\\w+))?`");

    @Test
    void eachTestThatIsNamedIsThere() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(path -> path.toString().matches(".*[/\\\\]src[/\\\\].*(Test|Tck)\\.java"))
                    .toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        TreeSet<String> missing = new TreeSet<>();
        int named = 0;
        for (MatchResult name : NAMED.matcher(Files.readString(Path.of("../docs/parity.md")))
                .results()
                .toList()) {
            String source = sources.getOrDefault(name.group(1), "");
            if (name.group(2) == null ? source.isEmpty() : !source.contains(" " + name.group(2) + "(")) {
                missing.add(name.group());
            }
            named++;
        }
        assertThat(missing).isEmpty();
        assertThat(named).isGreaterThan(50);
    }
}
