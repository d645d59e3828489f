package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.backend.redis.ServerLinks.Server;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Leads to the server that has the namespace: the one of the URL, the primary that sentinels name, or the node of a cluster to
 * which a MOVED points. All keys of a hash-tagged namespace are on one node, so one server is enough at any time. Thread-safe.
 */
final class ServerRoute {
    private static final int TRIES = 4;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LOOK_LATER = Duration.ofSeconds(15);

    private final RedisSettings settings;
    private final ServerLinks links;
    private final ClusterNodes nodes;
    private final @Nullable Sentinels sentinels;
    private final Set<Consumer<Server>> onChange = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
    private volatile @Nullable Server current;
    private boolean checked;

    ServerRoute(RedisSettings settings, Function<RedisSettings, RedisLink> opener) {
        this.settings = settings;
        this.links = new ServerLinks(settings, opener);
        this.nodes = new ClusterNodes(settings, links);
        this.sentinels = settings.primary() == null ? null : new Sentinels(settings, settings.primary(), links);
    }

    String endpoint() {
        Server known = current;
        return known == null ? settings.endpoint() : known.link().endpoint();
    }

    BackendException hasBeenClosed() {
        return RedisLink.hasBeenClosed(settings.endpoint());
    }

    /**
     * Sends, and sends again where certainly nothing has been run: the server refused by READONLY or MOVED, or the command was
     * never sent.
     */
    <T> T send(Function<Server, T> send) {
        Server server = server();
        for (int tries = 1; ; tries++) {
            try {
                return send.apply(server);
            } catch (RedisReplyException e) {
                Server other = tries == TRIES ? null : after(server, e);
                if (other == null) {
                    throw e;
                }
                server = other;
            } catch (BackendUnavailableException e) {
                leave(server);
                Server other = e.maybeApplied() || tries == TRIES ? server : server();
                if (other.equals(server)) {
                    throw e;
                }
                server = other;
            }
        }
    }

    /** Where to go after a refusal; null if to no other server. */
    @Nullable
    Server after(Server refusing, RedisReplyException refusal) {
        String moved = refusal.movedTo();
        if (moved != null && settings.isOnOneNode()) {
            Server owner = nodes.owner(refusing, moved);
            current = owner;
            return owner;
        }
        if (!refusal.isNoPrimary()) {
            return null;
        }
        leave(refusing);
        Server other = server();
        return other.equals(refusing) ? null : other;
    }

    /** The next command looks for a server anew. */
    void leave(Server server) {
        if (server.equals(current)) {
            current = null;
        }
    }

    /** The known server, without waiting; null if one must be looked for. */
    @Nullable
    Server known() {
        return sentinels != null && isPast(nextLook.get()) ? null : current;
    }

    private Server server() {
        Server known = current;
        if (known == null) {
            return find();
        }
        long due = nextLook.get();
        boolean looks =
                sentinels != null && isPast(due) && nextLook.compareAndSet(due, System.nanoTime() + LOOK.toNanos());
        return looks ? lookAgain(known, sentinels) : known;
    }

    private static boolean isPast(long time) {
        return System.nanoTime() - time >= 0;
    }

    /** After an ordered failover the old primary goes on for many seconds as if nothing had happened. */
    private Server lookAgain(Server known, Sentinels asked) {
        try {
            Server named = asked.primary();
            current = named;
            if (!named.equals(known)) {
                onChange.forEach(each -> each.accept(known));
            }
            return named;
        } catch (BackendException e) {
            // The sentinels are away, and the primary may be well.
            nextLook.set(System.nanoTime() + LOOK_LATER.toNanos());
            return known;
        }
    }

    private synchronized Server find() {
        Server known = current;
        if (known != null) {
            return known;
        }
        Server found = sentinels == null ? nodes.any() : sentinels.primary();
        if (!checked) {
            ServerCheck.refuseUnsuitable(found.link(), settings);
            checked = true;
        }
        current = found;
        return found;
    }

    /** Is told of a server when the sentinels name another one in its place. */
    void onChange(Consumer<Server> listener) {
        onChange.add(listener);
    }

    void removeOnChange(Consumer<Server> listener) {
        onChange.remove(listener);
    }

    void close() {
        links.close();
    }
}
