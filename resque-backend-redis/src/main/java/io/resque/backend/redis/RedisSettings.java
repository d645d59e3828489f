package io.resque.backend.redis;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Where a Redis is and how to speak to it, as a URL says.
 *
 * <pre>{@code
 * redis://[[user]:password@]host[:port][/db][?namespace=…&timeout=2s&connectTimeout=500ms]
 * rediss://…                      the same with TLS
 * unix://[[user]:password@]/path[?db=…&namespace=…&timeout=2s]                   a Unix domain socket on this machine
 * redis-sentinel://[[user]:password@]host[:port],host[:port]…[/db][?…]#primary    and rediss-sentinel://
 * host[:port[:db]][/namespace]    as in Ruby Resque
 * }</pre>
 *
 * @param host name or address; the first sentinel's where there are sentinels; empty with a socket
 * @param port the port; 0 with a socket
 * @param socket the file of a Unix domain socket; null where the server is reached by host and port
 * @param user the ACL user; null for the default user
 * @param password the password; null for none
 * @param database the number of the database
 * @param tls whether to use TLS; the certificate's host name is then checked
 * @param namespace the prefix of all keys, without colon; empty for none
 * @param connectTimeout how long a connection may take
 * @param timeout how long a reply may take
 * @param sentinels the servers that know where the primary is, in the order in which they are asked; empty for none
 * @param primary the name by which the sentinels know the primary; null without sentinels
 */
public record RedisSettings(
        String host,
        int port,
        @Nullable Path socket,
        @Nullable String user,
        @Nullable String password,
        int database,
        boolean tls,
        String namespace,
        Duration connectTimeout,
        Duration timeout,
        List<InetSocketAddress> sentinels,
        @Nullable String primary) {
    /** The prefix of all keys unless another is chosen, as in Ruby. */
    public static final String DEFAULT_NAMESPACE = "resque";

    /** How long a connection or a reply may take unless the URL says otherwise. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(2);

    /**
     * After how long an idle connection is tested before it is used. The server, or a proxy before it, may have closed the
     * connection, and then nobody knows whether a command was run. Redis closes no connection that was idle for less than a
     * second.
     */
    public static final Duration TESTED_AFTER = Duration.ofMillis(500);

    /**
     * Reads a URL.
     *
     * @param config the URL, and a namespace that wins over the URL's
     * @return the settings
     * @throws ConfigurationException naming what cannot be read, without the password
     */
    public static RedisSettings parse(BackendConfig config) {
        return new RedisUrl(config.url().strip()).read(config.namespace());
    }

    /** The settings for another server, which is spoken to in the same way. */
    RedisSettings at(String otherHost, int otherPort) {
        return new RedisSettings(
                otherHost,
                otherPort,
                null,
                user,
                password,
                database,
                tls,
                namespace,
                connectTimeout,
                timeout,
                List.of(),
                null);
    }

    /** The settings for a sentinel, which has no databases and mostly no login. */
    RedisSettings sentinel(InetSocketAddress address, boolean login) {
        return new RedisSettings(
                address.getHostString(),
                address.getPort(),
                null,
                login ? user : null,
                login ? password : null,
                0,
                tls,
                namespace,
                connectTimeout,
                timeout,
                List.of(),
                null);
    }

    /** Whether a hash tag in the namespace keeps all its keys on one node of a cluster. */
    boolean isOnOneNode() {
        return namespace.matches("[^{]*\\{[^}]+}.*");
    }

    /** The namespace without a last colon: php-resque allows {@code resque:} for {@code resque}. */
    static String plain(String namespace) {
        return namespace.endsWith(":") ? namespace.substring(0, namespace.length() - 1) : namespace;
    }

    /**
     * The certificates that a client shows to a server that asks for one, as Java's system properties name them:
     * {@code javax.net.ssl.keyStore}, and the same with {@code Password}, {@code Type} and {@code Provider}.
     *
     * @return the managers of the certificates, which are read now; null if no store is named
     * @throws ConfigurationException naming the store that cannot be used, without its password
     */
    public static @Nullable KeyManagerFactory keyManagers() {
        return JavaKeyStores.keyManagers();
    }

    /**
     * Which servers are trusted, as Java's system properties say: {@code javax.net.ssl.trustStore}, and the same with
     * {@code Password} and {@code Type}; or else Java's own list.
     *
     * @return the managers of the trusted certificates, which are read now
     * @throws ConfigurationException naming the store that cannot be used, without its password
     */
    public static TrustManagerFactory trustManagers() {
        return JavaKeyStores.trustManagers();
    }

    /**
     * Where this is, for messages.
     *
     * @return {@code host:port/db}, {@code unix:///path?db=…}, or the name of the primary and the sentinels
     */
    public String endpoint() {
        if (primary != null) {
            return primary + " of the sentinels "
                    + sentinels.stream()
                            .map(known -> known.getHostString() + ":" + known.getPort())
                            .collect(Collectors.joining(","))
                    + "/" + database;
        }
        if (socket != null) {
            return "unix://" + socket + "?db=" + database;
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port + "/" + database;
    }

    /** Leaves the password out. */
    @Override
    public String toString() {
        return "RedisSettings[" + (socket != null ? "" : tls ? "rediss://" : "redis://") + endpoint() + ", namespace="
                + namespace + "]";
    }
}
