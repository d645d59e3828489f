package io.resque.backend.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** Lettuce's connections: one for the commands of all threads, and one more for each user that blocks on it. */
final class LettuceLink implements RedisLink {
    private static final Duration SHUTDOWN = Duration.ofSeconds(2);

    private final RedisClient client;
    private final RedisURI uri;
    private final LettuceConnector connector;
    /** The client's threads, if they are ours. */
    private final @Nullable ClientResources ours;

    private final ConnectionCloser closer = new ConnectionCloser();
    private final LettuceErrors errors;
    private final OnDemandConnection shared;
    private final AtomicBoolean closing = new AtomicBoolean();

    private LettuceLink(
            RedisClient client,
            RedisURI uri,
            LettuceConnector.@Nullable Addresses addresses,
            @Nullable ClientResources ours) {
        this.client = client;
        this.uri = uri;
        this.connector = new LettuceConnector(client, uri, addresses);
        this.ours = ours;
        this.errors = new LettuceErrors(this::endpoint);
        this.shared = connection(null);
    }

    private OnDemandConnection connection(@Nullable Consumer<@Nullable List<byte[]>> changed) {
        return new OnDemandConnection(connector, uri, closer, errors, client.getResources(), changed);
    }

    static LettuceLink open(RedisSettings settings) {
        Path socket = settings.socket();
        RedisURI.Builder uri = socket == null
                ? RedisURI.builder().withHost(settings.host()).withPort(settings.port())
                : RedisURI.Builder.socket(socket.toString());
        uri.withDatabase(settings.database()).withSsl(settings.tls()).withTimeout(settings.timeout());
        String password = settings.password();
        if (password != null && settings.user() != null) {
            uri.withAuthentication(settings.user(), password.toCharArray());
        } else if (password != null) {
            uri.withPassword(password.toCharArray());
        }
        ClientOptions.Builder options = ClientOptions.builder()
                .socketOptions(SocketOptions.builder()
                        .connectTimeout(settings.connectTimeout())
                        .keepAlive(true)
                        .build());
        if (settings.tls()) {
            options.sslOptions(byJavaStores());
        }
        LettuceConnector.Addresses addresses = new LettuceConnector.Addresses();
        boolean interrupted = Thread.interrupted(); // the client's timer would swallow an interrupt
        try {
            ClientResources resources = ClientResources.builder()
                    .socketAddressResolver(addresses)
                    // The client's own resolver would open sockets, and is never used.
                    .addressResolverGroup(DefaultAddressResolverGroup.INSTANCE)
                    .build();
            RedisClient client = RedisClient.create(resources);
            client.setOptions(withoutReplay(options.build()));
            return new LettuceLink(client, uri.build(), socket == null ? addresses : null, resources);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static SslOptions byJavaStores() {
        KeyManagerFactory keys = RedisSettings.keyManagers();
        SslOptions.Builder tls = SslOptions.builder().jdkSslProvider().trustManager(RedisSettings.trustManagers());
        return (keys == null ? tls : tls.keyManager(keys)).build();
    }

    static LettuceLink using(RedisClient given, RedisURI uri) {
        RedisClient own = RedisClient.create(given.getResources());
        own.setOptions(withoutReplay(given.getOptions()));
        return new LettuceLink(own, uri, null, null);
    }

    /**
     * A client that reconnects sends unanswered commands again, so a push could be made twice. A client with a limit of its
     * own for each command ends a peek that waits.
     */
    private static ClientOptions withoutReplay(ClientOptions options) {
        return options.mutate()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .protocolVersion(ProtocolVersion.RESP2)
                .timeoutOptions(TimeoutOptions.builder().timeoutCommands(false).build())
                .build();
    }

    @Override
    public String endpoint() {
        if (uri.getSocket() != null) {
            return "unix://" + uri.getSocket() + "?db=" + uri.getDatabase();
        }
        String host = uri.getHost();
        if (host == null) { // a client that was given to us finds its server by sentinels
            return "the primary " + uri.getSentinelMasterId() + "/" + uri.getDatabase();
        }
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + uri.getPort() + "/" + uri.getDatabase();
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        return shared.call(uri.getTimeout(), command);
    }

    @Override
    public boolean start(LateCommand command) {
        return shared.start(command);
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        return shared.call(uri.getTimeout(), commands);
    }

    @Override
    public List<@Nullable Object> ask(List<byte[][]> commands) {
        return shared.ask(uri.getTimeout(), commands);
    }

    @Override
    public Dedicated dedicate() {
        return connection(null);
    }

    @Override
    public Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        return connection(changed);
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            boolean interrupted = Thread.interrupted(); // at an interrupt the client would leave all open
            try {
                closeWithin(SHUTDOWN.toNanos());
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void closeWithin(long nanos) {
        errors.close();
        connector.close();
        shared.close();
        // Never by completeOnTimeout: its thread stays for ever, and keeps the class loader of its first caller.
        Uninterruptibly.awaitEnd(closer.shutDown(), nanos);
        Uninterruptibly.awaitEnd(client.shutdownAsync(0, nanos, TimeUnit.NANOSECONDS), nanos);
        if (ours != null) {
            Uninterruptibly.awaitEnd(ours.shutdown(0, nanos, TimeUnit.NANOSECONDS), nanos);
        }
    }
}
