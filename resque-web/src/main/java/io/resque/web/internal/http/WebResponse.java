package io.resque.web.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is sent. Thread-safe, if nobody changes the body.
 *
 * @param status of HTTP
 * @param headers without {@code Content-Length}
 * @param body not copied
 */
public record WebResponse(int status, Map<String, String> headers, byte[] body) {
    static final String TYPE = "Content-Type";
    static final String CACHE = "Cache-Control";

    /** Refuses a header that would begin another header. */
    public WebResponse {
        headers = Map.copyOf(headers);
        headers.forEach((name, value) -> {
            if (!value.chars().allMatch(c -> c >= ' ' && c < 127)) {
                throw new IllegalArgumentException("The header " + name + " has a character that no header can have");
            }
        });
    }

    public static WebResponse text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static WebResponse of(int status, String type, byte[] body) {
        return new WebResponse(status, Map.of(TYPE, type), body);
    }

    /** The address stands to the one that was asked as a link on its page does. */
    public static WebResponse seeOther(String address) {
        return new WebResponse(303, Map.of("Location", address), new byte[0]);
    }

    /** Something whose address changes when it changes. */
    public WebResponse forever() {
        return with(CACHE, "public, max-age=31536000, immutable");
    }

    /** A browser saves it under this name in place of showing it. */
    public WebResponse asDownload(String file) {
        return with("Content-Disposition", "attachment; filename=\"" + file + '"');
    }

    WebResponse with(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new WebResponse(status, all, body);
    }
}
