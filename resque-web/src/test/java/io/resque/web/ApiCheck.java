package io.resque.web;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Compares values with their schemas. */
final class ApiCheck {
    private final Map<String, Object> paths;
    private final Map<String, Object> schemas;
    private final Set<String> seen = new TreeSet<>();
    final List<String> wrong = new ArrayList<>();

    /** With the document of the API. */
    ApiCheck(Map<String, Object> document) {
        this.paths = at(document, "paths");
        this.schemas = at(document, "components", "schemas");
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }

    static List<?> list(Object tree) {
        return (List<?>) tree;
    }

    static Map<String, Object> at(Map<String, Object> tree, String... names) {
        Map<String, Object> found = tree;
        for (String name : names) {
            found = map(found.get(name));
        }
        return found;
    }

    Set<String> paths() {
        return paths.keySet();
    }

    /** Compares the answer to a question with its schema. */
    void get(String path, Map<String, Object> answer) {
        answer(path, "get", answer);
    }

    void post(String path, Map<String, Object> answer) {
        answer(path, "post", answer);
    }

    private void answer(String path, String method, Map<String, Object> answer) {
        Map<String, Object> response = at(map(paths.get(path)), method, "responses", "200");
        value(path, at(response, "content", "application/json", "schema"), answer);
    }

    /** The members of these schemas, and the items of their lists, that no answer had. */
    Set<String> unseen(Predicate<String> of) {
        Set<String> all = new TreeSet<>();
        schemas.forEach((name, schema) -> at(map(schema), "properties").forEach((member, type) -> {
            all.add(name + "." + member);
            if ("array".equals(map(type).get("type"))) {
                all.add(name + "." + member + "[]");
            }
        }));
        all.removeIf(name -> !of.test(name.substring(0, name.indexOf('.'))));
        all.removeAll(seen);
        // Each answer of an error is shown by other tests, and no answer of this one has more than one part.
        all.remove("Error.error");
        all.removeIf(name -> name.startsWith("Done."));
        all.removeIf(name -> name.endsWith(".next"));
        // Only a scheduler, or another program, writes these.
        all.removeIf(name -> name.matches(".*RecurringJob\\.(last_run|problem|ticks\\[])|MadeTick\\..*"));
        return all;
    }

    boolean seen(String member) {
        return seen.contains(member);
    }

    void value(String place, Map<String, Object> schema, Object value) {
        Object alternatives = schema.get("anyOf");
        if (alternatives != null) {
            if (value != null) {
                seen.add(place);
                value(place, map(list(alternatives).get(0)), value);
            }
            return;
        }
        String ref = (String) schema.get("$ref");
        if (ref != null) {
            seen.add(place);
            String name = ref.substring(ref.lastIndexOf('/') + 1);
            value(name, map(schemas.get(name)), value);
            return;
        }
        List<?> types = schema.get("type") instanceof List<?> several ? several : List.of(schema.get("type"));
        if (!types.contains(type(value))) {
            wrong.add(place + " is " + type(value) + ", and not " + types);
            return;
        }
        if (value != null) {
            seen.add(place);
        }
        if (schema.get("enum") instanceof List<?> constants && !constants.contains(value)) {
            wrong.add(place + " is " + value);
        }
        if ("date-time".equals(schema.get("format")) && value != null) {
            Instant.parse((String) value);
        }
        if (value instanceof List<?> items) {
            items.forEach(item -> value(place + "[]", map(schema.get("items")), item));
            if (!items.isEmpty()) {
                seen.add(place + "[]");
            }
        } else if (value instanceof Map<?, ?> members) {
            object(place, schema, map(members));
        }
    }

    private void object(String place, Map<String, Object> schema, Map<String, Object> members) {
        if (schema.containsKey("additionalProperties")) {
            members.forEach((name, value) -> value(place + "{}", at(schema, "additionalProperties"), value));
            return;
        }
        Map<String, Object> documented = at(schema, "properties");
        if (!members.keySet().equals(documented.keySet())
                || !Set.copyOf(list(schema.get("required"))).equals(documented.keySet())) {
            wrong.add(place + " has " + members.keySet() + ", and not " + documented.keySet());
            return;
        }
        documented.forEach((name, type) -> value(place + "." + name, map(type), members.get(name)));
    }

    private static String type(Object value) {
        return value == null
                ? "null"
                : value instanceof String
                        ? "string"
                        : value instanceof Boolean
                                ? "boolean"
                                : value instanceof Long ? "integer" : value instanceof List ? "array" : "object";
    }
}
