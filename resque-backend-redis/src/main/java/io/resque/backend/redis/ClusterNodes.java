package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The nodes of a cluster, so that another node can be asked when one is gone. Without a cluster, the server of the settings. */
final class ClusterNodes {
    private static final byte[][] SLOTS = {Keys.bytes("CLUSTER"), Keys.bytes("SLOTS")};
    private static final byte[][] PING = {Keys.bytes("PING")};

    private final RedisSettings settings;
    private final ServerLinks links;
    private final Set<RedisSettings> nodes = new LinkedHashSet<>();

    ClusterNodes(RedisSettings settings, ServerLinks links) {
        this.settings = settings;
        this.links = links;
        nodes.add(settings);
    }

    /** The first node that answers. If there is only one, it is not asked. */
    synchronized ServerLinks.Server any() {
        if (nodes.size() > 1) {
            for (RedisSettings each : nodes) {
                ServerLinks.Server node = links.to(each);
                try {
                    node.link().call(PING);
                    return node;
                } catch (BackendUnavailableException e) {
                    // the next one then
                }
            }
        }
        return links.to(settings);
    }

    /** The node to which a node's refusal points, as {@code host:port}. */
    ServerLinks.Server owner(ServerLinks.Server refusing, String moved) {
        learn(refusing);
        int colon = moved.lastIndexOf(':');
        return links.to(at(refusing, moved.substring(0, colon), Integer.parseInt(moved.substring(colon + 1))));
    }

    private synchronized void learn(ServerLinks.Server from) {
        try {
            for (Object range : Replies.list(from.link().call(SLOTS))) {
                for (Object each : Replies.list(range)) {
                    if (each instanceof List<?> server && server.get(0) instanceof byte[] host) {
                        nodes.add(at(from, Keys.utf8(host), (int) Replies.number(server.get(1))));
                    }
                }
            }
        } catch (BackendException e) {
            // the nodes known so far must do
        }
    }

    /** A node that does not know its own address leaves it out: it is the node that was asked. */
    private RedisSettings at(ServerLinks.Server asked, String host, int port) {
        return settings.at(host.isEmpty() ? asked.where().host() : host, port);
    }
}
