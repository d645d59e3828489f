package io.resque.launcher.internal.frame;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message that was received, see {@link FrameType}. */
public final class Frame {
    public final byte type;
    private final byte[] body;

    Frame(byte type, byte[] body) {
        this.type = type;
        this.body = body;
    }

    /**
     * The tree of the message.
     *
     * @throws java.net.ProtocolException if its bytes are no tree
     */
    public @Nullable Object value() throws IOException {
        return new TreeReader(body).read();
    }
}
