package io.resque.activejob;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * A recorded case: what stood in Redis, and what a worker of Rails made of it.
 *
 * @param file where it stands
 * @param name its name, with the versions of Rails that gave this result
 */
record RecordedCase(String file, String name, Map<?, ?> tree) {
    static List<RecordedCase> of(String file) {
        try (InputStream in = RecordedCase.class.getResourceAsStream("recorded/" + file + ".json")) {
            Map<?, ?> all = (Map<?, ?>) RailsRedis.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return ((List<?>) all.get("cases"))
                    .stream()
                            .map(each -> (Map<?, ?>) each)
                            .map(each -> new RecordedCase(file, (String) each.get("name"), each))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Without the versions. */
    String base() {
        return name.replaceFirst(" \\[.*", "");
    }

    Map<?, ?> before() {
        return (Map<?, ?>) tree.get("before");
    }

    Map<?, ?> expected() {
        return (Map<?, ?>) tree.get("expected");
    }

    Map<?, ?> keys() {
        return (Map<?, ?>) expected().get("keys");
    }

    @SuppressWarnings("unchecked")
    List<String> list(String key) {
        return keys().get(key) instanceof List<?> list ? (List<String>) list : List.of();
    }

    /** All items of delayed jobs that stand there afterwards. */
    @SuppressWarnings("unchecked")
    List<String> delayed() {
        return keys().entrySet().stream()
                .filter(each -> ((String) each.getKey()).startsWith("resque:delayed:"))
                .flatMap(each -> ((List<String>) each.getValue()).stream())
                .toList();
    }

    long stat(String name) {
        return keys().get("resque:stat:" + name) instanceof String count ? Long.parseLong(count) : 0;
    }
}
