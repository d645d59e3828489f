package io.resque.backend.redis;

import io.resque.backend.redis.ServerLinks.Server;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A dedicated connection to the server that has the namespace. When another server has it, the connection is opened there. */
final class RoutedConnection implements RedisLink.Dedicated {
    private final ServerRoute route;
    private final @Nullable Consumer<@Nullable List<byte[]>> changed;
    private final Consumer<Server> leaves = this::leave;
    private @Nullable Server on;
    private RedisLink.@Nullable Dedicated connection;
    private boolean ended;

    /** A connection that tells of changed keys, or a plain one if nobody is to be told. */
    RoutedConnection(ServerRoute route, @Nullable Consumer<@Nullable List<byte[]>> changed) {
        this.route = route;
        this.changed = changed;
        route.onChange(leaves);
    }

    @Override
    public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
        return route.send(server -> {
            List<@Nullable Object> replies = connection(server).call(timeout, commands);
            if (replies.get(0) instanceof RedisReplyException e && e.isForOtherServer()) {
                throw e; // none of the commands behind was run, or it carries a number that is run once
            }
            return replies;
        });
    }

    private synchronized RedisLink.Dedicated connection(Server server) {
        if (ended) {
            throw route.hasBeenClosed();
        }
        RedisLink.Dedicated known = connection;
        if (known == null || !server.equals(on)) {
            if (known != null) {
                known.close();
            }
            known = changed == null ? server.link().dedicate() : server.link().track(changed);
            connection = known;
            on = server;
        }
        return known;
    }

    /** It would block there for a job that comes elsewhere. */
    private synchronized void leave(Server server) {
        if (connection != null && server.equals(on)) {
            connection.close();
            connection = null;
            if (changed != null) {
                changed.accept(null);
            }
        }
    }

    @Override
    public synchronized void close() {
        ended = true;
        route.removeOnChange(leaves);
        if (connection != null) {
            connection.close();
        }
    }
}
