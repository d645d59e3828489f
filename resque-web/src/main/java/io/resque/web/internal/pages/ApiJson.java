package io.resque.web.internal.pages;

import io.resque.api.spi.JobSerializer;
import io.resque.web.internal.http.WebRequest;
import io.resque.web.internal.http.WebResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers of the API, which are bounded whatever is in Redis. */
final class ApiJson {
    /** Other programs may have written more, such as queues of one worker. A list of things has fewer in one part. */
    static final int MOST = 501;

    private ApiJson() {}

    static WebResponse of(int status, JobSerializer serializer, Map<String, @Nullable Object> tree) {
        String text = serializer.encode(bounded(tree)).text();
        return WebResponse.of(status, WebRequest.JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    /** The same answer as JSON, if it is the sentence of an error. */
    static WebResponse error(JobSerializer serializer, WebResponse response) {
        String type = response.headers().getOrDefault("Content-Type", "");
        if (response.status() < 400 || !type.startsWith("text/plain")) {
            return response;
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("error", new String(response.body(), StandardCharsets.UTF_8).strip());
        WebResponse json = of(response.status(), serializer, tree);
        Map<String, String> headers = new LinkedHashMap<>(response.headers());
        headers.putAll(json.headers());
        return new WebResponse(response.status(), headers, json.body());
    }

    /** No text is longer than on a page, no list is longer than what a page shows of a backtrace, and no text holds half a character, which no serializer writes. */
    private static @Nullable Object bounded(@Nullable Object tree) {
        if (tree instanceof String text) {
            String cut = text.length() <= SafeOutput.LONGEST ? text : text.substring(0, SafeOutput.LONGEST) + "…";
            return new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        }
        if (tree instanceof List<?> list) {
            return new ArrayList<>(
                    list.stream().limit(MOST).map(ApiJson::bounded).toList());
        }
        if (tree instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> all = new LinkedHashMap<>();
            map.entrySet().stream()
                    .limit(MOST)
                    .forEach(member -> all.put(bounded(member.getKey()), bounded(member.getValue())));
            return all;
        }
        return tree;
    }
}
