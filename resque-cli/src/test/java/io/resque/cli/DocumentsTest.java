package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.launcher.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import picocli.CommandLine;

/** The files and commands that the pages show can be read. */
class DocumentsTest {
    private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
    private static final Pattern COMMAND = Pattern.compile("bin/resque ([a-z][a-z-]*)(?: ([a-z]+))?");

    @TempDir
    Path folder;

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
        try (Stream<Path> files = Files.list(Path.of("../docs"))) {
            files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
        }
        return pages;
    }

    private static Stream<String> yaml(Path page) throws IOException {
        return YAML.matcher(Files.readString(page)).results().map(found -> found.group(1));
    }

    /** Files of a pool can be read. The other files are for Kubernetes: their commands and variables exist. */
    @Test
    void yamlIsYaml() throws IOException {
        String variables = Files.readString(Path.of("../docs/operations.md"));
        int pools = 0;
        int others = 0;
        for (Path page : pages()) {
            for (String text : yaml(page).toList()) {
                if (!text.startsWith("# resque-pool.yml")) {
                    Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
                    assertContainers(tree, variables);
                    others++;
                } else {
                    Path file = Files.writeString(folder.resolve("resque-pool.yml"), text);
                    assertThat(new PoolFile(file, "production").get()).as(text).isNotEmpty();
                    pools++;
                }
            }
        }
        assertThat(pools).isGreaterThanOrEqualTo(2);
        assertThat(others).isGreaterThanOrEqualTo(2);
    }

    private static void assertContainers(Object tree, String variables) {
        if (tree instanceof List<?> list) {
            list.forEach(each -> assertContainers(each, variables));
        } else if (tree instanceof Map<?, ?> map) {
            if (map.get("env") instanceof List<?> env) {
                for (Object each : env) {
                    assertThat(variables).contains("`" + ((Map<?, ?>) each).get("name") + "`");
                    assertThat(((Map<?, ?>) each).get("value")).isInstanceOf(String.class);
                }
            }
            if (map.get("command") instanceof List<?> command
                    && command.get(0).toString().endsWith("/bin/resque")
                    && command.size() > 1) {
                assertThat(Main.commands(new Environment(Map.of())).getSubcommands())
                        .containsKey(command.get(1).toString());
            }
            map.values().forEach(each -> assertContainers(each, variables));
        }
    }

    @Test
    void commandsThatArePrintedAreThere() throws IOException {
        Map<String, CommandLine> commands =
                Main.commands(new Environment(Map.of())).getSubcommands();
        TreeSet<String> missing = new TreeSet<>();
        int found = 0;
        for (Path page : pages()) {
            for (MatchResult each :
                    COMMAND.matcher(Files.readString(page)).results().toList()) {
                found++;
                if (!commands.containsKey(each.group(1))) {
                    missing.add(page + ": " + each.group());
                }
            }
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(8);
    }
}
