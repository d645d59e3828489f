package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.serialization.gson.GsonSerializerProvider;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.web.Access;
import io.resque.web.ResqueWeb;
import io.resque.web.ResqueWebServer;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The recorded pages of Ruby's resque-web with jobs of ActiveJob, and ours of the same keys. Ruby's answer 500 where a wrapper has no hash, show
 * markup as markup, and find nothing by the class of the job.
 */
@Timeout(120)
class RailsPagesTest {
    private static final JobSerializer JSON = new GsonSerializerProvider().create();

    /** Ours of the same content, where it has another address. */
    private static final Map<String, String> PATHS = Map.of(
            "/working", "/workers",
            "/workers/all", "/workers",
            "/overview", "/workers",
            "/failed?class=FailJob", "/failed?class=FailJob",
            "/delayed/2000000060", "/delayed",
            "/delayed/search?search=welcome", "/delayed?class=WelcomeJob");

    private final RedisServer server = RedisServer.forTests();
    private final HttpClient client = HttpClient.newHttpClient();

    @Test
    void eachPageShowsTheClassOfTheJob() throws Exception {
        List<?> cases;
        try (InputStream in = getClass().getResourceAsStream("rails-pages.json")) {
            cases = (List<?>) JSON.decode(Payload.ofText(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
        assertThat(cases).hasSize(15);
        int better = 0;
        for (Object each : cases) {
            Map<?, ?> recorded = (Map<?, ?>) each;
            String name = (String) recorded.get("name");
            String text = page(recorded);
            assertThat(text).as(name).doesNotContain("<i>x</i>");
            String shown = Jsoup.parse(text).text();
            if (((Number) recorded.get("status")).intValue() == 500) {
                better++;
                assertThat(shown).as(name).contains("ActiveJob::QueueAdapters::ResqueAdapter::JobWrapper");
            } else {
                String jobClass = name.contains("markup")
                        ? "<i>x</i>"
                        : name.startsWith("delayed") || name.startsWith("queue_page [") ? "WelcomeJob" : "FailJob";
                assertThat(shown).as(name).contains(jobClass);
            }
        }
        System.out.println("web: " + cases.size() + " cases, " + (cases.size() - better)
                + " show the class of the job, " + better + " show the wrapper where Ruby's page answers 500 (11)");
    }

    private String page(Map<?, ?> recorded) throws Exception {
        String namespace = server.newNamespace();
        try (RespClient redis = server.client();
                Resque resque = Resque.builder()
                        .url(server.url())
                        .namespace(namespace)
                        .backend("jedis")
                        .serializer("gson")
                        .build();
                ResqueWebServer web = ResqueWeb.builder()
                        .add("shop", resque)
                        .access(Access.ALL)
                        .build()
                        .start("127.0.0.1", 0)) {
            ((Map<?, ?>) recorded.get("before"))
                    .forEach((key, value) -> write(
                            redis,
                            ((String) key).replaceFirst("^resque", namespace),
                            (String) ((Map<?, ?>) recorded.get("types")).get(key),
                            value));
            String path = (String) recorded.get("path");
            URI address = URI.create("http://127.0.0.1:" + web.address().getPort() + PATHS.getOrDefault(path, path));
            HttpResponse<String> response =
                    client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString());
            assertThat(response.statusCode())
                    .as("%s %s", recorded.get("name"), address)
                    .isEqualTo(200);
            redis.deleteKeys(namespace + ":");
            return response.body();
        }
    }

    private static void write(RespClient redis, String key, String type, Object value) {
        switch (type) {
            case "list" -> ((List<?>) value).forEach(each -> redis.call("RPUSH", key, each));
            case "set" -> ((List<?>) value).forEach(each -> redis.call("SADD", key, each));
            case "zset" ->
                ((List<?>) value)
                        .forEach(each -> redis.call("ZADD", key, ((List<?>) each).get(1), ((List<?>) each).get(0)));
            default -> redis.call("SET", key, value);
        }
    }
}
