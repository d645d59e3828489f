package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.ConfigurationException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Goes to the server that has the namespace: the one of the URL, the primary that sentinels name, or the node of a
 * cluster that a MOVED names. All keys of a hash-tagged namespace are on one node, so one server is enough at any time.
 *
 * <p>Sent again is only what certainly has not been run: a command refused by READONLY or MOVED, or never sent.
 */
final class RoutedLink implements RedisLink {
    private static final int TRIES = 4;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration LOOK_LATER = Duration.ofSeconds(15);
    private static final List<byte[][]> INFO = List.of(
            new byte[][] {Keys.bytes("INFO"), Keys.bytes("server")},
            new byte[][] {Keys.bytes("INFO"), Keys.bytes("cluster")});

    /** Scripts read the clock and write; before, that is refused. */
    private static final int OLDEST = 5;

    private static final Pattern VERSION = Pattern.compile("redis_version:((\\d+)\\S*)");
    private static final byte[][] SLOTS = {Keys.bytes("CLUSTER"), Keys.bytes("SLOTS")};
    private static final byte[][] PING = {Keys.bytes("PING")};

    private final RedisSettings settings;
    private final Function<RedisSettings, RedisLink> opener;
    private final boolean tagged;
    /** One for each server that was met. None is closed before the end, since another thread may be using it. */
    private final Map<RedisSettings, RedisLink> links = new ConcurrentHashMap<>();
    /** Of a cluster, so that another node can be asked when one is gone. */
    private final Set<RedisSettings> nodes = new LinkedHashSet<>();

    private final Set<Own> owns = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextLook = new AtomicLong(System.nanoTime());
    private volatile @Nullable Node current;
    private volatile boolean closed;
    private boolean looked;

    private record Node(RedisSettings where, RedisLink link) {}

    RoutedLink(RedisSettings settings, Function<RedisSettings, RedisLink> opener) {
        this.settings = settings;
        this.opener = opener;
        this.tagged = settings.namespace().matches("[^{]*\\{[^}]+}.*");
        nodes.add(settings);
    }

    @Override
    public String endpoint() {
        Node node = current;
        return node == null ? settings.endpoint() : node.link.endpoint();
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        return routed(node -> new Object[] {node.link.call(command)})[0];
    }

    /** By the server that is known. Whoever is refused by it calls, and is led on. */
    @Override
    public boolean start(Supplier<byte[][]> command, BiConsumer<@Nullable Object, @Nullable Throwable> reply) {
        Node node = current;
        if (node == null || settings.primary() != null && isPast(nextLook.get())) {
            return false;
        }
        return node.link.start(command, (answer, failure) -> {
            if (failure instanceof BackendUnavailableException) {
                leave(node);
            }
            reply.accept(answer, failure);
        });
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        Node[] used = new Node[1];
        List<@Nullable Object> replies = routed(node -> {
            used[0] = node;
            return node.link.pipeline(commands);
        });
        List<Integer> refused = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            if (replies.get(i) instanceof RedisReplyException e && (e.isNoPrimary() || e.movedTo() != null)) {
                refused.add(i);
            }
        }
        if (!refused.isEmpty() && next(used[0], (RedisReplyException) replies.get(refused.get(0))) != null) {
            List<byte[][]> rest = refused.stream().map(commands::get).toList();
            List<@Nullable Object> again = routed(node -> node.link.pipeline(rest));
            for (int i = 0; i < again.size(); i++) {
                replies.set(refused.get(i), again.get(i));
            }
        }
        return replies;
    }

    private <T> T routed(Function<Node, T> send) {
        Node node = current();
        for (int tries = 1; ; tries++) {
            try {
                return send.apply(node);
            } catch (RedisReplyException e) {
                Node other = tries == TRIES ? null : next(node, e);
                if (other == null) {
                    throw e;
                }
                node = other;
            } catch (BackendUnavailableException e) {
                leave(node);
                Node other = e.maybeApplied() || tries == TRIES ? node : current();
                if (other.equals(node)) {
                    throw e;
                }
                node = other;
            }
        }
    }

    /** Where to go after a refusal; null if nowhere else. */
    private @Nullable Node next(Node node, RedisReplyException refusal) {
        String moved = refusal.movedTo();
        if (moved != null && tagged) {
            learn(node);
            int colon = moved.lastIndexOf(':');
            Node owner = node(node.where, moved.substring(0, colon), Integer.parseInt(moved.substring(colon + 1)));
            current = owner;
            return owner;
        }
        if (!refusal.isNoPrimary()) {
            return null;
        }
        leave(node);
        Node other = current();
        return other.equals(node) ? null : other;
    }

    private Node node(RedisSettings from, String host, int port) {
        // A node that does not know its own address leaves it out: it is the one that was asked.
        return node(settings.at(host.isEmpty() ? from.host() : host, port));
    }

    private synchronized Node node(RedisSettings where) {
        if (closed) {
            throw hasBeenClosed();
        }
        return new Node(where, links.computeIfAbsent(where, opener));
    }

    private void leave(Node node) {
        if (node.equals(current)) {
            current = null;
        }
    }

    private Node current() {
        Node known = current;
        if (known == null) {
            return resolve();
        }
        String primary = settings.primary();
        long due = nextLook.get();
        boolean look =
                primary != null && isPast(due) && nextLook.compareAndSet(due, System.nanoTime() + LOOK.toNanos());
        return look ? lookAgain(known, primary) : known;
    }

    private static boolean isPast(long time) {
        return System.nanoTime() - time >= 0;
    }

    /** After a failover that was ordered, the old primary goes on for many seconds as if nothing were. */
    private Node lookAgain(Node known, String primary) {
        try {
            Node named = primary(primary);
            current = named;
            if (!named.equals(known)) {
                owns.forEach(own -> own.leave(known)); // which would block there for a job that comes elsewhere
            }
            return named;
        } catch (BackendException e) {
            nextLook.set(
                    System.nanoTime() + LOOK_LATER.toNanos()); // the sentinels are away, and the primary may be well
            return known;
        }
    }

    private synchronized Node resolve() {
        Node known = current;
        if (known != null) {
            return known;
        }
        Node found = settings.primary() == null ? anyNode() : primary(settings.primary());
        if (!looked) {
            refuseUnsuitable(found);
            looked = true;
        }
        current = found;
        return found;
    }

    private Node anyNode() {
        if (nodes.size() > 1) {
            for (RedisSettings each : nodes) {
                Node node = node(each);
                try {
                    node.link.call(PING);
                    return node;
                } catch (BackendUnavailableException e) {
                    // the next one then
                }
            }
        }
        return node(settings);
    }

    private void refuseUnsuitable(Node node) {
        List<@Nullable Object> replies;
        try {
            replies = node.link.pipeline(INFO);
        } catch (BackendUnavailableException e) {
            if (!e.maybeApplied()) {
                throw e;
            }
            return; // the command itself meets what there is to be met
        }
        StringBuilder info = new StringBuilder();
        for (Object reply : replies) {
            if (reply
                    instanceof
                    byte[] section) { // or it does not tell; what does not work is then refused by the server
                info.append(Keys.utf8(section));
            }
        }
        Matcher version = VERSION.matcher(info);
        if (version.find() && Integer.parseInt(version.group(2)) < OLDEST) {
            throw new ConfigurationException("Redis at " + node.link.endpoint() + " is version " + version.group(1)
                    + ", and " + OLDEST + ".0 or later is needed; give the URL of one that is newer");
        }
        if (!tagged && settings.primary() == null && info.indexOf("cluster_enabled:1") >= 0) {
            throw new ConfigurationException("Redis at " + node.link.endpoint() + " is a cluster, and the namespace \""
                    + settings.namespace() + "\" would be spread over its nodes; give one with a hash tag,"
                    + " namespace(\"{resque}\")");
        }
    }

    private synchronized void learn(Node node) {
        try {
            for (Object range : Replies.list(node.link.call(SLOTS))) {
                for (Object each : Replies.list(range)) {
                    if (each instanceof List<?> server && server.get(0) instanceof byte[] host) {
                        String name = Keys.utf8(host);
                        nodes.add(settings.at(
                                name.isEmpty() ? node.where.host() : name, (int) Replies.number(server.get(1))));
                    }
                }
            }
        } catch (BackendException e) {
            // the nodes known so far must do
        }
    }

    private Node primary(String name) {
        List<String> reasons = new ArrayList<>();
        BackendException last = null;
        for (InetSocketAddress sentinel : settings.sentinels()) {
            try {
                Object answer = ask(sentinel, name);
                if (answer instanceof List<?> address && address.size() == 2) {
                    return node(
                            settings.at(Replies.text(address.get(0)), Integer.parseInt(Replies.text(address.get(1)))));
                }
                reasons.add(sentinel.getHostString() + ":" + sentinel.getPort() + " does not know it");
            } catch (RedisReplyException | BackendUnavailableException e) {
                last = e;
                reasons.add(e.getMessage());
            }
        }
        String message = "No sentinel names the primary \"" + name + "\" (" + String.join("; ", reasons)
                + "); check the name after # in the URL, and that the sentinels run";
        throw new BackendUnavailableException(message, last == null ? new IllegalStateException(message) : last, false);
    }

    private @Nullable Object ask(InetSocketAddress sentinel, String name) {
        byte[][] question = {Keys.bytes("SENTINEL"), Keys.bytes("get-master-addr-by-name"), Keys.bytes(name)};
        try {
            return node(settings.sentinel(sentinel, false)).link.call(question);
        } catch (RedisReplyException e) {
            if (!e.isNoLogin() || settings.password() == null) {
                throw e;
            }
            return node(settings.sentinel(sentinel, true)).link.call(question);
        }
    }

    private BackendException hasBeenClosed() {
        return new BackendException("The connection to Redis at " + settings.endpoint() + " has been closed");
    }

    @Override
    public Dedicated dedicate() {
        return new Own(null);
    }

    @Override
    public Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        return new Own(changed);
    }

    @Override
    public synchronized void close() {
        closed = true;
        links.values().forEach(RedisLink::close);
    }

    /** A connection of its own, to wherever the commands go. */
    private final class Own implements Dedicated {
        private final @Nullable Consumer<@Nullable List<byte[]>> changed;
        private @Nullable Node on;
        private @Nullable Dedicated connection;
        private boolean ended;

        Own(@Nullable Consumer<@Nullable List<byte[]>> changed) {
            this.changed = changed;
            owns.add(this);
        }

        @Override
        public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
            return routed(node -> {
                List<@Nullable Object> replies = connection(node).call(timeout, commands);
                if (replies.get(0) instanceof RedisReplyException e && (e.isNoPrimary() || e.movedTo() != null)) {
                    throw e; // and none of those behind it was run, or it carries a number that is run once
                }
                return replies;
            });
        }

        private synchronized Dedicated connection(Node node) {
            if (ended) {
                throw hasBeenClosed();
            }
            Dedicated known = connection;
            if (known == null || !node.equals(on)) {
                if (known != null) {
                    known.close();
                }
                known = changed == null ? node.link.dedicate() : node.link.track(changed);
                connection = known;
                on = node;
            }
            return known;
        }

        synchronized void leave(Node node) {
            if (connection != null && node.equals(on)) {
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
            owns.remove(this);
            if (connection != null) {
                connection.close();
            }
        }
    }
}
