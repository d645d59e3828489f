package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each server must do with each attack. A client of its own writes the bytes, since libraries refuse to send some of them. */
@Timeout(60)
abstract class ServerRules {
    private static final String SAME = "Sec-Fetch-Site: same-origin";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
    private static final String JSON = "Content-Type: application/json";

    final Resque resque = Resque.connect("memory:");
    private volatile boolean broken;
    final ResqueWeb web =
            ResqueWeb.builder().add("shop", resque).access(visitor -> access()).build();

    /** As a function of an application with a fault. */
    private Access access() {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        return Access.ALL;
    }

    /** The port at which the pages are. */
    abstract int port();

    /** The path at which they are, such as {@code /admin/jobs}. */
    abstract String mount();

    @AfterEach
    void close() throws Exception {
        resque.close();
    }

    /** A status, headers by their names in small letters, and a body. */
    record Answer(int status, Map<String, String> headers, String body) {}

    Answer ask(String method, String path, String body, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + mount() + path + " HTTP/1.1\r\nConnection: close\r\n");
        boolean named = List.of(headers).stream().anyMatch(header -> header.startsWith("Host:"));
        request.append(named ? "" : "Host: localhost:" + port() + "\r\n");
        List.of(headers).forEach(header -> request.append(header).append("\r\n"));
        if (!body.isEmpty()) {
            request.append("Content-Length: ").append(body.length()).append("\r\n");
        }
        try (Socket socket = new Socket("127.0.0.1", port())) {
            OutputStream out = socket.getOutputStream();
            out.write(request.append("\r\n").append(body).toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
            return read(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private static Answer read(String text) {
        String[] parts = text.split("\r\n\r\n", 2);
        String[] lines = parts[0].split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (String line : List.of(lines).subList(1, lines.length)) {
            String[] header = line.split(": ?", 2);
            headers.put(header[0].toLowerCase(), header[1]);
        }
        return new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, parts.length == 2 ? parts[1] : "");
    }

    Answer get(String path, String... headers) throws IOException {
        return ask("GET", path, "", headers);
    }

    private Answer clear(String... headers) throws IOException {
        resque.enqueue("mail", "Send");
        return ask("POST", "/queues/mail", "do=clear", headers);
    }

    @Test
    void pagesLinksAndButtonsWorkUnderTheMount() throws IOException {
        resque.enqueue("mail", "Send");
        String queues = Jsoup.parse(get("/").body()).select("nav a").get(1).attr("href");
        assertThat(queues).isEqualTo("./queues");
        assertThat(get("/queues").body()).contains("<a href=\"./queues/mail\">mail</a>");
        Answer cleared = clear(SAME, FORM);
        assertThat(cleared.status()).isEqualTo(303);
        String location = cleared.headers().get("location");
        assertThat(location).startsWith("../queues/mail?notice=");
        assertThat(resque.inspector().queueSize("mail")).isZero();
        assertThat(get(location.substring(2)).body()).contains("Removed 2 jobs of mail");
        String style = Jsoup.parse(get("/").body())
                .select("link[rel=stylesheet]")
                .attr("href")
                .substring(1);
        assertThat(get(style).headers())
                .containsEntry("cache-control", "public, max-age=31536000, immutable")
                .hasEntrySatisfying("content-type", type -> assertThat(type).startsWith("text/css"));
    }

    @Test
    void programsReadJson() throws IOException {
        resque.enqueue("a/b", "Send", "ü");
        Answer queue = ask("GET", "/api/v1/queues/a~2Fb", "");
        assertThat(queue.headers())
                .containsEntry("content-type", "application/json")
                .containsEntry("cache-control", "no-store");
        assertThat(queue.body()).contains("\"name\":\"a/b\",\"size\":1", "\"arguments\":\"[\\\"ü\\\"]\"");
        assertThat(ask("GET", "/api/v1/queues", "", "Host: localhost:" + port()).body())
                .contains("\"next\":null");
    }

    @Test
    void programsWriteJsonAndOtherSitesDoNot() throws IOException {
        resque.enqueue("a/b", "Send");
        String clear = "{\"do\":\"clear\"}";
        String path = "/api/v1/queues/a~2Fb";
        for (List<String> headers : List.of(
                List.of(JSON, "Sec-Fetch-Site: cross-site"),
                List.of(JSON, "Origin: http://evil.example"),
                List.of(JSON, "Origin: null"),
                List.of(FORM),
                List.of("Content-Type: text/plain"),
                List.of(FORM, "Sec-Fetch-Site: cross-site"))) {
            Answer refused = ask("POST", path, clear, headers.toArray(String[]::new));
            assertThat(refused.status()).as(headers.toString()).isIn(403, 415);
            assertThat(refused.body()).startsWith("{\"error\":\"");
        }
        assertThat(ask("OPTIONS", path, "", "Origin: http://evil.example", "Access-Control-Request-Method: POST")
                        .headers())
                .as("what a browser asks before it sends JSON to another site")
                .doesNotContainKey("access-control-allow-origin");
        assertThat(ask("POST", "/queues/a~2Fb", clear, JSON).status())
                .as("a page takes no JSON")
                .isEqualTo(403);
        assertThat(resque.inspector().queueSize("a/b")).isEqualTo(1);
        Answer done = ask("POST", path, clear, JSON);
        assertThat(done.status()).isEqualTo(200);
        assertThat(done.body()).isEqualTo("{\"changed\":1,\"text\":\"Removed one job of a/b\"}");
        assertThat(resque.inspector().queueSize("a/b")).isZero();
    }

    @Test
    void aLongBodyOfAProgramIsRefused() throws IOException {
        assertThat(ask("POST", "/api/v1/overview", " ".repeat((1 << 20) + 1), JSON)
                        .status())
                .isEqualTo(413);
    }

    @Test
    void headHasNoBody() throws IOException {
        Answer head = ask("HEAD", "/queues", "");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    @Test
    void aGetChangesNothing() throws IOException {
        resque.enqueue("mail", "Send");
        get("/queues/mail?do=clear&sure=yes", SAME, FORM);
        ask("GET", "/queues/mail", "do=clear", SAME, FORM);
        assertThat(resque.inspector().queueSize("mail")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PUT", "DELETE", "TRACE", "OPTIONS", "PATCH"})
    void otherMethodsAreRefused(String method) throws IOException {
        assertThat(ask(method, "/queues/mail", "").status()).isIn(405, 501);
    }

    @ParameterizedTest
    @CsvSource({
        "Sec-Fetch-Site: cross-site",
        "Sec-Fetch-Site: same-site",
        "Sec-Fetch-Site: none",
        "Origin: http://evil.example",
        "Origin: http://localhost.evil.example",
        "Origin: null",
        "Referer: http://localhost/",
        "X-Requested-With: XMLHttpRequest"
    })
    void aFormOfAnotherSiteIsRefused(String header) throws IOException {
        assertThat(clear(FORM, header).status()).isEqualTo(403);
        assertThat(resque.inspector().queueSize("mail")).isEqualTo(1);
    }

    @Test
    void withoutTheHeaderOfFetchTheOriginDecides() throws IOException {
        assertThat(clear(FORM, "Origin: http://localhost:" + port()).status()).isEqualTo(303);
        assertThat(clear(FORM, "Origin: http://localhost:1").status())
                .as("another port")
                .isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "multipart/form-data; boundary=x", "application/json"})
    void onlyAFormIsTaken(String type) throws IOException {
        assertThat(clear(SAME, "Content-Type: " + type).status()).isEqualTo(403);
        assertThat(resque.inspector().queueSize("mail")).isEqualTo(1);
    }

    @Test
    void eachResponseKeepsBrowsersFromFramingAndFromForeignScripts() throws IOException {
        List<Answer> answers = new ArrayList<>(List.of(
                get("/"), get("/queues/none"), get("/none"), get("/stats.txt"), clear(SAME, FORM), clear(FORM)));
        assertThat(answers).extracting(Answer::status).containsExactly(200, 404, 404, 200, 303, 403);
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.headers())
                        .containsEntry("x-frame-options", "DENY")
                        .containsEntry("x-content-type-options", "nosniff")
                        .containsEntry("referrer-policy", "same-origin")
                        .containsEntry("cache-control", "no-store")
                        .hasEntrySatisfying(
                                "content-security-policy",
                                policy -> assertThat(policy)
                                        .contains(
                                                "default-src 'none'",
                                                "frame-ancestors 'none'",
                                                "form-action 'self'",
                                                "base-uri 'none'")
                                        .doesNotContain("unsafe", "http:", "*")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/..%2f..%2fetc%2fpasswd",
                "/../../etc/passwd",
                "//evil.example/",
                "/queues/%2e%2e",
                "/queues/..;/server",
                "/queues//",
                "/queues/mail/",
                "/queues/mail/more",
                "/assets/../style.css",
                "/assets/style.css",
                "/assets/..%5cmessages_en.properties",
                "/%00",
                "/queues/~",
                "/queues/~zz",
                "/queues/~6D~61il",
                "/queues/m%61il",
                "/WEB-INF/web.xml"
            })
    void aPathLeadsToAPageOrNowhere(String path) throws IOException {
        resque.enqueue("mail", "Send");
        Answer answer = get(path);
        assertThat(answer.status()).isIn(400, 404);
        assertThat(answer.body()).doesNotContain("root:", "nav.queues=");
    }

    @Test
    void aNameCannotBeginAHeader() throws IOException {
        Answer answer = ask("POST", "/queues/a~0D~0ASet-Cookie:~20x~3Dy", "do=clear", SAME, FORM);
        assertThat(answer.status()).isEqualTo(303);
        assertThat(answer.headers())
                .doesNotContainKey("set-cookie")
                .hasEntrySatisfying(
                        "location", to -> assertThat(to).startsWith("../queues/a~0D~0ASet-Cookie:~20x~3Dy?"));
    }

    @Test
    void aQuestionIsShownAsText() throws IOException {
        String attack = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E";
        for (String path : List.of("/queues?find=" + attack, "/queues?start=" + attack, "/?notice=" + attack)) {
            Answer answer = get(path);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(Jsoup.parse(answer.body()).select("script:not([src])")).isEmpty();
        }
    }

    @Test
    void fieldsOfAFormAreUtf8() throws IOException {
        for (int i = 0; i < 26; i++) {
            resque.enqueue("mail", "Send", i);
        }
        Answer question = ask("POST", "/queues/mail?x=of+the+address", "do=clear&x=%C3%BC%E2%98%83", SAME, FORM);
        assertThat(question.status()).isEqualTo(200);
        assertThat(Jsoup.parse(question.body()).select("input[name=x]").eachAttr("value"))
                .containsExactly("ü☃");
    }

    @Test
    void anErrorOfThePagesShowsNoStackTraceAndHasTheHeaders() throws IOException {
        broken = true;
        Answer answer = get("/");
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.body()).isEqualTo("This cannot be answered now; the log says why\n");
        assertThat(answer.headers()).containsKey("content-security-policy");
    }
}
