package io.resque.web;

import static io.resque.web.ApiCheck.list;
import static io.resque.web.ApiCheck.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.web.internal.http.WebResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The history that worker processes have written, as the pages show it. */
class HistoryPageTest {
    /** The schemas of the history in the API. */
    static final Set<String> HISTORY = Set.of(
            "History",
            "Sample",
            "Throughput",
            "QueueHistory",
            "QueueLengths",
            "Marks",
            "Mark",
            "RunTimes",
            "ClassRunTimes");

    private final RedisServer server = RedisServer.forTests();
    private final String namespace = server.newNamespace();
    private final RespClient redis = server.client();
    private final WebFixture web = new WebFixture(
            Resque.builder()
                    .url(server.url())
                    .namespace(namespace)
                    .backend("jedis")
                    .build(),
            builder -> builder.access(Access.READ));
    private final long now = Instant.now().getEpochSecond() / 10 * 10;

    @AfterEach
    void close() {
        web.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private String key(String name) {
        return namespace + ":" + name;
    }

    private void sample(long second, long processed, long failed, String queues) {
        redis.call(
                "HSET",
                key("java:history:m:" + second / 60),
                second,
                "{\"processed\":" + processed + ",\"failed\":" + failed
                        + ",\"failures\":3,\"workers\":4,\"working\":2,\"queues\":" + queues + ",\"left_out\":0}");
    }

    /** Fifty samples: 20 jobs in ten seconds, of which one fails, but for a pause of two minutes. */
    private void fifty() {
        for (int i = 0; i < 50; i++) {
            if (i < 20 || i > 32) {
                sample(
                        now - 10L * (50 - i),
                        1_000 + 20L * i,
                        5 + i,
                        "{\"mail\":[" + (i + 1) + ",77],\"<b>\":[2," + i + "]}");
            }
        }
    }

    private static List<String> points(Element line) {
        return List.of(line.attr("points").split(" "));
    }

    @Test
    void nothingIsDrawnWithoutSamples() {
        Document page = web.page("/history");
        assertThat(page.select("main p").text()).startsWith("There are no samples of this time.");
        assertThat(page.select("svg")).isEmpty();
        assertThat(web.page("/").select("svg")).isEmpty();
    }

    @Test
    void chartsShowThroughputAndLengthsWithGapsAndMarks() {
        fifty();
        String day = Instant.ofEpochSecond(now).toString().substring(0, 10).replace("-", "");
        redis.call("RPUSH", key("java:history:marks:" + day), now - 1 + " v42 <script>");
        Document page = web.page("/history");
        assertThat(page.select("figure h2").eachText())
                .containsExactly(
                        "Throughput",
                        "Jobs waiting, by queue",
                        "Workers",
                        "Failure records",
                        "Lateness of delayed jobs");
        Element throughput = page.select("figure").first();
        assertThat(throughput.select(".legend li").eachText())
                .containsExactly("Jobs done 2 per s", "Jobs failed 0.1 per s");
        assertThat(throughput.select(".scale").eachText()).containsExactly("2 per s", "1 per s");
        assertThat(throughput.select("polyline.series0"))
                .as("two minutes without a sample are a gap")
                .hasSize(2);
        assertThat(points(throughput.select("polyline.series0").first()))
                .as("two jobs a second are the upper side")
                .hasSize(19)
                .allMatch(point -> point.endsWith(",0.0"));
        assertThat(throughput.select(".plot svg").attr("aria-label"))
                .isEqualTo(
                        "Lines of Jobs done, Jobs failed; the upper side is 2 per s. The table below has the numbers.");
        assertThat(throughput.select("table th").eachText()).containsExactly("Time", "Jobs done", "Jobs failed");
        assertThat(throughput.select("tbody tr")).hasSize(36);
        assertThat(throughput.select("tbody tr").first().text())
                .isEqualTo(Instant.ofEpochSecond(now - 10) + " 2 per s 0.1 per s");
        assertThat(throughput.select("line.mark")).hasSize(1);
        assertThat(page.select("main > ul:not(.troubles) li").text()).endsWith(" ago v42 <script>");
        assertThat(page.select(".troubles li").eachText())
                .as("the head of mail stays; that of the other queue changes")
                .containsExactly("No job was taken from mail for at least 8 min");
        assertThat(page.select("figure").get(1).select(".legend li").eachText())
                .as("the longest comes first")
                .containsExactly("mail 50", "<b> 2");
        assertThat(page.select("nav.pager a").eachText()).containsExactly("Last hour", "Last 8 hours", "Last 8 days");
        assertThat(page.select("nav.pager a[aria-current]").eachText()).containsExactly("Last hour");
    }

    @Test
    void aLongTimeIsDrawnFromFewerSamples() {
        for (int i = 1; i < 200; i++) {
            long second = now / 200 * 200 - 200L * i;
            redis.call(
                    "HSET",
                    key("java:history:h:" + second / 600),
                    second,
                    "{\"processed\":" + (9_000 - 10 * i)
                            + ",\"failed\":0,\"failures\":0,\"workers\":1,\"working\":1,\"queues\":{\"mail\":7}}");
        }
        for (String time : List.of("hours", "days")) {
            WebResponse response = web.get("/history", Map.of("time", time));
            Document page = Jsoup.parse(WebFixture.body(response));
            assertThat(page.select("polyline")).as(time).isNotEmpty();
            assertThat(page.select("figure").get(1).select(".legend li").text()).isEqualTo("mail 7");
            assertThat(page.select("figure tbody tr").size()).isLessThanOrEqualTo(5 * 61);
            assertThat(page.select(".troubles"))
                    .as("such samples have no heads")
                    .isEmpty();
            assertThat(response.body().length).isLessThan(200_000);
        }
        assertThat(web.get("/history", Map.of("time", "'\"<x>")).status()).isEqualTo(200);
    }

    @Test
    void runTimesHaveAHistogram() {
        redis.call("HSET", key("java:metrics:m:" + now / 60), "Mail", "900 8 0 0 1 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0");
        redis.call("HSET", key("java:metrics:m:" + now / 60), "", "30000 0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0 0");
        Document page = web.page("/history");
        assertThat(page.select("main > table tbody tr").eachText())
                .containsExactly("Mail 10 90 ms 1 ms 1,000 ms", "(other classes) 1 30 s 10 s 10 s");
        Element bars = page.select("svg.histogram").first();
        assertThat(bars.attr("aria-label")).isEqualTo("Half of the jobs took at most 1 ms, 95 % at most 1,000 ms");
        assertThat(bars.select("rect")).hasSize(20);
        assertThat(bars.select("rect").eachAttr("height")).startsWith("20.0", "0.0", "0.0", "2.5");
    }

    private Map<String, Object> json(String path) {
        WebResponse response = web.ask("api/v1/" + path);
        assertThat(response.status()).as(WebFixture.body(response)).isEqualTo(200);
        return map(web.resque.serializer().decode(Payload.of(response.body())));
    }

    @Test
    void programsReadTheSame() {
        fifty();
        String day = Instant.ofEpochSecond(now).toString().substring(0, 10).replace("-", "");
        redis.call("RPUSH", key("java:history:marks:" + day), now - 1 + " v42");
        redis.call("HSET", key("java:metrics:m:" + now / 60), "Mail", "900 8 0 0 1 0 0 0 0 0 1 0 0 0 0 0 0 0 0 0 0");
        ApiCheck check = new ApiCheck(json("openapi.json"));
        check.paths().stream()
                .filter(path -> path.startsWith("/history"))
                .forEach(path -> check.get(path, json(path.substring(1))));
        assertThat(check.wrong).isEmpty();
        assertThat(check.unseen(HISTORY::contains)).isEmpty();
        assertThat(list(json("history?time=hour").get("throughput")))
                .as("20 jobs in ten seconds, and over the gap of two minutes")
                .extracting(each -> map(each).get("processed"))
                .contains(20L, 280L)
                .hasSize(36);
        Map<String, Object> queues = json("history/queues?find=MA");
        assertThat(list(queues.get("queues"))).hasSize(1).first().satisfies(queue -> {
            assertThat(map(queue)).containsEntry("name", "mail");
            assertThat(list(map(queue).get("lengths")))
                    .hasSameSizeAs(list(queues.get("at")))
                    .last()
                    .isEqualTo(50L);
            assertThat(Instant.parse((String) map(queue).get("stalled_since")))
                    .isBefore(Instant.now().minusSeconds(60));
        });
        assertThat(list(json("history/run-times").get("classes")))
                .extracting(each -> map(each).get("count"))
                .containsExactly(10L);
        assertThat(web.ask("api/v1/history?time=weeks").status()).isEqualTo(400);
    }

    @Test
    void aProgramReadsTheNewestOfManyMarksAndQueues() {
        String day = Instant.ofEpochSecond(now).toString().substring(0, 10).replace("-", "");
        StringBuilder many = new StringBuilder("{");
        for (int i = 0; i < 30; i++) {
            redis.call("RPUSH", key("java:history:marks:" + day), now - 30 + i + " m" + i);
            many.append(i == 0 ? "" : ",")
                    .append("\"q")
                    .append(i)
                    .append("\":[")
                    .append(i + 1)
                    .append(",1]");
        }
        sample(now - 20, 1, 1, many + "}");
        sample(now - 10, 1, 1, many + "}");
        assertThat(list(json("history/marks").get("marks")))
                .last()
                .extracting(mark -> map(mark).get("text"))
                .isEqualTo("m29");
        Map<String, Object> first = json("history/queues");
        assertThat(list(first.get("queues"))).hasSize(25);
        assertThat(first).containsEntry("count", 30L);
        assertThat(list(json("history/queues" + first.get("next")).get("queues")))
                .hasSize(5);
    }

    @Test
    void theOverviewHasSmallCurves() {
        fifty();
        redis.call("SADD", key("queues"), "mail");
        redis.call("RPUSH", key("queue:mail"), "{}");
        Document page = web.page("/");
        assertThat(page.select(".figures svg").eachAttr("aria-label"))
                .containsExactly("Jobs done in the last hour: 2 to 2 per s");
        assertThat(page.select("tbody svg").eachAttr("aria-label")).containsExactly("Jobs in the last hour: 1 to 50");
        assertThat(page.select("tbody tr").text()).isEqualTo("mail 1");
        assertThat(web.page("/queues").select("tbody svg")).hasSize(1);
    }

    @Test
    void foreignKeysHideNothingElse() {
        redis.call("SET", key("java:history:m:" + now / 60), "x");
        redis.call("SET", key("java:metrics:m:" + now / 60), "x");
        assertThat(web.get("/history").status()).isEqualTo(200);
        assertThat(web.page("/").select(".verdict").text()).isEqualTo("All is well");
    }
}
