package io.resque.backend.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the server tells, on a connection of RESP3, of keys that were read on it and have changed since. */
final class LettuceMessages implements PushListener, RedisConnectionStateListener {
    /** In RESP2 a connection is told nothing that it has not asked for. */
    static final List<byte[][]> GREETING = List.of(words("HELLO", "3"), words("CLIENT", "TRACKING", "ON"));

    private final Consumer<@Nullable List<byte[]>> changed;

    LettuceMessages(Consumer<@Nullable List<byte[]>> changed) {
        this.changed = changed;
    }

    private static byte[][] words(String... words) {
        return Stream.of(words)
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
    }

    void listenTo(StatefulRedisConnection<?, ?> connection) {
        connection.addListener((PushListener) this);
        connection.addListener((RedisConnectionStateListener) this);
    }

    @Override
    public void onPushMessage(PushMessage message) {
        if (!message.getType().equals("invalidate")) {
            return;
        }
        List<Object> content = message.getContent(ByteArrayCodec.INSTANCE::decodeKey);
        if (content.size() < 2 || !(content.get(1) instanceof List<?> keys)) {
            changed.accept(null);
            return;
        }
        List<byte[]> names = new ArrayList<>();
        for (Object key : keys) {
            names.add((byte[]) key);
        }
        changed.accept(names);
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
        changed.accept(null);
    }
}
