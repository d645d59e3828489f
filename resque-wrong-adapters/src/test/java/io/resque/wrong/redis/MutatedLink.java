package io.resque.wrong.redis;

import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A real link, but for what is done to each command. */
class MutatedLink implements RedisLink {
    /** What becomes of a command. */
    @FunctionalInterface
    interface Around {
        @Nullable
        Object call(RedisLink real, byte[]... command);
    }

    final RedisLink real;
    private final Around around;

    MutatedLink(RedisLink real, Around around) {
        this.real = real;
        this.around = around;
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        return around.call(real, command);
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        List<@Nullable Object> replies = new ArrayList<>();
        for (byte[][] command : commands) {
            try {
                replies.add(call(command));
            } catch (RedisReplyException e) {
                replies.add(e);
            }
        }
        return replies;
    }

    @Override
    public Dedicated dedicate() {
        return real.dedicate();
    }

    @Override
    public String endpoint() {
        return real.endpoint();
    }

    @Override
    public void close() {
        real.close();
    }
}
