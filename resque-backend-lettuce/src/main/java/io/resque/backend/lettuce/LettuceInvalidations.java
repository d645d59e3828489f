package io.resque.backend.lettuce;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import io.lettuce.core.codec.ByteArrayCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Hears from the server, on a connection of RESP3, which keys have changed since they were read on it. */
final class LettuceInvalidations implements PushListener, RedisConnectionStateListener {
    private final Consumer<@Nullable List<byte[]>> changed;

    LettuceInvalidations(Consumer<@Nullable List<byte[]>> changed) {
        this.changed = changed;
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
