package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.tck.HostileRecords;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.web.Access;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hostile texts in everything that other programs write to Redis, and each page that a link leads to, read as a browser reads it. */
@Timeout(120)
class HostilePagesTest {
    private static final Set<String> ELEMENTS = Set.of(
            ("html head meta title link body a header nav main p h1 h2 ul li span form input button label dl div dt dd table thead tbody"
                            + " tr th td small br code pre details summary time select option fieldset legend textarea progress strong em"
                            + " b dialog kbd svg line polyline rect figure figcaption")
                    .split(" "));

    private static final Set<String> ATTRIBUTES = Set.of(
            ("lang dir charset name content rel href class id aria-label aria-current role title method action type value scope data-label"
                            + " datetime for checked selected max min placeholder colspan open aria-live required disabled step rows cols"
                            + " data-live hidden aria-labelledby viewBox preserveAspectRatio aria-hidden points x y x1 y1 x2 y2 width height")
                    .split(" "));

    private final RedisServer server = RedisServer.forTests();
    private final String namespace = server.newNamespace();
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void noTextBecomesMarkupOnAnyPage() throws Exception {
        try (RespClient redis = server.client();
                Resque resque = Resque.builder()
                        .url(server.url() + "?timeout=20s")
                        .namespace(namespace)
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                ResqueWebServer web = ResqueWeb.builder()
                        .add("shop", resque)
                        .access(Access.ALL)
                        .build()
                        .start("127.0.0.1", 0)) {
            HostileRecords.write(redis, namespace);
            URI root = URI.create("http://127.0.0.1:" + web.address().getPort() + "/");
            Set<URI> seen = new LinkedHashSet<>(List.of(root, root.resolve("queues?find=%3Cscript%3E")));
            Deque<URI> next = new ArrayDeque<>(seen);
            List<String> wrong = new ArrayList<>();
            while (!next.isEmpty()) {
                URI page = next.remove();
                HttpResponse<String> response =
                        client.send(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString());
                assertThat(response.statusCode())
                        .as(page.toString())
                        .isIn(page.getPath().startsWith("/status/") ? List.of(200, 404) : List.of(200));
                if (!response.headers().firstValue("Content-Type").orElse("").startsWith("text/html")) {
                    continue;
                }
                assertThat(response.body().length()).as(page.toString()).isLessThan(2_000_000);
                Document document = Jsoup.parse(response.body(), page.toString());
                check(page, document, response.body(), wrong);
                for (Element link : document.select("a[href]")) {
                    URI to = URI.create(link.absUrl("href").replaceFirst("#.*", ""));
                    assertThat(to.getAuthority()).as("%s on %s", to, page).isEqualTo(root.getAuthority());
                    if (seen.add(to)) {
                        next.add(to);
                    }
                }
            }
            assertThat(wrong).isEmpty();
            System.out.printf("Hostile texts on %d pages%n", seen.size());
            assertThat(seen).hasSizeGreaterThan(20);
            redis.deleteKeys(namespace + ":");
        }
    }

    private static void check(URI page, Document document, String text, List<String> wrong) {
        for (Element element : document.getAllElements()) {
            boolean ours = element.tagName().equals("script")
                    && element.attr("src").matches("(\\.\\./|\\./)+assets/(live|pages)-[0-9a-f]+\\.js")
                    && element.data().isEmpty();
            if (element != document && !ours && !ELEMENTS.contains(element.tagName())) {
                wrong.add(page + ": the element " + element.tagName());
            }
            for (Attribute attribute : element.attributes()) {
                if (!(ours && Set.of("src", "defer").contains(attribute.getKey()))
                        && !ATTRIBUTES.contains(attribute.getKey())
                        && !element.tagName().equals("#root")) {
                    wrong.add(page + ": the attribute " + attribute.getKey());
                }
            }
        }
        text.chars()
                .filter(c -> c != '\n'
                        && (Character.getType(c) == Character.CONTROL || Character.getType(c) == Character.FORMAT))
                .findFirst()
                .ifPresent(c -> wrong.add(page + ": the character " + Integer.toHexString(c)));
    }
}
