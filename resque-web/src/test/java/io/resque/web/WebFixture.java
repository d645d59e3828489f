package io.resque.web;

import io.resque.core.Resque;
import io.resque.web.internal.http.WebRequest;
import io.resque.web.internal.http.WebResponse;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** The pages over a store in this JVM, asked as functions. */
public final class WebFixture implements AutoCloseable {
    private static final Map<String, String> SAME_SITE =
            Map.of("sec-fetch-site", "same-origin", "content-type", WebRequest.FORM);

    public final Resque resque;
    private final Function<WebRequest, WebResponse> pages;
    private final Map<String, Object> attributes = new HashMap<>();

    public WebFixture(Access access) {
        this(builder -> builder.access(access));
    }

    public WebFixture(Consumer<ResqueWeb.Builder> settings) {
        this(Resque.connect("memory:"), settings);
    }

    public WebFixture(Resque resque, Consumer<ResqueWeb.Builder> settings) {
        this.resque = resque;
        ResqueWeb.Builder builder = ResqueWeb.builder().add("shop", resque);
        settings.accept(builder);
        this.pages = builder.build().gate(true);
    }

    public void attribute(String name, Object value) {
        attributes.put(name, value);
    }

    public WebResponse ask(
            String method,
            String path,
            Map<String, String> query,
            Map<String, String> form,
            Map<String, String> headers) {
        return askWith(method, path, lists(query), lists(form), headers);
    }

    private WebResponse askWith(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> form,
            Map<String, String> headers) {
        return send(method, path, query, form, "", headers);
    }

    private WebResponse send(
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, List<String>> form,
            String json,
            Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(Map.of("host", "localhost:5678"));
        all.putAll(headers);
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        return pages.apply(new WebRequest(
                method, path, query, form, body, all, Optional.of("anna"), role -> false, attributes::get, "10.0.0.7"));
    }

    /** As a program writes, by a path below the root, with a query. */
    public WebResponse write(String address, String json) {
        return write(address, json, Map.of());
    }

    public WebResponse write(String address, String json, Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(Map.of("content-type", "application/json; charset=utf-8"));
        headers.putAll(more);
        return send("POST", resolve("/", "./" + address), query(address), Map.of(), json, headers);
    }

    private static Map<String, List<String>> lists(Map<String, String> values) {
        Map<String, List<String>> lists = new LinkedHashMap<>();
        values.forEach((name, value) -> lists.put(name, List.of(value)));
        return lists;
    }

    public WebResponse get(String path) {
        return get(path, Map.of());
    }

    public WebResponse get(String path, Map<String, String> query) {
        return ask("GET", path, query, Map.of(), Map.of());
    }

    public static String body(WebResponse response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    public Document page(String path) {
        return Jsoup.parse(body(get(path)));
    }

    /** As a browser sends a form of the same site. */
    public WebResponse post(String path, Map<String, String> form) {
        return ask("POST", path, Map.of(), form, SAME_SITE);
    }

    /** Presses a button of a page, and follows to the page that it leads to. */
    public Document press(String path, String button) {
        return press(path, page(path), button);
    }

    public Document press(String path, Document page, String button) {
        Element form = page.select("form").stream()
                .filter(each -> each.select("button").eachText().contains(button))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No button " + button + " on " + path + ", but "
                        + page.select("button").eachText()));
        Map<String, List<String>> fields = new LinkedHashMap<>();
        form.select("input[name]").stream()
                .filter(input -> !input.attr("type").equals("checkbox") || input.hasAttr("checked"))
                .forEach(input -> fields.computeIfAbsent(input.attr("name"), name -> new ArrayList<>())
                        .add(input.attr("value")));
        form.select("button[name]").stream()
                .filter(each -> each.text().equals(button))
                .forEach(each -> fields.put(each.attr("name"), List.of(each.attr("value"))));
        String action = form.attr("action");
        WebResponse response = askWith("POST", resolve(path, action), query(action), fields, SAME_SITE);
        if (response.status() != 303) {
            return Jsoup.parse(body(response));
        }
        String next = response.headers().get("Location");
        return Jsoup.parse(body(askWith("GET", resolve(path, next), query(next), Map.of(), Map.of())));
    }

    /** The page of a link that stands on another page. */
    public Document follow(String path, String link) {
        return Jsoup.parse(body(askWith("GET", resolve(path, link), query(link), Map.of(), Map.of())));
    }

    /** By a path below the root, with a query. */
    public WebResponse ask(String address) {
        return askWith("GET", resolve("/", "./" + address), query(address), Map.of(), Map.of());
    }

    private static Map<String, List<String>> query(String address) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        String[] parts = address.split("\\?", 2);
        for (String each : parts.length == 1 ? new String[0] : parts[1].split("&")) {
            String[] pair = each.split("=", 2);
            query.put(pair[0], List.of(URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        }
        return query;
    }

    public static String resolve(String path, String link) {
        List<String> segments = new ArrayList<>(List.of(path.substring(1).split("/", -1)));
        segments.remove(segments.size() - 1);
        String[] way = link.split("\\?", 2)[0].split("/", -1);
        for (int i = 0; i < way.length; i++) {
            if (way[i].equals("..")) {
                segments.remove(segments.size() - 1);
            } else if (!way[i].equals(".")) {
                segments.add(way[i]);
            }
        }
        return "/" + String.join("/", segments);
    }

    @Override
    public void close() {
        resque.close();
    }
}
