package io.resque.backend.redis;

import io.resque.api.BackendException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The seam that an adapter implements on its client: send commands, get replies. Safe for concurrent use.
 *
 * <p>A command is its words in bytes, the name first. A reply is a {@link Long}, a {@code byte[]} (also for a simple
 * string), a {@link List} of replies, or null. An error reply is a {@link RedisReplyException}. Where a connection cannot
 * be made, or breaks, a call throws a {@link io.resque.api.BackendUnavailableException}. Only {@link #ask} sends a command twice.
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
     * Sends a command without waiting, on a client that writes and reads in threads of its own. A link that does not
     * override this method sends nothing.
     *
     * @param command the command, which also takes the reply
     * @return whether the link sends it; false if it would have to wait, such as for a connection. Then it calls no method of
     *     the command
     */
    default boolean start(LateCommand command) {
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
     * As {@link #pipeline}, for commands that do no harm if they are sent twice, such as commands that only read. So a link need not test
     * a connection that was idle, which would cost a command: if it is broken, the commands are sent again. A link that does not override
     * this method tests it.
     *
     * @param commands in order
     * @return the replies in order, as {@link #pipeline} returns them
     */
    default List<@Nullable Object> ask(List<byte[][]> commands) {
        return pipeline(commands);
    }

    /**
     * A connection of its own, for commands that block. It need not connect before its first call.
     *
     * @return the connection, to be closed by the caller
     */
    Dedicated dedicate();

    /**
     * A connection of its own on which the server tells which keys have changed since they were read on it (CLIENT
     * TRACKING, Redis 6). After it has told of a key, it tells of that key again only if the key is read again. A link that
     * does not override this method cannot do that.
     *
     * @param changed takes the names of keys that have changed; or null if any key may have. It gets null after the server
     *     forgot which keys were read, after the connection was made, which may happen anew in any call, and as soon as the
     *     connection broke. Called in any thread, one call at a time, and must not wait
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

    /** Closes what this link opened, and leaves open what it was given. Closing again does nothing. */
    @Override
    void close();

    /**
     * What a link throws once it has been closed.
     *
     * @param endpoint as {@link #endpoint} gives it
     * @return the exception
     */
    static BackendException hasBeenClosed(String endpoint) {
        return new BackendException("The connection to Redis at " + endpoint
                + " has been closed, as Resque.close does it; open another by Resque.connect or" + " Resque.builder()");
    }

    /** A command of {@link #start}, which says as late as possible what it sends. */
    interface LateCommand {
        /**
         * Its words. Called once when the client is about to write them, or never if it cannot write; in any thread. Must not
         * wait.
         *
         * @return the words, the name first
         */
        byte[][] words();

        /**
         * Takes the reply. Called once; in any thread, even in the one that starts the command before {@link #start}
         * returns. Must not wait.
         *
         * @param reply the reply, if there is no failure
         * @param failure what {@link #call} would throw; null if there is a reply
         */
        void end(@Nullable Object reply, @Nullable Throwable failure);
    }

    /** A connection for one thread. */
    interface Dedicated extends AutoCloseable {
        /**
         * Sends commands in one write and waits for all replies. The first command may block at the server.
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
