package io.resque.backend.lettuce;

import io.lettuce.core.RedisCommandExecutionException;
import io.resque.api.BackendException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisUnavailableException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Makes the exceptions of the port out of Lettuce's, for one link: it knows the endpoint, and whether the link is closed. Thread-safe. */
final class LettuceErrors {
    private final Supplier<String> endpoint;
    private volatile boolean closed;

    LettuceErrors(Supplier<String> endpoint) {
        this.endpoint = endpoint;
    }

    /** From now on a command that was not sent fails since the link is closed. */
    void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    BackendException hasBeenClosed() {
        return RedisLink.hasBeenClosed(endpoint.get());
    }

    static TimeoutException noAnswerWithin(Duration timeout) {
        return new TimeoutException("no answer within " + timeout.toMillis() + " ms");
    }

    /** Of a command that may have been sent, or certainly was not. */
    BackendException of(Throwable e, boolean sent) {
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException answer) {
                return new RedisReplyException(endpoint.get(), String.valueOf(answer.getMessage()));
            }
            root = cause;
        }
        return closed && !sent ? hasBeenClosed() : new RedisUnavailableException(endpoint.get(), e, root, sent);
    }
}
