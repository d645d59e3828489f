package io.resque.backend.redis;

import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.ForeignLocks;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Moves of delayed items in keys and arguments, as {@code delayed.lua} reads them, and the answers to them. */
final class DelayedScripts {
    private static final byte[] EMPTY = {};
    private static final byte[] ZERO = Keys.bytes(0);
    private static final byte[] OURS = Keys.bytes(ForeignLocks.OURS);
    private static final byte[] TAKEOVER = Keys.bytes(ForeignLocks.TAKEOVER.toSeconds());

    /** A number of more digits is no time. */
    private static final int DIGITS = 20;

    /** {@code delayed_page.lua} takes no longer entry for a second. */
    private static final String LAST_SECOND = "9999999999999999";

    private final Keys keys;

    DelayedScripts(Keys keys) {
        this.keys = keys;
    }

    /** The keys of the locks, as {@code locks.lua} has them. */
    List<byte[]> locks(@Nullable ForeignLocks locks) {
        if (locks == null) {
            return List.of();
        }
        byte[] master = keys.masterLock(locks.masterPrefix());
        return locks.holds() ? List.of(master, keys.leaderLock) : List.of(master, keys.leaderLock, keys.seenScheduler);
    }

    /** What {@code locks.lua} is told of them. */
    static List<byte[]> lockArgs(@Nullable ForeignLocks locks) {
        boolean holds = locks != null && locks.holds();
        return List.of(OURS, holds ? Keys.bytes(ForeignLocks.HELD_FOR.toSeconds()) : EMPTY, TAKEOVER);
    }

    /** The keys with which a script begins that makes moves. */
    NamedKeys names(List<byte[]> locks) {
        List<byte[]> first = new ArrayList<>(List.of(keys.schedule, keys.queues, keys.failedQueues));
        first.addAll(locks);
        return new NamedKeys(first);
    }

    void addMove(DelayedMove move, NamedKeys names, List<byte[]> args) {
        String second = Long.toString(move.second());
        args.add(names.number(keys.delayed(second)));
        args.add(Keys.bytes(second));
        args.add(move.item().toBytes());
        args.add(names.number(keys.seconds(move.item())));
        DelayedMove.Target target = move.target();
        DelayedMove.ToSecond other = target instanceof DelayedMove.ToSecond to ? to : null;
        DelayedMove.ToQueue queue =
                target instanceof DelayedMove.ToQueue to ? to : other == null ? null : other.ifDue();
        args.add(queue == null ? ZERO : names.number(keys.queue(queue.queue())));
        args.add(queue == null ? EMPTY : Keys.bytes(queue.queue()));
        args.add(queue == null ? EMPTY : queue.payload().toBytes());
        args.add(other == null ? EMPTY : Keys.bytes(other.second()));
        args.add(other == null ? ZERO : names.number(keys.delayed(Long.toString(other.second()))));
        args.add(other == null ? EMPTY : other.item().toBytes());
        args.add(other == null ? ZERO : names.number(keys.seconds(other.item())));
        EncodedEffects effects = EncodedEffects.of(move.effects(), keys, EncodedEffects.NO_WORKER);
        args.add(effects.letters);
        args.add(names.together(effects.names));
        args.addAll(effects.args);
    }

    static DelayedMove.Outcome outcome(@Nullable Object reply) {
        if (reply instanceof byte[] refusal) {
            return new DelayedMove.Outcome(DelayedMove.State.REFUSED, Keys.utf8(refusal));
        }
        return new DelayedMove.Outcome(
                Replies.number(reply) == 1 ? DelayedMove.State.MOVED : DelayedMove.State.GONE, null);
    }

    static ForeignLocks.@Nullable Holder holder(@Nullable Object reply) {
        if (reply == null) {
            return null;
        }
        List<?> lock = Replies.list(reply);
        return new ForeignLocks.Holder(Replies.text(lock.get(0)), Replies.text(lock.get(1)));
    }

    /**
     * The whole second at or after an entry; empty if the entry is no number. Of a number outside of all seconds it is 0 or the last
     * second. It is the entry only if the entry is a second.
     */
    static String nextSecond(String entry) {
        if (entry.length() > DIGITS || !entry.matches("[+-]?\\d+(\\.\\d*)?")) {
            return "";
        }
        BigInteger whole =
                new BigDecimal(entry).setScale(0, RoundingMode.CEILING).toBigInteger();
        if (whole.toString().length() <= LAST_SECOND.length()) {
            return whole.toString();
        }
        return whole.signum() < 0 ? "0" : LAST_SECOND;
    }
}
