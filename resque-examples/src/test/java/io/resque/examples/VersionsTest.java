package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table "Works with" of docs/versions.md has the same versions as the adapters and {@code .ci/versions}. */
class VersionsTest {
    private static final List<String> COLUMNS =
            List.of("jedis", "lettuce-core", "gson", "jackson-databind", "jackson-annotations", "slf4j-api");

    private static List<List<String>> table() throws IOException {
        String readme = Files.readString(Path.of("../docs/versions.md"));
        String section = readme.substring(readme.indexOf("\n## Works with\n") + 1);
        List<List<String>> rows = section.lines()
                .takeWhile(line -> !line.startsWith("## Tested"))
                .filter(line -> line.startsWith("| "))
                .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| ")))
                .toList();
        assertThat(rows.get(0)).hasSize(COLUMNS.size() + 1);
        return rows.subList(1, rows.size());
    }

    private static Map<String, String> row(String name) throws IOException {
        List<String> cells = table().stream()
                .filter(row -> row.get(0).equals(name))
                .findFirst()
                .orElseThrow();
        return COLUMNS.stream()
                .collect(Collectors.toMap(column -> column, column -> cells.get(COLUMNS.indexOf(column) + 1)));
    }

    private static String pinned(String property) throws IOException {
        Matcher value = Pattern.compile("<" + property + ">(.*)</" + property + ">")
                .matcher(Files.readString(Path.of("../pom.xml")));
        assertThat(value.find()).as(property).isTrue();
        return value.group(1).replace(".RELEASE", "");
    }

    @Test
    void eachRowIsRun() throws IOException {
        List<String> run = Pattern.compile("(?m)^works \\S+ '(.*)'$")
                .matcher(Files.readString(Path.of("../.ci/versions")))
                .results()
                .map((MatchResult call) -> call.group(1))
                .toList();
        assertThat(run).isEqualTo(table().stream().map(cells -> cells.get(0)).toList());
    }

    @Test
    void theNewestAreThoseThatWeBring() throws IOException {
        assertThat(row("the newest"))
                .containsEntry("jedis", pinned("jedis.version"))
                .containsEntry("lettuce-core", pinned("lettuce.version"))
                .containsEntry("gson", pinned("gson.version"))
                .containsEntry("jackson-databind", pinned("jackson.version"))
                .containsEntry("slf4j-api", pinned("slf4j.version"));
        assertThat(Files.readString(
                        Path.of("../resque-core/src/main/java/io/resque/core/internal/support/LogBinding.java")))
                .contains("<slf4j.version>" + pinned("slf4j.version") + "</slf4j.version>")
                .contains("org.slf4j:slf4j-api:" + pinned("slf4j.version"));
    }

    /** The versions that the adapters name in their errors. */
    @Test
    void theAdaptersSayTheSame() throws IOException {
        Map<String, String> oldest = row("the oldest");
        Map<String, String> newest = row("the newest");
        Pattern library = Pattern.compile(
                "new Library\\(\\s*\"[^\"]*:([^\"]*)\",\\s*\"([^\"]*)\",\\s*\"([^\"]*)\",\\s*\"<[^>]*>([^<]*)</");
        int found = 0;
        for (String file : List.of(
                "resque-backend-jedis/src/main/java/io/resque/backend/jedis/JedisBackendProvider.java",
                "resque-backend-lettuce/src/main/java/io/resque/backend/lettuce/LettuceBackendProvider.java",
                "resque-serialization-gson/src/main/java/io/resque/serialization/gson/GsonSerializerProvider.java",
                "resque-serialization-jackson/src/main/java/io/resque/serialization/jackson/JacksonSerializerProvider.java")) {
            Matcher said = library.matcher(Files.readString(Path.of("..", file)).replace(".RELEASE", ""));
            while (said.find()) {
                if (!COLUMNS.contains(said.group(1))) {
                    continue; // Netty comes with Lettuce
                }
                found++;
                assertThat(newest).containsEntry(said.group(1), said.group(3));
                if (!said.group(1).equals("jackson-annotations")) { // its versions depend on the version of Jackson 3
                    assertThat(oldest).containsEntry(said.group(1), said.group(2));
                    assertThat(said.group(4)).isEqualTo(said.group(3));
                }
            }
        }
        assertThat(found).isEqualTo(5);
    }
}
