package io.resque.tck;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys in Redis. */
final class KeyJudge implements BackendJudge {
    private static final Pattern STATUS = Pattern.compile("\\{\"status\":(\\d+),.*", Pattern.DOTALL);

    private final RespClient redis;
    private final String prefix;

    KeyJudge(RespClient redis, String namespace) {
        this.redis = redis;
        prefix = namespace + ":";
    }

    private String key(String name) {
        return prefix + name;
    }

    @Override
    public Map<String, Object> everything() {
        return redis.dump(prefix);
    }

    List<Payload> list(String name) {
        List<Payload> payloads = new ArrayList<>();
        for (Object element : RespValues.asList(redis.call("LRANGE", key(name), 0, -1))) {
            payloads.add(Payload.of((byte[]) element));
        }
        return payloads;
    }

    @Override
    public List<Payload> queue(String queue) {
        return list("queue:" + queue);
    }

    @Override
    public Set<String> queues() {
        return members("queues");
    }

    @Override
    public List<Payload> failures(FailureList list) {
        return list(list.queue() == null ? "failed" : list.queue() + "_failed");
    }

    @Override
    public Set<String> failureLists() {
        return members("failed_queues");
    }

    private Set<String> members(String set) {
        Set<String> members = new TreeSet<>();
        redis.texts("SMEMBERS", key(set)).forEach(member -> members.add(String.valueOf(member)));
        return members;
    }

    @Override
    public long counter(String name) {
        String text = redis.text("GET", key("stat:" + name));
        return text == null ? 0 : Long.parseLong(text);
    }

    @Override
    public @Nullable Payload record(String worker) {
        Object record = redis.call("GET", key("worker:" + worker));
        return record == null ? null : Payload.of((byte[]) record);
    }

    @Override
    public @Nullable String heartbeat(String worker) {
        return redis.text("HGET", key("workers:heartbeat"), worker);
    }

    @Override
    public @Nullable Integer status(String token) {
        String record = redis.text("GET", key("job:" + token + ":status"));
        Matcher status = STATUS.matcher(record == null ? "" : record);
        return status.matches() ? Integer.valueOf(status.group(1)) : null;
    }

    @Override
    public Instant now() {
        return Instant.ofEpochSecond(
                Long.parseLong(String.valueOf(redis.texts("TIME").get(0))));
    }

    /** Removes a worker as the pruners of Ruby and PHP do. */
    @Override
    public void removeWorker(String worker) {
        redis.call("SREM", key("workers"), worker);
        redis.call("DEL", key("worker:" + worker), key("worker:" + worker + ":started"));
        redis.call("HDEL", key("workers:heartbeat"), worker);
        redis.call("DEL", key("stat:processed:" + worker), key("stat:failed:" + worker));
        redis.call("DEL", key("worker:" + worker + ":java"));
        redis.call("HDEL", key("java:sessions"), worker);
        if (redis.number("HLEN", key("java:sessions")) == 1) {
            redis.call("DEL", key("java:sessions")); // the last session takes the format with it
        }
    }

    @Override
    public void close() {
        new CleanUp().then(() -> redis.deleteKeys(prefix)).then(redis::close).run();
    }
}
