package io.resque.backend.redis;

import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The seam that an adapter implements on its client: send commands, get replies. Safe for concurrent use.
 *
 * <p>A command is its words, the name first, in bytes. A reply is a {@link Long}, a {@code byte[]} (also for a simple
 * string), a {@link List} of replies, or null. An error reply is a {@link RedisReplyException}. A connection that cannot
 * be made or that breaks is a {@link io.resque.api.BackendUnavailableException}; a command is never sent twice.
 */
public interface RedisLink extends AutoCloseable {
    /**
     * Sends a command and waits for its reply.
     *
     * @param command its words
     * @return the reply
     */
    @Nullable
    Object call(byte[]... command);

    /**
     * Sends a command without waiting, by a client that writes and reads in threads of its own. By default it cannot.
     *
     * @param command makes its words when they are about to be written; asked once, or never if they cannot be
     * @param reply takes the reply, or what {@link #call} would throw; called once, in any thread, even in this one
     *     before the method returns, and must not wait
     * @return whether it did; false if it would have to wait, such as for a connection, and neither is ever called
     */
    default boolean start(Supplier<byte[][]> command, BiConsumer<@Nullable Object, @Nullable Throwable> reply) {
        return false;
    }

    /**
     * Sends commands in one write and waits for all replies.
     *
     * @param commands in order
     * @return the replies in order; an error reply is there as a {@link RedisReplyException}, not thrown
     */
    List<@Nullable Object> pipeline(List<byte[][]> commands);

    /**
     * A connection of its own, for commands that block. Need not connect before its first call.
     *
     * @return the connection, to be closed by the caller
     */
    Dedicated dedicate();

    /**
     * A connection of its own whose server tells of each key that was read on it once that key has changed (CLIENT
     * TRACKING, Redis 6). By default it cannot.
     *
     * <p>Nothing is told of a change after the reading that was made before it, if the key is not read again.
     *
     * @param changed takes the names of keys that have changed; or null if any may have, which is told after the server
     *     forgot them all, after the connection was made, which may be made anew by any call, and as soon as it broke.
     *     Called in any thread, one at a time, and must not wait
     * @return the connection, to be closed by the caller. Its calls throw a {@link RedisReplyException} if the server
     *     refuses to tell
     * @throws UnsupportedOperationException if this link cannot; a call on the connection may throw it instead
     */
    default Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        throw new UnsupportedOperationException();
    }

    /**
     * Where the commands go, for messages.
     *
     * @return such as {@code localhost:6379/0}, without any secret
     */
    String endpoint();

    /** Closes what this link opened and nothing that it was given. Closing again does nothing. */
    @Override
    void close();

    /** A connection for one thread. */
    interface Dedicated extends AutoCloseable {
        /**
         * Sends commands in one write, of which the first may block the server's end, and waits for all replies.
         *
         * @param timeout how long to wait for the replies before the connection counts as broken
         * @param commands in order, each its words
         * @return the replies in order; an error reply is there as a {@link RedisReplyException}, not thrown
         */
        List<@Nullable Object> call(Duration timeout, List<byte[][]> commands);

        /** Closes the connection; a call that waits in another thread ends with an exception. */
        @Override
        void close();
    }
}
