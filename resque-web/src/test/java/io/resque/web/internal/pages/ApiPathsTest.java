package io.resque.web.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No path of the API is without documentation, and no action of a path. */
class ApiPathsTest {
    private static Map<?, ?> paths() throws IOException {
        try (Resque resque = Resque.connect("memory:");
                InputStream file = Api.class.getResourceAsStream("openapi.json")) {
            return at(resque.serializer().decode(Payload.of(file.readAllBytes())), "paths");
        }
    }

    private static Map<?, ?> at(Object tree, String... names) {
        Map<?, ?> found = (Map<?, ?>) tree;
        for (String name : names) {
            found = (Map<?, ?>) found.get(name);
        }
        return found;
    }

    private static List<?> list(Object tree) {
        return tree == null ? List.of() : (List<?>) tree;
    }

    @Test
    void theDocumentHasAllPaths() throws IOException {
        assertThat(paths().keySet().stream().map(path -> path.toString().replaceFirst("\\{.*}", "{}")))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Api.NAMED.keySet().stream().map(name -> "/" + name),
                                Api.OF_ONE.keySet().stream().map(name -> "/" + name + "/{}"))
                        .toList());
    }

    @Test
    void theDocumentHasAllActionsWithTheirFields() throws IOException {
        Map<String, Map<String, Set<?>>> documented = new TreeMap<>();
        Map<String, Map<String, Set<?>>> real = new TreeMap<>();
        paths().forEach((path, operations) -> {
            Map<String, Set<?>> actions = new LinkedHashMap<>();
            Map<?, ?> post = at(operations, "post");
            if (post != null) {
                Map<?, ?> schema = at(post, "requestBody", "content", "application/json", "schema");
                list(schema.get("oneOf")).forEach(each -> {
                    Map<?, ?> alternative = (Map<?, ?>) each;
                    assertThat(alternative.get("additionalProperties")).isEqualTo(false);
                    Set<Object> fields = new HashSet<>(list(alternative.get("required")));
                    assertThat(fields).isEqualTo(at(alternative, "properties").keySet());
                    fields.remove(Button.DO);
                    actions.put(
                            at(alternative, "properties", Button.DO)
                                    .get("const")
                                    .toString(),
                            fields);
                });
                actions.put("the query", queryOf(post));
            }
            documented.put(path.toString(), actions);
            Page page = Api.page(List.of(path.toString().substring(1).split("/")));
            Map<String, Set<?>> does = new LinkedHashMap<>();
            page.actions().forEach((action, fields) -> does.put(action, Set.copyOf(fields)));
            if (!does.isEmpty()) {
                does.put("the query", Set.copyOf(page.filter()));
            }
            real.put(path.toString(), does);
        });
        assertThat(documented).isEqualTo(real);
        assertThat(real.get("/queues/{name}")).containsEntry("remove-job", Set.of("digest", "place"));
    }

    private static Set<?> queryOf(Map<?, ?> post) {
        return list(post.get("parameters")).stream()
                .map(parameter -> (Map<?, ?>) parameter)
                .filter(parameter -> "query".equals(parameter.get("in")))
                .map(parameter -> parameter.get("name"))
                .collect(Collectors.toSet());
    }
}
