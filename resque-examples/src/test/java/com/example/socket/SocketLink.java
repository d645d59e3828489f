package com.example.socket;

import io.resque.api.BackendException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisSettings;
import io.resque.backend.redis.RedisUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** The link of the adapter: sends commands over plain sockets. Each call that runs has a socket of its own. */
final class SocketLink implements RedisLink {
    private final RedisSettings settings;
    private final Deque<RespSocket> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    SocketLink(RedisSettings settings) {
        this.settings = settings;
    }

    @Override
    public String endpoint() {
        return settings.endpoint();
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        Object reply = pipeline(List.<byte[][]>of(command)).get(0);
        if (reply instanceof RedisReplyException e) {
            throw e;
        }
        return reply;
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        RespSocket socket = borrow();
        List<@Nullable Object> replies = exchange(socket, settings.timeout(), commands);
        if (closed) {
            socket.close();
        } else {
            idle.push(socket);
        }
        return replies;
    }

    private RespSocket borrow() {
        if (closed) {
            throw new BackendException("The connection to Redis at " + endpoint() + " has been closed");
        }
        RespSocket socket = idle.poll();
        return socket != null ? socket : connect();
    }

    private RespSocket connect() {
        RespSocket socket;
        try {
            socket = new RespSocket(settings);
        } catch (IOException e) {
            throw new RedisUnavailableException(endpoint(), e, root(e), false);
        }
        List<byte[][]> hello = new ArrayList<>();
        String password = settings.password();
        if (password != null) {
            hello.add(
                    settings.user() == null
                            ? RespSocket.words("AUTH", password)
                            : RespSocket.words("AUTH", settings.user(), password));
        }
        hello.add(RespSocket.words("SELECT", Integer.toString(settings.database())));
        for (Object reply : exchange(socket, settings.timeout(), hello)) {
            if (reply instanceof RedisReplyException e) {
                socket.close();
                throw e;
            }
        }
        return socket;
    }

    /**
     * Sends commands and reads their replies. After a failure the socket is closed and not used again, and nothing is
     * sent again.
     */
    private List<@Nullable Object> exchange(RespSocket socket, Duration timeout, List<byte[][]> commands) {
        try {
            socket.send(timeout, commands);
            List<@Nullable Object> replies = new ArrayList<>();
            for (int i = 0; i < commands.size(); i++) {
                replies.add(socket.reply(endpoint()));
            }
            return replies;
        } catch (IOException e) {
            socket.close();
            idle.clear();
            if (closed) {
                throw new BackendException("The connection to Redis at " + endpoint() + " has been closed", e);
            }
            throw new RedisUnavailableException(endpoint(), e, root(e), true);
        }
    }

    private static Throwable root(Throwable e) {
        return e.getCause() == null ? e : root(e.getCause());
    }

    @Override
    public Dedicated dedicate() {
        return new Dedicated() {
            private @Nullable RespSocket socket;
            private boolean ended;

            @Override
            public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
                RespSocket current = current();
                try {
                    return exchange(current, timeout, commands);
                } catch (RedisUnavailableException e) {
                    forget(current);
                    throw e;
                }
            }

            private synchronized RespSocket current() {
                if (ended || closed) {
                    throw new BackendException("The connection to Redis at " + endpoint() + " has been closed");
                }
                if (socket == null) {
                    socket = connect();
                }
                return socket;
            }

            private synchronized void forget(RespSocket broken) {
                if (socket == broken) {
                    socket = null;
                }
            }

            @Override
            public synchronized void close() {
                ended = true;
                if (socket != null) {
                    socket.close();
                }
            }
        };
    }

    @Override
    public void close() {
        closed = true;
        idle.forEach(RespSocket::close);
        idle.clear();
    }
}
