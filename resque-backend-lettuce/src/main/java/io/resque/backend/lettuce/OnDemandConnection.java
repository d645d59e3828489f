package io.resque.backend.lettuce;

import io.lettuce.core.RedisURI;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.resource.ClientResources;
import io.resque.api.BackendUnavailableException;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection that is made when it is needed, and made again after it broke. Thread-safe. */
final class OnDemandConnection implements RedisLink.Dedicated {
    private final LettuceConnector connector;
    private final RedisURI uri;
    private final ConnectionCloser closer;
    private final LettuceErrors errors;
    private final ClientResources resources;
    private final @Nullable Consumer<@Nullable List<byte[]>> changed;
    private volatile @Nullable OpenConnection current;
    private volatile boolean ended;
    private final Set<LateLettuceCommand> unanswered = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean looking = new AtomicBoolean();

    /** A connection that tells of changed keys, or a plain one if nobody is to be told. */
    OnDemandConnection(
            LettuceConnector connector,
            RedisURI uri,
            ConnectionCloser closer,
            LettuceErrors errors,
            ClientResources resources,
            @Nullable Consumer<@Nullable List<byte[]>> changed) {
        this.connector = connector;
        this.uri = uri;
        this.closer = closer;
        this.errors = errors;
        this.resources = resources;
        this.changed = changed;
    }

    private OpenConnection open() {
        OpenConnection known = current;
        return known != null && known.isOpen() && !ended && !known.isIdle() ? known : connect();
    }

    private synchronized OpenConnection connect() {
        if (ended || errors.isClosed()) {
            throw errors.hasBeenClosed();
        }
        OpenConnection known = current;
        if (known != null && known.isOpen() && (!known.isIdle() || answers(known))) {
            return known;
        }
        if (known != null) {
            known.close();
        }
        try {
            known = new OpenConnection(connector.connect(), closer);
        } catch (RuntimeException e) {
            throw errors.of(e, false);
        }
        if (changed != null) {
            startTracking(known, changed);
        }
        current = known;
        if (ended || errors.isClosed()) {
            known.closeInAnyCase();
            throw errors.hasBeenClosed();
        }
        return known;
    }

    private void startTracking(OpenConnection fresh, Consumer<@Nullable List<byte[]>> listener) {
        try {
            new LettuceInvalidations(listener).listenTo(fresh.connection);
            for (byte[][] command : LettuceCommands.START_TRACKING) {
                call(fresh, uri.getTimeout(), command);
            }
        } catch (RuntimeException | Error e) {
            fresh.closeInAnyCase();
            throw e;
        }
        listener.accept(null);
    }

    private boolean answers(OpenConnection open) {
        try {
            call(open, uri.getTimeout(), LettuceCommands.PING);
        } catch (RedisReplyException e) {
            // an answer, too
        } catch (RuntimeException e) {
            return false;
        }
        return true;
    }

    @Nullable
    Object call(Duration timeout, byte[]... command) {
        return call(open(), timeout, command);
    }

    private @Nullable Object call(OpenConnection open, Duration timeout, byte[][] command) {
        AsyncCommand<byte[], byte[], Object> sent = LettuceCommands.command(command);
        open.connection.dispatch(sent);
        return reply(open, sent, timeout);
    }

    /** As {@link RedisLink#ask}: takes the connection as it is. */
    List<@Nullable Object> ask(Duration timeout, List<byte[][]> commands) {
        OpenConnection known = current;
        if (known != null && known.isOpen() && !ended) {
            try {
                return call(known, timeout, commands);
            } catch (BackendUnavailableException e) {
                known.close(); // a silent one would be taken for a good one again
            }
        }
        return call(timeout, commands);
    }

    @Override
    public List<@Nullable Object> call(Duration timeout, List<byte[][]> commands) {
        return call(open(), timeout, commands);
    }

    private List<@Nullable Object> call(OpenConnection open, Duration timeout, List<byte[][]> commands) {
        List<AsyncCommand<byte[], byte[], Object>> sent = new ArrayList<>(commands.size());
        commands.forEach(command -> sent.add(LettuceCommands.command(command)));
        open.connection.dispatch(sent);
        List<@Nullable Object> replies = new ArrayList<>(commands.size());
        for (AsyncCommand<byte[], byte[], Object> command : sent) {
            try {
                replies.add(reply(open, command, timeout));
            } catch (RedisReplyException e) {
                replies.add(e);
            }
        }
        return replies;
    }

    /** Waits whatever the thread's interrupts say: a command that was sent must not be left without its reply. */
    private @Nullable Object reply(OpenConnection open, AsyncCommand<byte[], byte[], Object> sent, Duration timeout) {
        try {
            Object answer = Uninterruptibly.get(sent, timeout.toNanos());
            open.answered();
            return answer;
        } catch (TimeoutException e) {
            // A reply that arrives now is too late, and a silent connection is no better than a broken one.
            open.close();
            throw errors.of(LettuceErrors.noAnswerWithin(timeout), true);
        } catch (ExecutionException e) {
            throw errors.of(e.getCause() == null ? e : e.getCause(), true);
        } catch (RuntimeException e) { // such as the cancellation by a close
            throw errors.of(e, true);
        }
    }

    /** As {@link RedisLink#start}: sends only where there is a connection that was used a moment ago. */
    boolean start(RedisLink.LateCommand command) {
        OpenConnection open = current;
        if (open == null || !open.isOpen() || ended || open.isIdle()) {
            return false;
        }
        LateLettuceCommand late = new LateLettuceCommand(
                command, open, System.nanoTime() + uri.getTimeout().toNanos());
        unanswered.add(late);
        late.whenComplete((answer, e) -> {
            unanswered.remove(late);
            if (e == null) {
                open.answered();
                command.end(answer, null);
            } else {
                Throwable why = late.wasGivenUp() ? LettuceErrors.noAnswerWithin(uri.getTimeout()) : e;
                command.end(null, errors.of(why, late.wasAsked()));
            }
        });
        try {
            if (looking.compareAndSet(false, true)) {
                lookIn(uri.getTimeout().toNanos());
            }
            open.connection.dispatch(late);
        } catch (RuntimeException | Error e) { // closed meanwhile, or no memory
            late.completeExceptionally(e);
        }
        return true;
    }

    private void lookIn(long nanos) {
        try {
            resources.eventExecutorGroup().schedule(this::giveUpOverdue, nanos, TimeUnit.NANOSECONDS);
        } catch (RuntimeException | Error e) {
            looking.set(false);
            throw e;
        }
    }

    /** Ends the commands that have waited for too long, and looks again while any waits. */
    private void giveUpOverdue() {
        looking.set(false);
        long next = Long.MAX_VALUE;
        for (LateLettuceCommand late : unanswered) {
            long left = late.due - System.nanoTime();
            if (late.isDone()) {
                continue; // just now
            }
            if (left <= 0) {
                late.giveUp();
            } else {
                next = Math.min(next, left);
            }
        }
        if (next < Long.MAX_VALUE && looking.compareAndSet(false, true)) {
            lookIn(next);
        }
    }

    @Override
    public void close() {
        ended = true;
        OpenConnection known = current;
        if (known != null) {
            known.close();
        }
    }
}
