package io.resque.backend.redis;

import io.resque.api.BackendUnavailableException;
import io.resque.backend.redis.ServerLinks.Server;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A link to the server that has the namespace, wherever that is now: {@link ServerRoute} knows. */
final class RoutedLink implements RedisLink {
    private final ServerRoute route;

    RoutedLink(RedisSettings settings, Function<RedisSettings, RedisLink> opener) {
        route = new ServerRoute(settings, opener);
    }

    @Override
    public String endpoint() {
        return route.endpoint();
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        return route.send(server -> new Object[] {server.link().call(command)})[0];
    }

    /** Sends to the known server. A caller whose command is refused there can {@link #call}, and is led on. */
    @Override
    public boolean start(LateCommand command) {
        Server server = route.known();
        if (server == null) {
            return false;
        }
        return server.link().start(new LateCommand() {
            @Override
            public byte[][] words() {
                return command.words();
            }

            @Override
            public void end(@Nullable Object reply, @Nullable Throwable failure) {
                if (failure instanceof BackendUnavailableException) {
                    route.leave(server);
                }
                command.end(reply, failure);
            }
        });
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        return send(commands, RedisLink::pipeline);
    }

    @Override
    public List<@Nullable Object> ask(List<byte[][]> commands) {
        return send(commands, RedisLink::ask);
    }

    private List<@Nullable Object> send(
            List<byte[][]> commands, BiFunction<RedisLink, List<byte[][]>, List<@Nullable Object>> how) {
        Server[] used = new Server[1];
        List<@Nullable Object> replies = route.send(server -> {
            used[0] = server;
            return how.apply(server.link(), commands);
        });
        List<Integer> refused = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i) instanceof RedisReplyException e && e.isForOtherServer()) {
                refused.add(i);
            }
        }
        if (!refused.isEmpty() && route.after(used[0], (RedisReplyException) replies.get(refused.get(0))) != null) {
            List<byte[][]> rest = refused.stream().map(commands::get).toList();
            List<@Nullable Object> again = route.send(server -> how.apply(server.link(), rest));
            for (int i = 0; i < again.size(); i++) {
                replies.set(refused.get(i), again.get(i));
            }
        }
        return replies;
    }

    @Override
    public Dedicated dedicate() {
        return new RoutedConnection(route, null);
    }

    @Override
    public Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        return new RoutedConnection(route, changed);
    }

    @Override
    public void close() {
        route.close();
    }
}
