package io.resque.launcher;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A frame that was received. */
final class Frame {
    final byte type;
    private final byte[] body;

    Frame(byte type, byte[] body) {
        this.type = type;
        this.body = body;
    }

    @Nullable
    Object value() throws IOException {
        return new TreeReader(body).read();
    }
}
