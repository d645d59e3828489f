package io.resque.spring.boot;

import io.resque.api.ConfigurationException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/** The connection of Spring Data Redis as a URL. */
final class DataRedisUrl {
    private DataRedisUrl() {}

    static String of(DataRedisConnectionDetails details) {
        String login = login(details.getUsername(), details.getPassword());
        DataRedisConnectionDetails.Standalone standalone = details.getStandalone();
        DataRedisConnectionDetails.Sentinel sentinel = details.getSentinel();
        DataRedisConnectionDetails.Cluster cluster = details.getCluster();
        if (sentinel != null) {
            return scheme("redis", details.getSslBundle(), "-sentinel") + login + hosts(sentinel.getNodes()) + "/"
                    + sentinel.getDatabase() + "#" + encoded(sentinel.getMaster());
        }
        if (cluster != null) {
            // One namespace lies on one node, and the client finds it from any node.
            return scheme("redis", details.getSslBundle(), "")
                    + login
                    + hosts(cluster.getNodes().subList(0, 1)) + "/0";
        }
        if (standalone == null) {
            throw new ConfigurationException("The bean " + details.getClass().getName()
                    + " names no Redis; set the property resque.url, such as redis://localhost:6379/0");
        }
        return scheme("redis", details.getSslBundle(), "") + login + host(standalone.getHost(), standalone.getPort())
                + "/" + standalone.getDatabase();
    }

    private static String scheme(String name, @Nullable SslBundle bundle, String kind) {
        return name + (bundle == null ? "" : "s") + kind + "://";
    }

    private static String login(@Nullable String user, @Nullable String password) {
        return password == null ? "" : (user == null ? "" : encoded(user)) + ":" + encoded(password) + "@";
    }

    private static String hosts(List<DataRedisConnectionDetails.Node> nodes) {
        return nodes.stream().map(node -> host(node.host(), node.port())).collect(Collectors.joining(","));
    }

    private static String host(String host, int port) {
        return (host.indexOf(':') < 0 || host.startsWith("[") ? host : "[" + host + "]") + ":" + port;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
