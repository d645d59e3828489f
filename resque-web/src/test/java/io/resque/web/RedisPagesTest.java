package io.resque.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.core.Resque;
import io.resque.tck.RedisServer;
import io.resque.tck.RespClient;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    void anUnreadablePayloadShowsItsBytes() {
        redis.call("RPUSH", key("queue:mail"), "{\"class\":<script>");
        assertThat(web.page("/queues/mail").select("tbody tr").text())
                .startsWith("0 (unreadable) {\"class\":<script> ");
    }

    @Test
    void theServerPageTellsOfRedis() {
        Document page = web.page("/server");
        assertThat(page.select("dl.facts dt").eachText()).contains("redis_version");
        assertThat(page.select("tbody tr").eachText()).anyMatch(row -> row.startsWith("connection fine Redis answers"));
        assertThat(web.press("/server", "Look again").select("tbody tr")).isNotEmpty();
    }
}
