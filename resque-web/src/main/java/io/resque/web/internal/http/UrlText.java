package io.resque.web.internal.http;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names in addresses. A name in a path is escaped with {@code ~} in place of {@code %}: servlet containers and firewalls before them
 * refuse {@code %2F} and its like, and browsers take {@code ..} and {@code %2E%2E} for the folder above.
 */
public final class UrlText {
    private static final String PLAIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_:,@";

    /** Further fields of a form or a query are left out. */
    private static final int MOST_FIELDS = 1_000;

    private UrlText() {}

    /** One segment of a path that stands for a name. */
    public static String segment(String name) {
        StringBuilder segment = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            if (PLAIN.indexOf(each) >= 0 || each == '.' && segment.length() > 0) {
                segment.append((char) each);
            } else {
                segment.append(String.format("~%02X", each & 0xff));
            }
        }
        return segment.toString();
    }

    /** The name that a segment stands for; empty if {@link #segment} never makes it. */
    public static Optional<String> name(String segment) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '~') {
                bytes.write(c);
                continue;
            }
            if (i + 2 >= segment.length()) {
                return Optional.empty();
            }
            bytes.write(16 * Character.digit(segment.charAt(i + 1), 16) + Character.digit(segment.charAt(i + 2), 16));
            i += 2;
        }
        String name = bytes.toString(StandardCharsets.UTF_8);
        return segment(name).equals(segment) ? Optional.of(name) : Optional.empty();
    }

    /** A query, with its question mark; empty if there are no parameters. */
    public static String query(Map<String, String> parameters) {
        StringBuilder query = new StringBuilder();
        parameters.forEach((name, value) -> query.append(query.length() == 0 ? '?' : '&')
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return query.toString();
    }

    /** The fields of a query or a form. A field that cannot be read is left out. */
    static Map<String, List<String>> fields(@Nullable String text) {
        Map<String, List<String>> fields = new LinkedHashMap<>();
        if (text == null || text.isEmpty()) {
            return fields;
        }
        int count = 0;
        for (String each : text.split("&", MOST_FIELDS + 1)) {
            int equals = each.indexOf('=');
            if (count++ == MOST_FIELDS || equals <= 0) {
                continue;
            }
            try {
                fields.computeIfAbsent(decoded(each.substring(0, equals)), name -> new ArrayList<>())
                        .add(decoded(each.substring(equals + 1)));
            } catch (IllegalArgumentException e) {
                // A percent sign without two digits: no browser writes that.
            }
        }
        return fields;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
