package io.resque.backend.redis;

import io.resque.api.spi.Statistics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class RedisStatistics implements Statistics {
    private static final byte[] GET = Keys.bytes("GET");
    private static final byte[] MGET = Keys.bytes("MGET");
    private static final byte[] INCRBY = Keys.bytes("INCRBY");
    private static final byte[] DEL = Keys.bytes("DEL");

    private final RedisLink link;
    private final Keys keys;

    RedisStatistics(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public long get(String name) {
        @Nullable Object reply = link.call(GET, keys.stat(name));
        return reply == null ? 0 : Replies.numberText(reply);
    }

    @Override
    public List<Long> getAll(List<String> names) {
        if (names.isEmpty()) {
            return List.of();
        }
        byte[][] command = new byte[1 + names.size()][];
        command[0] = MGET;
        for (int i = 0; i < names.size(); i++) {
            command[i + 1] = keys.stat(names.get(i));
        }
        List<Long> values = new ArrayList<>();
        for (Object reply : Replies.list(link.call(command))) {
            values.add(reply == null ? 0 : Replies.numberText(reply));
        }
        return values;
    }

    @Override
    public long increment(String name, long by) {
        return Replies.number(link.call(INCRBY, keys.stat(name), Keys.bytes(by)));
    }

    @Override
    public void clear(String name) {
        link.call(DEL, keys.stat(name));
    }
}
