package io.resque.backend.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.resource.DnsResolvers;
import io.lettuce.core.resource.SocketAddressResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Connects. An interrupt does not cut that short. A connection that is ready too late is closed, since the client would
 * leave it open.
 */
final class LettuceConnector {
    private static final int HANDSHAKES = 10;

    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final RedisClient client;
    private final RedisURI uri;
    private final @Nullable Addresses addresses;
    private final Set<CompletableFuture<?>> awaited = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Without addresses the client resolves names in its own way. */
    LettuceConnector(RedisClient client, RedisURI uri, @Nullable Addresses addresses) {
        this.client = client;
        this.uri = uri;
        this.addresses = addresses;
    }

    StatefulRedisConnection<byte[], byte[]> connect() {
        return connect(HANDSHAKES);
    }

    /**
     * The client sometimes tells that the server closed the connection, and not that it refused the password before. At a
     * further attempt it tells.
     */
    private StatefulRedisConnection<byte[], byte[]> connect(int attempts) {
        try {
            return addresses == null ? connect(uri) : connect(addresses);
        } catch (RedisConnectionException e) {
            if (attempts == 1 || closed || tells(e)) {
                throw e;
            }
            return connect(attempts - 1);
        }
    }

    private static boolean tells(Throwable e) {
        return isCausedBy(RedisCommandExecutionException.class, e)
                || isCausedBy(IOException.class, e)
                || isCausedBy(TimeoutException.class, e)
                || isCausedBy(RedisCommandTimeoutException.class, e);
    }

    private static boolean isCausedBy(Class<? extends Throwable> type, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** Tries each address in turn, until one can be reached. */
    private StatefulRedisConnection<byte[], byte[]> connect(Addresses known) {
        RedisConnectionException first = null;
        for (InetAddress address : known.of(uri.getHost())) {
            RedisURI target = known.choose(uri, address);
            try {
                return connect(target);
            } catch (RedisConnectionException e) {
                if (!isCausedBy(IOException.class, e) || isCausedBy(SSLException.class, e)) {
                    throw e;
                }
                first = first == null ? e : first;
            } finally {
                known.forget(target);
            }
        }
        throw first == null ? new RedisConnectionException("The name has no address") : first;
    }

    private StatefulRedisConnection<byte[], byte[]> connect(RedisURI target) {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made = new CompletableFuture<>();
        awaited.add(made);
        try {
            if (closed) {
                giveUp(made);
            } else {
                client.connectAsync(ByteArrayCodec.INSTANCE, target).whenComplete((connection, e) -> {
                    if (connection == null) {
                        made.completeExceptionally(e);
                    } else if (!made.complete(connection) && (!closed || connection.isOpen())) {
                        connection.closeAsync();
                    }
                });
            }
            long nanos = limit().toNanos();
            Uninterruptibly.awaitEnd(made, nanos);
            made.completeExceptionally(new TimeoutException("no connection within " + nanos / 1_000_000 + " ms"));
            return made.join();
        } catch (CompletionException e) {
            throw new RedisConnectionException("No connection", e.getCause());
        } finally {
            awaited.remove(made);
        }
    }

    /** Longer than the client's own limits, which end it before. */
    private Duration limit() {
        Duration connecting = client.getOptions().getSocketOptions().getConnectTimeout();
        return connecting.plus(uri.getTimeout()).plus(MARGIN);
    }

    private static void giveUp(CompletableFuture<?> made) {
        made.completeExceptionally(new RedisConnectionException("The client has been closed"));
    }

    /** Ends all attempts to connect. */
    void close() {
        closed = true;
        awaited.forEach(LettuceConnector::giveUp);
    }

    /**
     * The addresses of a name as Java knows them. Java follows a change and may know several addresses; the client's own
     * resolver does neither. The client is told which address is meant and keeps the name, which the certificate must hold.
     */
    static final class Addresses extends SocketAddressResolver {
        private final Map<RedisURI, SocketAddress> chosen = Collections.synchronizedMap(new IdentityHashMap<>());

        Addresses() {
            super(DnsResolvers.UNRESOLVED);
        }

        List<InetAddress> of(String name) {
            try {
                return List.of(InetAddress.getAllByName(name));
            } catch (UnknownHostException e) {
                throw new RedisConnectionException("The name is not known", e);
            }
        }

        RedisURI choose(RedisURI uri, InetAddress address) {
            RedisURI target = RedisURI.builder(uri).build();
            chosen.put(target, new InetSocketAddress(address, uri.getPort()));
            return target;
        }

        void forget(RedisURI target) {
            chosen.remove(target);
        }

        @Override
        public SocketAddress resolve(RedisURI target) {
            SocketAddress address = chosen.get(target);
            return address == null ? super.resolve(target) : address;
        }
    }
}
