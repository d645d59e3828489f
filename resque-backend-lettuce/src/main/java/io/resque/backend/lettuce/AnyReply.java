package io.resque.backend.lettuce;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes any reply of Redis: a number, bytes, nothing, or a list of these. */
final class AnyReply extends CommandOutput<byte[], byte[], Object> {
    /** The lists around the list that is being read. */
    private final Deque<List<@Nullable Object>> around = new ArrayDeque<>();

    private @Nullable List<@Nullable Object> list;
    private int depth;

    @SuppressWarnings("NullAway") // Lettuce starts with no output
    AnyReply() {
        super(ByteArrayCodec.INSTANCE, null);
    }

    @Override
    public void set(@Nullable ByteBuffer bytes) {
        byte[] copy = null;
        if (bytes != null) {
            copy = new byte[bytes.remaining()];
            bytes.get(copy);
        }
        add(copy);
    }

    @Override
    public void set(long number) {
        add(number);
    }

    @Override
    public void multi(int count) {
        if (count < 0) {
            add(null);
            return;
        }
        List<@Nullable Object> inner = new ArrayList<>(count);
        if (list == null) {
            output = inner;
        } else {
            list.add(inner);
            around.push(list);
        }
        list = inner;
        depth++;
    }

    @Override
    public void complete(int level) {
        if (level > 0 && level < depth) {
            list = around.pop();
            depth--;
        }
    }

    private void add(@Nullable Object value) {
        if (list == null) {
            output = value;
        } else {
            list.add(value);
        }
    }
}
