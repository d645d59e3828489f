package io.resque.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.ObjectMapper;

/** What an IDE is told of the properties, and that each key of docs/configuration.md is one of them. */
class MetadataTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> properties() throws IOException {
        try (InputStream in = MetadataTest.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            assertThat(in).isNotNull();
            Map<String, Object> all = new ObjectMapper().readValue(in.readAllBytes(), Map.class);
            return (List<Map<String, Object>>) all.get("properties");
        }
    }

    private static Set<String> rows(String section, String until) {
        int begin = section.indexOf(until);
        return ROW.matcher(begin < 0 ? section : section.substring(0, begin))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void eachPropertyIsDescribed() throws IOException {
        assertThat(properties())
                .hasSizeGreaterThan(40)
                .allSatisfy(property -> assertThat((String) property.get("description"))
                        .as("the description of %s", property.get("name"))
                        .isNotBlank()
                        .doesNotContain("{@"));
    }

    @Test
    void eachKeyOfTheDocumentIsAProperty() throws IOException {
        Set<String> names = properties().stream()
                .map(property -> (String) property.get("name"))
                .collect(Collectors.toCollection(TreeSet::new));
        String[] halves = Files.readString(Path.of("../docs/configuration.md"), StandardCharsets.UTF_8)
                .split("## A worker");
        Set<String> resque = rows(halves[0].substring(halves[0].indexOf("## Resque")), "\n\n`status-store`");
        Set<String> worker = rows(halves[1], "## ");
        assertThat(resque).hasSizeGreaterThan(20);
        assertThat(worker).contains("queues", "jobs-per-fork");
        resque.forEach(key -> assertThat(names).contains("resque." + key));
        worker.forEach(key -> assertThat(names).contains("resque.worker." + key));
    }

    @Test
    void eachHintIsOfAProperty() throws IOException {
        Set<Object> names =
                properties().stream().map(property -> property.get("name")).collect(Collectors.toSet());
        String hints =
                Files.readString(Path.of("src/main/resources/META-INF/additional-spring-configuration-metadata.json"));
        List<String> hinted = Pattern.compile("\"name\": \"(resque[^\"]*)\"")
                .matcher(hints)
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(hinted).hasSizeGreaterThan(5);
        assertThat(names).containsAll(hinted);
    }

    @Test
    void settingsHaveTheKeysOfTheBuilders() {
        ResqueProperties properties = new Binder(new MapConfigurationPropertySource(Map.of(
                        "resque.namespace", "shop", "resque.worker.queues", "a,b", "resque.worker.job-timeout", "5m")))
                .bindOrCreate("resque", ResqueProperties.class);
        assertThat(properties.settings()).containsEntry("namespace", "shop").containsEntry("flush-on-exit", "false");
        assertThat(properties.worker().settings())
                .containsEntry("queues", "a,b")
                .containsEntry("job-timeout", "PT5M");
    }
}
