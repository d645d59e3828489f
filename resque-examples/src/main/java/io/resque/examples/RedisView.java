package io.resque.examples;

import io.resque.tck.RespClient;
import java.util.Map;

/** Reads the keys in Redis. */
final class RedisView implements DemoView {
    private final RespClient redis;
    private final String prefix;

    RedisView(String url, String namespace) {
        redis = RespClient.connect(url);
        prefix = namespace + ":";
    }

    @Override
    public Map<String, Object> everything() {
        return redis.dump(prefix);
    }

    @Override
    public void push(String queue, String payload) {
        redis.call("RPUSH", prefix + "queue:" + queue, payload);
    }

    @Override
    public String record(String worker) {
        return String.valueOf(redis.text("GET", prefix + "worker:" + worker));
    }

    @Override
    public long processed() {
        String text = redis.text("GET", prefix + "stat:processed");
        return text == null ? 0 : Long.parseLong(text);
    }

    @Override
    public void close() {
        redis.deleteKeys(prefix);
        redis.close();
    }
}
