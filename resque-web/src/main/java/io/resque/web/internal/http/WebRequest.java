package io.resque.web.internal.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A request as pages see it, from whichever server.
 *
 * @param method such as {@code GET}
 * @param path below the place where the pages are mounted, with escapes as they were sent; begins with a slash
 * @param query the parameters of the address
 * @param form the fields of the body; empty unless it is a form
 * @param body the bytes of the body; empty unless it is JSON, not copied
 * @param headers by their names in small letters; of several values the first
 * @param user who asks, if the server knows
 * @param hasRole whether the user has a role
 * @param attributes what filters before the pages have left for them
 * @param from the address from which the request was sent
 */
public record WebRequest(
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> form,
        byte[] body,
        Map<String, String> headers,
        Optional<String> user,
        Predicate<String> hasRole,
        Function<String, @Nullable Object> attributes,
        String from) {
    public static final String FORM = "application/x-www-form-urlencoded";
    public static final String JSON = "application/json";

    private static final byte[] NOTHING = new byte[0];

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public Optional<String> parameter(String name) {
        return first(query, name);
    }

    public Optional<String> field(String name) {
        return first(form, name);
    }

    private static Optional<String> first(Map<String, List<String>> values, String name) {
        return values.getOrDefault(name, List.of()).stream().findFirst();
    }

    public boolean isPost() {
        return method.equals("POST");
    }

    /** Whether the headers say that the body is of a type. */
    static boolean isOf(String type, @Nullable String contentType) {
        return contentType != null && contentType.split(";", 2)[0].strip().equalsIgnoreCase(type);
    }

    boolean isOf(String type) {
        return isOf(type, headers.get("content-type"));
    }

    /** With the fields that a body of JSON has in place of a form. */
    public WebRequest with(Map<String, List<String>> fields) {
        return new WebRequest(method, path, query, fields, NOTHING, headers, user, hasRole, attributes, from);
    }

    WebRequest with(Optional<String> user) {
        return new WebRequest(method, path, query, form, body, headers, user, hasRole, attributes, from);
    }
}
