package io.resque.tck;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What nobody should write to Redis, and somebody can. {@code -Dpoison.megabytes=N}, the length of the longest string, makes it larger.
 */
public final class HostileRecords {
    private static final int MEGABYTES = Integer.getInteger("poison.megabytes", 16);

    private static final List<String> TEXTS = List.of(
            "<script>pwned=1</script>",
            "\"'><img src=x onerror=pwned=1>",
            "</title></pre><svg onload=pwned=1>",
            "javascript:pwned=1",
            "<div hx-get=/x hx-trigger=load>",
            "${7*7} @if(true) {{7*7}}",
            "\u202egnp.exe \u0000\u001b[2J",
            "&lt;b&gt; <b>bold</b>");

    private HostileRecords() {}

    /**
     * Malformed and malicious payloads.
     *
     * @return by a description
     */
    public static Map<String, byte[]> payloads() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        all.put("a million brackets", text("[".repeat(1_000_000)));
        all.put(
                "a million levels",
                text("{\"class\":\"Noop\",\"args\":" + "[".repeat(1_000_000) + "]".repeat(1_000_000) + "}"));
        all.put("a million objects", text("{\"a\":".repeat(1_000_000)));
        all.put("a million digits", text("{\"class\":\"Noop\",\"args\":[" + "9".repeat(1_000_000) + "]}"));
        all.put("a million decimals", text("{\"class\":\"Noop\",\"args\":[0." + "1".repeat(1_000_000) + "]}"));
        all.put("a huge exponent", text("{\"class\":\"Noop\",\"args\":[1e999999999]}"));
        all.put("a tiny exponent", text("{\"class\":\"Noop\",\"args\":[1e-999999999]}"));
        all.put("a long exponent", text("{\"class\":\"Noop\",\"args\":[1e" + "9".repeat(100_000) + "]}"));
        all.put("a long string", text("{\"class\":\"Noop\",\"args\":[\"" + "x".repeat(MEGABYTES << 20) + "\"]}"));
        all.put("a long class", text("{\"class\":\"" + "C".repeat(1 << 20) + "\",\"args\":[]}"));
        all.put(
                "a class with lines and colours",
                text("{\"class\":\"A\\n2026 INFO all is well\\u001b[2J\",\"args\":[]}"));
        all.put("the same member twice", text("{\"class\":\"Noop\",\"class\":\"Other\",\"args\":[1],\"args\":[2]}"));
        all.put("100,000 members", text("{\"class\":\"Noop\",\"args\":[{" + members(100_000) + "}]}"));
        all.put("members of one hash code", text("{\"class\":\"Noop\",\"args\":[{" + colliding(12) + "}]}"));
        all.put("half a surrogate", text("{\"class\":\"Noop\",\"args\":[\"\\ud800\"]}"));
        all.put("no UTF-8", new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'});
        all.put("UTF-8 too long", new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'});
        all.put("NUL", new byte[] {0});
        all.put("a mark before", text("\ufeff{\"class\":\"Noop\",\"args\":[]}"));
        all.put("something behind", text("{\"class\":\"Noop\",\"args\":[]}garbage"));
        all.put("nothing", new byte[0]);
        all.put("args of another type", text("{\"class\":\"Noop\",\"args\":\"x\"}"));
        all.put("class of another type", text("{\"class\":[\"Noop\"],\"args\":[]}"));
        all.put("a type by name", text("{\"class\":\"Noop\",\"args\":[{\"@class\":\"java.lang.ProcessBuilder\"}]}"));
        return all;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String members(int count) {
        StringBuilder members = new StringBuilder("\"m\":0");
        for (int i = 0; i < count; i++) {
            members.append(",\"m").append(i).append("\":").append(i);
        }
        return members.toString();
    }

    /** Names with the same hash code: "Aa" and "BB" have the same, and so have all their combinations. */
    private static String colliding(int pairs) {
        StringBuilder members = new StringBuilder("\"m\":0");
        for (int i = 0; i < 1 << pairs; i++) {
            members.append(",\"");
            for (int bit = 0; bit < pairs; bit++) {
                members.append((i >> bit & 1) == 0 ? "Aa" : "BB");
            }
            members.append("\":0");
        }
        return members.toString();
    }

    private static String json(String text) {
        StringBuilder json = new StringBuilder("\"");
        text.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
        return json.append('"').toString();
    }

    /**
     * Writes them as other programs could: as queues, jobs, workers, failures, delayed and recurring jobs, locks, and samples of the history.
     *
     * @param redis where to write
     * @param namespace before each key
     */
    public static void write(RespClient redis, String namespace) {
        for (byte[] payload : payloads().values()) {
            redis.call("RPUSH", namespace + ":queue:poison", payload);
        }
        redis.call("SADD", namespace + ":queues", "poison");
        for (String text : TEXTS) {
            String quoted = json(text);
            String payload =
                    "{\"class\":" + quoted + ",\"args\":[" + quoted + "],\"id\":" + quoted + ",\"queue_time\":1.5}";
            redis.call("SADD", namespace + ":queues", text);
            redis.call("RPUSH", namespace + ":queue:" + text, payload);
            String id = "host" + text + ":1:" + text;
            redis.call("SADD", namespace + ":workers", id);
            redis.call("SET", namespace + ":worker:" + id + ":started", text);
            redis.call("HSET", namespace + ":workers:heartbeat", id, text);
            redis.call(
                    "SET",
                    namespace + ":worker:" + id,
                    "{\"queue\":" + quoted + ",\"run_at\":" + quoted + ",\"payload\":" + payload + "}");
            redis.call(
                    "RPUSH",
                    namespace + ":failed",
                    "{\"failed_at\":" + quoted + ",\"payload\":" + payload + ",\"exception\":" + quoted + ",\"error\":"
                            + quoted + ",\"backtrace\":[" + quoted + "],\"worker\":" + quoted + ",\"queue\":" + quoted
                            + "}");
            redis.call(
                    "SET",
                    namespace + ":job:" + text + ":status",
                    "{\"status\":4,\"updated\":1,\"result\":" + quoted + "}");
            String item = payload.substring(0, payload.length() - 1) + ",\"queue\":" + quoted
                    + ",\"java_retry\":{\"attempt\":1,\"exception\":" + quoted + ",\"error\":" + quoted + "}}";
            redis.call("RPUSH", namespace + ":delayed:4000000000", item);
            redis.call("ZADD", namespace + ":delayed_queue_schedule", 4_000_000_000L, "4000000000");
            redis.call(
                    "HSET",
                    namespace + ":schedules",
                    text,
                    "{\"cron\":" + (text.startsWith("<") ? "\"0 4 * * *\"" : quoted) + ",\"class\":" + quoted
                            + ",\"queue\":" + quoted + ",\"description\":" + quoted + ",\"args\":[" + quoted + "]}");
            redis.call("SET", namespace + ":java:lock:" + text, text);
            writeHistory(redis, namespace, text, quoted);
        }
    }

    private static void writeHistory(RespClient redis, String namespace, String text, String quoted) {
        Instant today = Instant.now();
        long now = today.getEpochSecond() / 10 * 10;
        String date = today.toString().substring(0, 10).replace("-", "");
        redis.call("RPUSH", namespace + ":java:history:marks:" + date, now - 60 + " " + text);
        redis.call("HSET", namespace + ":java:metrics:m:" + now / 60, text, "7" + " 1".repeat(20));
        for (long second = now - 60; second < now; second += 10) {
            redis.call(
                    "HSET",
                    namespace + ":java:history:m:" + second / 60,
                    second,
                    "{\"processed\":1e99,\"failed\":-1,\"workers\":" + quoted + ",\"queues\":{" + quoted + ":[7,7]}}");
        }
    }
}
