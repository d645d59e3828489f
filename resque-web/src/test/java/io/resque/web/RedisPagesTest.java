package io.resque.web;

import static io.resque.web.ApiCheck.map;
import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.spi.Payload;
import io.resque.core.Resque;
import io.resque.core.Schedule;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import io.resque.web.internal.http.WebResponse;
import java.time.ZoneId;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages about what other programs have written to Redis. */
class RedisPagesTest {
    private final RedisServer server = RedisServer.forTests();
    private final String namespace = server.newNamespace();
    private final RespClient redis = server.client();
    private final WebFixture web = new WebFixture(
            Resque.builder()
                    .url(server.url())
                    .namespace(namespace)
                    .backend("jedis")
                    .build(),
            builder -> builder.access(Access.ALL));

    @AfterEach
    void close() {
        web.close();
        redis.deleteKeys(namespace + ":");
        redis.close();
    }

    private String key(String name) {
        return namespace + ":" + name;
    }

    @Test
    void aDeadWorkerIsToldAndRecoveredByAButton() {
        String id = "far:12:mail";
        redis.call("SADD", key("workers"), id);
        redis.call("HSET", key("workers:heartbeat"), id, "2020-01-01T00:00:00Z");
        redis.call(
                "SET",
                key("worker:" + id),
                "{\"queue\":\"mail\",\"run_at\":\"2020-01-01T00:00:00Z\",\"payload\":{\"class\":\"Send\",\"args\":[1]}}");
        Document overview = web.page("/");
        assertThat(overview.select(".troubles li").first().text()).startsWith("One worker is dead");
        assertThat(web.page("/workers").select("tbody tr").text()).startsWith("far:12 dead mail ");
        Document after = web.press("/", overview, "Recover dead workers");
        assertThat(after.select(".notice").text()).isEqualTo("Recovered one worker");
        assertThat(after.select("tbody tr")).isEmpty();
        assertThat(redis.number("SCARD", key("workers"))).isZero();
        assertThat(redis.number("LLEN", key("failed"))).isEqualTo(1);
    }

    @Test
    void aWorkerOfWhichNothingIsKnownIsRemovedByHand() {
        redis.call("SADD", key("workers"), "far:12:mail");
        redis.call("SET", key("worker:far:12:mail:started"), "Mon Nov 30 10:00:00 CST 2026");
        Document after = web.press("/workers/far:12:mail", "Remove worker");
        assertThat(after.select(".notice").text()).isEqualTo("Removed the worker far:12:mail");
        assertThat(redis.number("SCARD", key("workers"))).isZero();
    }

    @Test
    void theNewestTicksOfARecurringJobAreShown() {
        web.resque.schedules().put("nightly", Schedule.cron("0 3 * * *", ZoneId.of("Europe/Berlin")), "mail", "Report");
        assertThat(web.page("/schedule/nightly").select("table")).isEmpty();
        redis.call(
                "HSET",
                key("java:made_ticks"),
                "nightly",
                "2026-11-29 02:00:00 +0000 1795917600 1\n2026-11-28 02:00:00 +0000 1795833000 0\nno tick");
        assertThat(web.page("/schedule/nightly").select("tbody tr").eachText())
                .containsExactly(
                        "2026-11-29 03:00:00 +01:00 2026-11-29 03:00:00 +01:00 put onto its queue",
                        "2026-11-28 03:00:00 +01:00 2026-11-28 03:30:00 +01:00 30 min late left out");
        WebResponse response = web.get("/api/v1/schedule/nightly");
        assertThat(WebFixture.body(response))
                .contains(
                        "\"ticks\":[{\"at\":\"2026-11-29T02:00:00Z\",\"made_at\":\"2026-11-29T02:00:00Z\",\"enqueued\":true},");
        ApiCheck check = new ApiCheck(map(web.resque
                .serializer()
                .decode(Payload.of(web.ask("api/v1/openapi.json").body()))));
        check.get("/schedule/{name}", map(web.resque.serializer().decode(Payload.of(response.body()))));
        assertThat(check.wrong).isEmpty();
        assertThat(check.seen("MadeTick.enqueued")).isTrue();
    }

    @Test
    void anUnreadablePayloadShowsItsBytes() {
        redis.call("RPUSH", key("queue:mail"), "{\"class\":<script>");
        assertThat(web.page("/queues/mail").select("tbody tr").text())
                .startsWith("0 (unreadable) {\"class\":<script> ");
    }

    @Test
    void theApiTellsWhatNobodyCanReadAndIsBounded() {
        redis.call("RPUSH", key("queue:mail"), "{\"class\":<script>\u0001\u202e");
        redis.call("RPUSH", key("failed"), "no json");
        String queues = IntStream.range(0, 5_000).mapToObj(i -> "q" + i).collect(Collectors.joining(","));
        redis.call("SADD", key("workers"), "far:12:" + queues);
        assertThat(api("/queues/mail"))
                .contains("\"class\":\"\"", "\"arguments\":\"{\\\"class\\\":<script>\\u0001\u202e\"");
        assertThat(api("/failed")).contains("\"class\":\"\"", "\"failed\":1");
        assertThat(api("/workers"))
                .contains("\"q500\"")
                .doesNotContain("\"q501\"")
                .hasSizeLessThan(30_000);
    }

    private String api(String path) {
        WebResponse response = web.get("/api/v1" + path);
        assertThat(response.status()).isEqualTo(200);
        return WebFixture.body(response);
    }

    private static final String RUBYS =
            "{\"failed_at\":\"2026/11/22 15:36:45 UTC\",\"payload\":{\"class\":\"RubyJob\",\"args\":[1,\"x\"]},\"exception\":\"RuntimeError\","
                    + "\"error\":\"boom\",\"backtrace\":[\"a.rb:1:in `perform'\"],\"worker\":\"vm:1:q\",\"queue\":\"q\"}";

    private static final String PHPS =
            "{\"failed_at\":\"Sun Nov 22 15:36:45 UTC 2026\",\"payload\":{\"class\":\"PHP_Job\",\"args\":[{\"a\":1}],\"id\":\"ab\",\"prefix\":\"\","
                    + "\"queue_time\":1795361599.5},\"exception\":\"Exception\",\"error\":\"boom\",\"backtrace\":[\"#0 {main}\"],\"worker\":\"vm:2:q\",\"queue\":\"q\"}";

    private static final String NODES =
            "{\"worker\":\"n:3\",\"queue\":\"q\",\"payload\":{\"class\":\"add\",\"queue\":\"q\",\"args\":[1,2]},\"exception\":\"Error\",\"error\":\"boom\","
                    + "\"backtrace\":[\"    at x.js:1\"],\"failed_at\":\"Sun Nov 22 2026 15:36:45 GMT+0000 (Coordinated Universal Time)\"}";

    @Test
    void failuresOfAllLanguagesAreShownAndMended() {
        redis.call("RPUSH", key("failed"), RUBYS, PHPS, NODES, "no json");
        Document page = web.page("/failed");
        assertThat(page.select("form.chosen tbody tr").eachText())
                .satisfiesExactly(
                        row -> assertThat(row).contains("(unreadable)"),
                        row -> assertThat(row).contains("add [1,2] Error boom q"),
                        row -> assertThat(row).contains("PHP_Job [{\"a\":1}] Exception boom q"),
                        row -> assertThat(row).contains("RubyJob [1,\"x\"] RuntimeError boom q"));
        assertThat(page.select("form.chosen time").eachAttr("title"))
                .containsExactly("", "2026-11-22T15:36:45Z", "2026-11-22T15:36:45Z", "2026-11-22T15:36:45Z");
        Document one =
                web.follow("/failed", page.select("form.chosen tbody a").get(2).attr("href"));
        assertThat(one.select("dd").eachText()).contains("PHP_Job", "[{\"a\":1}]", "#0 {main}", "ab");
        page.select("input[type=checkbox]").forEach(box -> box.attr("checked", ""));
        assertThat(web.press("/failed", page, "Retry and remove")
                        .select(".notice")
                        .text())
                .isEqualTo("Retried and removed 3 of 4");
        assertThat(redis.texts("LRANGE", key("queue:q"), 0, -1))
                .containsExactlyInAnyOrder(
                        "{\"class\":\"RubyJob\",\"args\":[1,\"x\"]}",
                        "{\"class\":\"PHP_Job\",\"args\":[{\"a\":1}]}",
                        "{\"class\":\"add\",\"args\":[1,2]}");
        assertThat(redis.texts("LRANGE", key("failed"), 0, -1)).containsExactly("no json");
    }

    @Test
    void delayedItemsOfRubyAndNodeAreChangedInAllTheirKeys() {
        String second = "4000000000";
        String rubys = "{\"class\":\"RubyJob\",\"args\":[1],\"queue\":\"q\"}";
        String nodes = "{\"class\":\"add\",\"queue\":\"math\",\"args\":[1,2]}";
        for (String item : List.of(rubys, nodes)) {
            redis.call("RPUSH", key("delayed:" + second), item);
            redis.call("SADD", key("timestamps:" + item), "delayed:" + second);
        }
        redis.call("ZADD", key("delayed_queue_schedule"), second, second);
        Document page = web.page("/delayed");
        assertThat(page.select("tbody tr").eachText())
                .satisfiesExactly(
                        row -> assertThat(row).contains("RubyJob [1] q –"),
                        row -> assertThat(row).contains("add [1,2] math Node.js"));
        page.select("input[type=checkbox]").get(1).attr("checked", "");
        assertThat(web.press("/delayed", page, "Run now").select(".notice").text())
                .isEqualTo("Put 1 of 1 onto their queues");
        assertThat(redis.texts("LRANGE", key("queue:math"), 0, -1)).hasSize(1);
        Document one = web.follow("/delayed", page.select("tbody a").first().attr("href"));
        assertThat(web.press("/delayed/x", one, "Cancel").select(".notice").text())
                .isEqualTo("Cancelled 1 of 1");
        assertThat(redis.dump(namespace + ":").keySet())
                .noneMatch(name -> name.contains("timestamps:") || name.contains("delayed"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "failed?at=x",
                "failed?at=99999999999999999-failed",
                "failed?at=5-other_failed",
                "failed?list=queues",
                "failed?start=999999999999999",
                "failed?from=x",
                "failed?from=%2B999999999-12-31T23:59",
                "failed?to=-999999999-01-01T00:00",
                "failed?text=%5BE",
                "failed/x",
                "failed/1-00000000000000000000000000000000-failed",
                "failed/1-00000000000000000000000000000000-queues",
                "delayed?at=x",
                "delayed?at=%00&text=x",
                "delayed?from=%2B999999999-12-31T23:59",
                "delayed?to=-999999999-01-01T00:00",
                "delayed/x",
                "delayed/999999999999999-00000000000000000000000000000000",
                "retries?at=1-2-3",
                "schedule?start=7",
                "schedule/x",
                "status/x",
                "locks?at=x",
                "locks?at=99999999999999999999999",
                "locks/x?start=999999999999999",
                "queues/q?find=x&start=999999999999999",
                "queues/q?job=x&place=999999999999999"
            })
    void noAddressMakesAPageFail(String address) {
        redis.call("RPUSH", key("failed"), RUBYS);
        redis.call("RPUSH", key("queue:q"), "{\"class\":\"A\",\"args\":[]}");
        assertThat(web.ask(address).status()).isIn(200, 400, 404);
    }

    @Test
    void theServerPageTellsOfRedis() {
        Document page = web.page("/server");
        assertThat(page.select("dl.facts dt").eachText()).contains("redis_version");
        assertThat(page.select("tbody tr").eachText()).anyMatch(row -> row.startsWith("connection fine Redis answers"));
        assertThat(web.press("/server", "Look again").select("tbody tr")).isNotEmpty();
    }
}
