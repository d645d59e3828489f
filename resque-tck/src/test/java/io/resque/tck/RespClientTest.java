package io.resque.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RespClientTest {
    private static RedisServer server;
    private static RespClient client;
    private final String ns = server.newNamespace();

    @BeforeAll
    static void start() {
        server = RedisServer.forTests();
        client = server.client();
    }

    @AfterAll
    static void stop() {
        client.close();
        server.close();
    }

    @Test
    void mapsReplies() {
        byte[] bytes = {0, 13, 10, (byte) 255};
        assertThat(client.call("SET", ns + ":bytes", bytes)).isEqualTo("OK");
        assertThat((byte[]) client.call("GET", ns + ":bytes")).isEqualTo(bytes);
        assertThat(client.call("GET", ns + ":none")).isNull();
        assertThat(client.call("INCRBY", ns + ":n", 41)).isEqualTo(41L);
        assertThat(client.number("INCR", ns + ":n")).isEqualTo(42);
        assertThat(client.texts("LRANGE", ns + ":none", 0, -1)).isEmpty();
        client.call("SET", ns + ":text", "žluťoučký");
        assertThat(client.texts("MGET", ns + ":text", ns + ":none")).containsExactly("žluťoučký", null);
    }

    @Test
    void throwsErrorsAndStaysUsable() {
        assertThatThrownBy(() -> client.call("NOSUCH"))
                .isInstanceOf(RespClient.RedisError.class)
                .hasMessageContaining("unknown command");
        client.call("MULTI");
        client.call("SET", ns + ":s", "text");
        client.call("INCR", ns + ":s");
        List<?> replies = (List<?>) client.call("EXEC");
        assertThat(replies.get(0)).isEqualTo("OK");
        assertThat(replies.get(1)).isInstanceOf(RespClient.RedisError.class);
    }

    @Test
    void dumpsAndDeletesANamespace() {
        String other = ns.replace('t', 'u');
        client.call("SET", other, "stays");
        client.call("SET", ns + ":text", "1");
        client.call("RPUSH", ns + ":list", "b", "a");
        client.call("SADD", ns + ":set", "b", "a");
        client.call("HSET", ns + ":hash", "f", "v");
        client.call("ZADD", ns + ":zset", 2, "m");
        assertThat(client.dump(ns))
                .containsExactly(
                        Map.entry(ns + ":hash", Map.of("f", "v")),
                        Map.entry(ns + ":list", List.of("b", "a")),
                        Map.entry(ns + ":set", Set.of("a", "b")),
                        Map.entry(ns + ":text", "1"),
                        Map.entry(ns + ":zset", Map.of("m", "2")));
        assertThat(client.hash(ns + ":hash")).containsOnly(Map.entry("f", "v"));
        client.deleteKeys(ns);
        assertThat(client.keys(ns + "*")).isEmpty();
        assertThat(client.text("GET", other)).isEqualTo("stays");
        client.deleteKeys(other);
        assertThatThrownBy(() -> client.deleteKeys("")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void takesAPrefixLiterally() {
        client.call("SET", ns + "*[x]", "1");
        client.call("SET", ns + "abc", "2");
        assertThat(client.dump(ns + "*[").keySet()).containsExactly(ns + "*[x]");
    }

    @Test
    void readsAddresses() {
        assertThat(RedisUrl.parse("redis://u:p%40%2B+@h:1/2")).isEqualTo(new RedisUrl("h", 1, "u", "p@++", 2, false));
        assertThat(RedisUrl.parse("redis://:p@[::1]").text()).isEqualTo("redis://:p@[::1]:6379/0");
        assertThat(RedisUrl.parse("redis://secret@h").password()).isEqualTo("secret");
        for (String bad : List.of("http://h", "h:1", "redis://:secret@h/x", "redis:// secret")) {
            assertThatThrownBy(() -> RespClient.connect(bad))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("redis://")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void readsResp3() throws Exception {
        assertThat(reply("%1\r\n+a\r\n~1\r\n:1\r\n")).isEqualTo(List.of("a", List.of(1L)));
        assertThat(reply("|1\r\n+a\r\n+b\r\n#t\r\n")).isEqualTo(true);
        assertThat(reply("_\r\n")).isNull();
        assertThat(reply(",-inf\r\n")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(reply("(12\r\n")).isEqualTo(BigInteger.valueOf(12));
        assertThat(reply("=5\r\ntxt:a\r\n")).isEqualTo(new byte[] {'a'});
        assertThat(reply("!3\r\nERR\r\n")).isInstanceOf(RespClient.RedisError.class);
        assertThatThrownBy(() -> reply("?\r\n")).hasMessageContaining("not a reply");
        assertThatThrownBy(() -> reply("$5\r\nab")).hasMessageContaining("ended");
    }

    private static Object reply(String text) throws Exception {
        return new RespReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))).reply();
    }
}
