package io.resque.backend.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.lettuce.core.protocol.ProtocolKeyword;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.netty.buffer.ByteBuf;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.resque.api.BackendException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import io.resque.backend.redis.RedisSettings;
import io.resque.backend.redis.RedisUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import org.jspecify.annotations.Nullable;

/** Lettuce's connections: one for the commands of all threads, and more for what waits. */
final class LettuceLink implements RedisLink {
    private static final byte[][] PING = {"PING".getBytes(StandardCharsets.US_ASCII)};
    private static final Duration SHUTDOWN = Duration.ofSeconds(2);

    private final RedisClient client;
    private final RedisURI uri;
    private final Connector connector;
    /** The client's threads, if they are ours. */
    private final @Nullable ClientResources ours;

    private final OnDemand shared = new OnDemand(null);
    private final Set<CompletableFuture<Void>> ending = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean closing = new AtomicBoolean();
    private boolean shutDown;
    private volatile boolean closed;

    private LettuceLink(
            RedisClient client, RedisURI uri, Connector.@Nullable Addresses addresses, @Nullable ClientResources ours) {
        this.client = client;
        this.uri = uri;
        this.connector = new Connector(client, uri, addresses);
        this.ours = ours;
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
        Connector.Addresses addresses = new Connector.Addresses();
        boolean interrupted = Thread.interrupted(); // which the client's timer would swallow
        try {
            ClientResources resources = ClientResources.builder()
                    .socketAddressResolver(addresses)
                    // The client's own would open sockets, and never be used.
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
     * A client that reconnects by itself sends again what was not answered, so a push could be made twice; and one with a
     * limit of its own for each command ends a peek that waits.
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
        return (uri.getHost().indexOf(':') >= 0 ? "[" + uri.getHost() + "]" : uri.getHost()) + ":" + uri.getPort() + "/"
                + uri.getDatabase();
    }

    @Override
    public @Nullable Object call(byte[]... command) {
        return shared.call(uri.getTimeout(), command);
    }

    @Override
    public boolean start(Supplier<byte[][]> command, BiConsumer<@Nullable Object, @Nullable Throwable> reply) {
        return shared.start(command, reply);
    }

    @Override
    public List<@Nullable Object> pipeline(List<byte[][]> commands) {
        return shared.call(uri.getTimeout(), commands);
    }

    private static AsyncCommand<byte[], byte[], Object> prepared(byte[][] words) {
        CommandArgs<byte[], byte[]> args = new CommandArgs<>(ByteArrayCodec.INSTANCE);
        for (int i = 1; i < words.length; i++) {
            args.add(words[i]);
        }
        return new AsyncCommand<>(new Command<>(new Keyword(words[0]), new AnyReply(), args));
    }

    /** Asks for its words in the client's thread, when they are about to be written. */
    private static final class Late extends AsyncCommand<byte[], byte[], Object> {
        private final Supplier<byte[][]> words;
        final long due;
        volatile boolean asked;
        volatile boolean overdue;

        Late(Supplier<byte[][]> words, long due) {
            super(new Command<>(CommandType.EVALSHA, new AnyReply()));
            this.words = words;
            this.due = due;
        }

        @Override
        public void encode(ByteBuf out) {
            asked = true;
            prepared(words.get()).encode(out);
        }
    }

    private record Keyword(byte[] word) implements ProtocolKeyword {
        @Override
        public byte[] getBytes() {
            return word;
        }

        @Override
        @SuppressWarnings("deprecation") // Lettuce before 6.5 asks for it
        public String name() {
            return toString();
        }

        @Override
        public String toString() {
            return new String(word, StandardCharsets.US_ASCII);
        }
    }

    private static String noAnswerWithin(Duration timeout) {
        return "no answer within " + timeout.toMillis() + " ms";
    }

    private BackendException hasBeenClosed() {
        return new BackendException("The connection to Redis at " + endpoint() + " has been closed");
    }

    private BackendException failure(Throwable e, boolean sent) {
        Throwable root = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException answer) {
                return new RedisReplyException(endpoint(), String.valueOf(answer.getMessage()));
            }
            root = cause;
        }
        return closed && !sent ? hasBeenClosed() : new RedisUnavailableException(endpoint(), e, root, sent);
    }

    @Override
    public Dedicated dedicate() {
        return new OnDemand(null);
    }

    @Override
    public Dedicated track(Consumer<@Nullable List<byte[]>> changed) {
        return new OnDemand(changed);
    }

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            boolean interrupted = Thread.interrupted(); // which the client would take for a reason to leave all open
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
        closed = true;
        connector.close();
        shared.close();
        CompletableFuture<?>[] last;
        synchronized (ending) {
            shutDown = true;
            last = ending.toArray(CompletableFuture[]::new);
        }
        // Never by completeOnTimeout: its thread stays for ever, and keeps the class loader of whoever came first.
        Waits.until(CompletableFuture.allOf(last), nanos);
        Waits.until(client.shutdownAsync(0, nanos, TimeUnit.NANOSECONDS), nanos);
        if (ours != null) {
            Waits.until(ours.shutdown(0, nanos, TimeUnit.NANOSECONDS), nanos);
        }
    }

    /** A connection, closed once: the client warns of a second time, and when it is shut down closes all that are left. */
    private final class Line {
        final StatefulRedisConnection<byte[], byte[]> connection;
        private volatile long lastAnswer = System.nanoTime();
        private boolean ended;

        Line(StatefulRedisConnection<byte[], byte[]> connection) {
            this.connection = connection;
        }

        boolean isOpen() {
            return connection.isOpen();
        }

        /** Whether it has been silent for so long that it must be tested. */
        boolean isIdle() {
            return System.nanoTime() - lastAnswer > RedisSettings.TESTED_AFTER.toNanos();
        }

        void answered() {
            lastAnswer = System.nanoTime();
        }

        void close() {
            synchronized (ending) {
                if (!shutDown) {
                    closeInAnyCase();
                }
            }
        }

        /** Even one that was made too late for the client to know of it when it was shut down. */
        void closeInAnyCase() {
            synchronized (ending) {
                boolean byTheClient = shutDown && !connection.isOpen();
                if (!ended && !byTheClient) {
                    ended = true;
                    CompletableFuture<Void> end = connection.closeAsync();
                    ending.add(end);
                    end.whenComplete((nothing, e) -> ending.remove(end));
                }
            }
        }
    }

    /** A connection that is made when it is needed, and made again after it broke. */
    private final class OnDemand implements Dedicated {
        private volatile @Nullable Line current;
        private volatile boolean ended;
        private final Map<Late, Line> unanswered = new ConcurrentHashMap<>();
        private final AtomicBoolean looking = new AtomicBoolean();
        private final @Nullable Consumer<@Nullable List<byte[]>> changed;

        OnDemand(@Nullable Consumer<@Nullable List<byte[]>> changed) {
            this.changed = changed;
        }

        Line line() {
            Line known = current;
            return known != null && known.isOpen() && !ended && !known.isIdle() ? known : connect();
        }

        private synchronized Line connect() {
            if (ended || closed) {
                throw hasBeenClosed();
            }
            Line known = current;
            if (known != null && known.isOpen() && (!known.isIdle() || answers(known))) {
                return known;
            }
            if (known != null) {
                known.close();
            }
            try {
                known = new Line(connector.connect());
            } catch (RuntimeException e) {
                throw failure(e, false);
            }
            if (changed != null) {
                track(known, changed);
            }
            current = known;
            if (ended || closed) {
                known.closeInAnyCase();
                throw hasBeenClosed();
            }
            return known;
        }

        private void track(Line line, Consumer<@Nullable List<byte[]>> listener) {
            try {
                new LettuceMessages(listener).listenTo(line.connection);
                for (byte[][] command : LettuceMessages.GREETING) {
                    AsyncCommand<byte[], byte[], Object> sent = prepared(command);
                    line.connection.dispatch(sent);
                    reply(line, sent, uri.getTimeout());
                }
            } catch (RuntimeException | Error e) {
                line.closeInAnyCase();
                throw e;
            }
            listener.accept(null);
        }

        private boolean answers(Line line) {
            try {
                AsyncCommand<byte[], byte[], Object> ping = prepared(PING);
                line.connection.dispatch(ping);
                reply(line, ping, uri.getTimeout());
            } catch (RedisReplyException e) {
                // an answer, too
            } catch (RuntimeException e) {
                return false;
            }
            return true;
        }

        @Nullable
        Object call(Duration timeout, byte[]... command) {
            Line line = line();
            AsyncCommand<byte[], byte[], Object> sent = prepared(command);
            line.connection.dispatch(sent);
            return reply(line, sent, timeout);
        }

        boolean start(Supplier<byte[][]> command, BiConsumer<@Nullable Object, @Nullable Throwable> reply) {
            Line line = current;
            if (line == null || !line.isOpen() || ended || line.isIdle()) {
                return false;
            }
            Late late = new Late(command, System.nanoTime() + uri.getTimeout().toNanos());
            unanswered.put(late, line);
            late.whenComplete((answer, e) -> {
                unanswered.remove(late);
                if (e == null) {
                    line.answered();
                }
                Throwable why = late.overdue ? new TimeoutException(noAnswerWithin(uri.getTimeout())) : e;
                reply.accept(answer, e == null ? null : failure(why, late.asked));
            });
            try {
                if (looking.compareAndSet(false, true)) {
                    lookIn(uri.getTimeout().toNanos());
                }
                line.connection.dispatch(late);
            } catch (RuntimeException | Error e) { // closed meanwhile, or no memory
                late.completeExceptionally(e);
            }
            return true;
        }

        private void lookIn(long nanos) {
            try {
                client.getResources().eventExecutorGroup().schedule(this::look, nanos, TimeUnit.NANOSECONDS);
            } catch (RuntimeException | Error e) {
                looking.set(false);
                throw e;
            }
        }

        /** Ends what waits for too long, once in that time, and as long as anything waits. */
        private void look() {
            looking.set(false);
            long next = Long.MAX_VALUE;
            for (Map.Entry<Late, Line> each : unanswered.entrySet()) {
                long left = each.getKey().due - System.nanoTime();
                if (each.getKey().isDone()) {
                    continue; // just now
                }
                if (left <= 0) {
                    each.getKey().overdue = true;
                    // Before it is told, or whoever tries again does so on this connection.
                    each.getValue().close();
                    each.getKey().cancel();
                } else {
                    next = Math.min(next, left);
                }
            }
            if (next < Long.MAX_VALUE && looking.compareAndSet(false, true)) {
                lookIn(next);
            }
        }

        @Override
        public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
            Line line = line();
            List<AsyncCommand<byte[], byte[], Object>> sent = new ArrayList<>(commands.size());
            commands.forEach(command -> sent.add(prepared(command)));
            line.connection.dispatch(sent);
            List<@Nullable Object> replies = new ArrayList<>(commands.size());
            for (AsyncCommand<byte[], byte[], Object> command : sent) {
                try {
                    replies.add(reply(line, command, timeout));
                } catch (RedisReplyException e) {
                    replies.add(e);
                }
            }
            return replies;
        }

        /** Waits whatever the thread's interrupts say: a command that was sent must not be left without its reply. */
        @Nullable
        Object reply(Line line, AsyncCommand<byte[], byte[], Object> sent, Duration timeout) {
            try {
                Object answer = Waits.get(sent, timeout.toNanos());
                line.answered();
                return answer;
            } catch (TimeoutException e) {
                // What comes now comes too late; a line that is silent is no better than one that broke.
                line.close();
                throw failure(new TimeoutException(noAnswerWithin(timeout)), true);
            } catch (ExecutionException e) {
                throw failure(e.getCause() == null ? e : e.getCause(), true);
            } catch (RuntimeException e) { // such as the cancellation by a close
                throw failure(e, true);
            }
        }

        @Override
        public void close() {
            ended = true;
            Line known = current;
            if (known != null) {
                known.close();
            }
        }
    }
}
