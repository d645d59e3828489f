package io.resque.web.internal.pages;

import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.web.internal.http.WebRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a program writes: the JSON of its request becomes the fields of a form, so that the page which has the button does the rest. What the
 * page would pass over is refused: with a misspelt filter, the action would change all.
 */
final class ApiWrite {
    private static final String EXAMPLE = "{\"do\":\"pause\"}";

    /** So many records can be chosen at once. */
    private static final int MOST = 1_000;

    private ApiWrite() {}

    /** The request with the fields of its body. */
    static WebRequest read(JobSerializer serializer, WebRequest request) {
        Object tree;
        try {
            tree = serializer.decode(Payload.of(request.body()));
        } catch (MalformedPayloadException e) {
            throw new IllegalArgumentException("The body is no JSON; it must be an object such as " + EXAMPLE, e);
        }
        if (!(tree instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("The body must be a JSON object such as " + EXAMPLE);
        }
        Map<String, List<String>> fields = new LinkedHashMap<>();
        // A form, too, has an empty text where there is no value
        members.forEach(
                (name, value) -> fields.put(name.toString(), texts(name.toString(), value == null ? "" : value)));
        return request.with(fields);
    }

    private static List<String> texts(String name, Object value) {
        List<?> several = value instanceof List<?> list ? list : List.of(value);
        boolean isList = name.equals(FailedPage.REF);
        if (several.size() > (isList ? MOST : 1)
                || !several.stream().allMatch(each -> each instanceof String || each instanceof Long)) {
            throw new IllegalArgumentException("The member " + name + " must be a text or a whole number"
                    + (isList ? ", or a list of at most " + MOST + " such" : ""));
        }
        return several.stream().map(Object::toString).toList();
    }

    /** Refuses a request that its page would not understand wholly. */
    static void check(Page page, Visit visit) {
        if (page.actions().isEmpty()) {
            throw new Page.NoSuchPage();
        }
        String action = visit.action();
        List<String> wanted = page.actions().get(action);
        if (wanted == null) {
            throw new IllegalArgumentException("The member do must be one of "
                    + new TreeSet<>(page.actions().keySet()) + ", and is \"" + action + "\"");
        }
        Map<String, List<String>> fields = visit.request.form();
        Set<String> unknown = new TreeSet<>(fields.keySet());
        unknown.remove(Button.DO);
        wanted.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "The action " + action + " takes the members " + wanted + ", and not " + unknown);
        }
        for (String name : wanted) {
            if (fields.getOrDefault(name, List.of()).isEmpty()) {
                throw new IllegalArgumentException("The action " + action + " needs the member " + name);
            }
        }
        visit.request.query().forEach((name, values) -> {
            if (!page.filter().contains(name)) {
                throw new IllegalArgumentException(
                        "The query of a write here takes " + page.filter() + ", and not " + name);
            }
            // As a script writes a variable that it has not set
            if (values.size() > 1 || values.get(0).isEmpty()) {
                throw new IllegalArgumentException("The parameter " + name
                        + " must have one value, which is not empty; leave it out to choose without it");
            }
        });
    }

    static Map<String, @Nullable Object> done(long changed, String text) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("changed", changed);
        tree.put("text", text);
        return tree;
    }
}
