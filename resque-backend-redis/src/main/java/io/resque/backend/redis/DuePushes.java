package io.resque.backend.redis;

import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.LockClaim;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Moves that have no effects and a queue as their target, in keys and arguments as {@code push_due.lua} reads them. */
final class DuePushes {
    /** Lua hands at most some thousand words to a command. */
    private static final int RUN = 1_000;

    private final List<DelayedMove> moves;
    private final Keys keys;
    private final List<byte[]> names;
    private final List<byte[]> args;

    /**
     * Begins to encode moves.
     *
     * @param names is given their keys
     * @param args is given their arguments
     */
    private DuePushes(List<DelayedMove> moves, Keys keys, List<byte[]> names, List<byte[]> args) {
        this.moves = moves;
        this.keys = keys;
        this.names = names;
        this.args = args;
    }

    /** Whether all moves are of this kind. */
    static boolean are(List<DelayedMove> moves) {
        return moves.stream()
                .allMatch(move -> move.target() instanceof DelayedMove.ToQueue
                        && move.effects().isEmpty()
                        && !takesLocks(move));
    }

    private static boolean takesLocks(DelayedMove move) {
        return LockClaim.of(move.item()).stream()
                .flatMap(claim -> claim.locks().stream())
                .anyMatch(LockClaim.Lock::isOfPlugin);
    }

    /** Adds moves of this kind to keys and arguments. */
    static void add(List<DelayedMove> moves, Keys keys, List<byte[]> names, List<byte[]> args) {
        DuePushes pushes = new DuePushes(moves, keys, names, args);
        for (int from = 0; from < moves.size(); ) {
            from = pushes.addRun(from);
        }
    }

    /** Adds the moves from there on that go to one queue. Returns where the next run begins. */
    private int addRun(int from) {
        String queue = to(from).queue();
        names.add(keys.queue(queue));
        args.add(Keys.bytes(queue));
        int head = args.size();
        Set<Long> seconds = new HashSet<>();
        int at = from;
        while (at < moves.size()
                && at - from < RUN
                && to(at).queue().equals(queue)
                && seconds.add(moves.get(at).second())) {
            at = addSecond(at, from + RUN);
        }
        args.add(head, Keys.bytes(seconds.size()));
        return at;
    }

    /** Adds the moves from there on that are of one second, and of one queue. Returns where the next second begins. */
    private int addSecond(int from, int limit) {
        long second = moves.get(from).second();
        String queue = to(from).queue();
        names.add(keys.delayed(Long.toString(second)));
        List<byte[]> payloads = new ArrayList<>();
        int at = from;
        while (at < Math.min(limit, moves.size())
                && moves.get(at).second() == second
                && to(at).queue().equals(queue)) {
            names.add(keys.seconds(moves.get(at).item()));
            payloads.add(to(at).payload().toBytes());
            at++;
        }
        args.add(Keys.bytes(payloads.size()));
        args.addAll(payloads);
        return at;
    }

    private DelayedMove.ToQueue to(int at) {
        return (DelayedMove.ToQueue) Objects.requireNonNull(moves.get(at).target());
    }
}
