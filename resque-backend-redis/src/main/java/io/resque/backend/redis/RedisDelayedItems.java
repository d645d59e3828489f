package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.spi.DelayedCount;
import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedLook;
import io.resque.api.spi.DelayedMove;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.DelayedPush;
import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.Effect;
import io.resque.api.spi.ForeignLocks;
import io.resque.api.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The delayed items in the keys of resque-scheduler. All of them are in one place, which has no name. */
final class RedisDelayedItems implements DelayedItems {
    private static final byte[] MGET = Keys.bytes("MGET");

    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final String PLACE = "";
    private static final byte[] EMPTY = {};
    private static final byte[] ZERO = Keys.bytes(0);
    private static final byte[] ONE = Keys.bytes(1);

    /** How many elements of a list one call looks at, since each of them may be changed. */
    private static final int PART = 200;

    /** How far an element may move between the calls for two parts of a list. */
    private static final int DRIFT = 50;

    /** So many moves are sent for each part of a list without a look at which of them it needs. */
    private static final int FEW = 10;

    /** What one call changes, which takes Redis about a millisecond. */
    private static final int MOVES_AT_ONCE = 100;

    /** What one call moves of what is due, for the same reason. */
    private static final int PUSHES_AT_ONCE = 250;

    private static final int OTHER_MOVES_AT_ONCE = 50;

    private static final long PART_BYTES = 4 << 20;

    private final RedisLink link;
    private final Keys keys;
    private final DelayedScripts scripts;
    private final DelayedSweeper sweeper;
    private final ScheduleLooks looks;
    private final DelayedStrays strays;

    RedisDelayedItems(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
        scripts = new DelayedScripts(keys);
        sweeper = new DelayedSweeper(link, keys);
        looks = new ScheduleLooks(link, keys);
        strays = new DelayedStrays(link, keys, scripts);
    }

    @Override
    public long write(DelayedPush push) {
        DelayRequest request =
                new DelayRequest(keys, push.queue(), push.entries().size(), push.statuses(), push.onlyNew());
        push.entries().forEach(entry -> request.add(entry.second(), entry.item(), entry.payload()));
        return Replies.number(request.run(link, List.of()));
    }

    @Override
    public DelayedPage due(String from, @Nullable ForeignLocks locks, int count, long maxBytes, long largest) {
        Cursor cursor = from.isEmpty() ? Cursor.from(Keys.bytes("-inf")) : Cursor.parse(from);
        return page(cursor, null, locks, count, maxBytes, largest);
    }

    @Override
    public DelayedLook look(String from, DelayedLook.@Nullable Lease lease) {
        refuseOtherPlace(from);
        return looks.look(lease);
    }

    @Override
    public long join(String caller, Duration stays) {
        return looks.join(caller, stays);
    }

    @Override
    public Map<String, String> holders(ForeignLocks locks) {
        return looks.holders(locks);
    }

    @Override
    public int failedRuns(String name, long now) {
        List<?> found = Replies.list(link.call(MGET, keys.retryCounter(name), keys.retryDue(name)));
        OptionalLong run = number(found.get(0));
        OptionalLong due = number(found.get(1));
        return run.isPresent() && due.isPresent() && due.getAsLong() <= now ? (int) run.getAsLong() + 1 : 0;
    }

    /** Any program can have written there. */
    private static OptionalLong number(@Nullable Object reply) {
        String text = reply == null ? "" : Replies.text(reply);
        return text.matches("\\d{1,12}") ? OptionalLong.of(Long.parseLong(text)) : OptionalLong.empty();
    }

    @Override
    public List<String> missingRights() {
        return looks.missingRights();
    }

    @Override
    public void leave(String caller) {
        looks.leave(caller);
    }

    @Override
    public DelayedPage page(String from, long first, long last, int count, long maxBytes) {
        return page(from, first, last, count, maxBytes, Long.MAX_VALUE);
    }

    @Override
    public DelayedPage page(String from, long first, long last, int count, long maxBytes, long largest) {
        Cursor cursor = from.isEmpty() ? Cursor.from(Keys.bytes(first)) : Cursor.parse(from);
        return page(cursor, Keys.bytes(last), null, count, maxBytes, largest);
    }

    /** Reads a page up to a second, or what is due. */
    private DelayedPage page(
            Cursor cursor,
            byte @Nullable [] last,
            @Nullable ForeignLocks locks,
            int count,
            long maxBytes,
            long largest) {
        if (count < 1) {
            throw new IllegalArgumentException("count must be positive, was " + count);
        }
        List<byte[]> names = new ArrayList<>();
        names.add(keys.schedule);
        names.addAll(scripts.locks(locks));
        List<byte[]> args = new ArrayList<>(List.of(
                keys.delayed(""),
                cursor.score(),
                last == null ? EMPTY : last,
                cursor.entry(),
                Keys.bytes(cursor.position()),
                Keys.bytes(count),
                Keys.bytes(maxBytes)));
        args.addAll(DelayedScripts.lockArgs(locks));
        args.add(largest == Long.MAX_VALUE ? EMPTY : Keys.bytes(largest));
        args.add(keys.oversize);
        args.add(Keys.bytes("delayed" + UUID.randomUUID().toString().replace("-", "")));
        List<?> reply = Replies.list(Script.DELAYED_PAGE.ask(link, names, args));
        Object later = reply.get(2);
        Object next = reply.get(3);
        List<DelayedPage.Stray> strays = new ArrayList<>();
        for (Object each : Replies.list(reply.get(4))) {
            List<?> stray = Replies.list(each);
            Payload entry = Payload.of(Replies.bytes(stray.get(0)));
            DelayedPage.Stray.Kind kind = kind(Replies.text(stray.get(1)));
            strays.add(new DelayedPage.Stray(
                    entry, kind, stray.size() > 2 ? Payload.of(Replies.bytes(stray.get(2))) : null));
        }
        List<DelayedItem> items = new ArrayList<>();
        for (Object each : Replies.list(reply.get(5))) {
            List<?> list = Replies.list(each);
            long second = Replies.numberText(list.get(0));
            for (Object item : list.subList(1, list.size())) {
                items.add(new DelayedItem(second, Payload.of(Replies.bytes(item))));
            }
        }
        return new DelayedPage(
                PLACE,
                items,
                strays,
                Replies.number(reply.get(1)),
                later == null ? null : Replies.numberText(later),
                DelayedScripts.holder(reply.get(0)),
                next == null ? null : Cursor.of(Replies.list(next)).text());
    }

    private static DelayedPage.Stray.Kind kind(String letter) {
        return switch (letter) {
            case "e" -> DelayedPage.Stray.Kind.EMPTY;
            case "l" -> DelayedPage.Stray.Kind.NOT_A_LIST;
            case "x" -> DelayedPage.Stray.Kind.TOO_LARGE;
            default -> DelayedPage.Stray.Kind.NOT_A_SECOND;
        };
    }

    @Override
    public DelayedCount count(String from, long first, long last) {
        SchedulePart.Place place =
                from.isEmpty() ? new SchedulePart.Place(Long.toString(first), 0) : SchedulePart.Place.parse(from);
        SchedulePart part = SchedulePart.read(link, keys, place, Long.toString(last));
        List<byte[][]> commands = part.entries().stream()
                .map(entry -> new byte[][] {LLEN, keys.delayed(Payload.of(entry))})
                .toList();
        long items = 0;
        for (Object length : commands.isEmpty() ? List.of() : link.pipeline(commands)) {
            items += ForeignKeys.isForeign(length) ? 0 : Replies.number(length);
        }
        SchedulePart.Place next = part.next();
        return new DelayedCount(items, next == null ? null : next.text());
    }

    @Override
    public DelayedMove.Answer move(String place, List<DelayedMove> moves, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        if (moves.isEmpty()) {
            return new DelayedMove.Answer(List.of(), null);
        }
        boolean arePushes = DuePushes.are(moves);
        int atOnce = arePushes ? PUSHES_AT_ONCE : OTHER_MOVES_AT_ONCE;
        List<DelayedMove.Outcome> outcomes = new ArrayList<>();
        for (int from = 0; from < moves.size(); from += atOnce) {
            List<DelayedMove> some = moves.subList(from, Math.min(moves.size(), from + atOnce));
            List<?> reply;
            ForeignLocks.Holder holder;
            try {
                reply = Replies.list(arePushes ? push(some, locks) : moveAll(some, locks));
                holder = DelayedScripts.holder(reply.get(0));
            } catch (BackendException e) {
                if (from == 0) {
                    throw e;
                }
                addGone(
                        outcomes,
                        moves.size() - from); // the caller must hear what was moved; its next call throws, too
                break;
            }
            if (holder != null && from == 0) {
                return new DelayedMove.Answer(List.of(), holder);
            } else if (holder != null) { // the next look finds the holder
                addGone(outcomes, moves.size() - from);
                break;
            }
            for (Object each : reply.subList(1, reply.size())) {
                outcomes.add(DelayedScripts.outcome(each));
            }
        }
        return new DelayedMove.Answer(outcomes, null);
    }

    /** The rest stays where it is, as if it had been gone: the next look finds it. */
    private static void addGone(List<DelayedMove.Outcome> outcomes, int count) {
        outcomes.addAll(Collections.nCopies(count, new DelayedMove.Outcome(DelayedMove.State.GONE, null)));
    }

    private @Nullable Object push(List<DelayedMove> moves, @Nullable ForeignLocks locks) {
        List<byte[]> looked = scripts.locks(locks);
        List<byte[]> names = new ArrayList<>(List.of(keys.schedule, keys.queues));
        names.addAll(looked);
        List<byte[]> args = new ArrayList<>();
        args.add(Keys.bytes(looked.size()));
        args.addAll(DelayedScripts.lockArgs(locks));
        DuePushes.add(moves, keys, names, args);
        return Script.PUSH_DUE.run(link, names, args);
    }

    private @Nullable Object moveAll(List<DelayedMove> moves, @Nullable ForeignLocks locks) {
        List<byte[]> looked = scripts.locks(locks);
        NamedKeys names = scripts.names(looked);
        List<byte[]> args = new ArrayList<>();
        args.add(Keys.bytes(looked.size()));
        args.addAll(DelayedScripts.lockArgs(locks));
        args.add(Keys.bytes(moves.size()));
        moves.forEach(move -> scripts.addMove(move, names, args));
        return Script.MOVE_DELAYED.run(link, names.all(), args);
    }

    @Override
    public List<Long> change(String place, List<DelayedMove> moves, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        Map<Long, Map<Payload, DelayedMove>> bySecond = new LinkedHashMap<>();
        moves.forEach(move -> bySecond.computeIfAbsent(move.second(), absent -> new LinkedHashMap<>())
                .putIfAbsent(move.item(), move));
        Map<DelayedMove, Long> taken = new LinkedHashMap<>();
        bySecond.forEach((second, some) -> change(second, List.copyOf(some.values()), locks, taken));
        List<Long> counts = new ArrayList<>();
        for (DelayedMove move : moves) {
            Long count = taken.remove(move);
            counts.add(count == null ? 0L : count);
        }
        return counts;
    }

    /**
     * Goes through the list part by part, from its tail to its head, so that no item is passed over because others are taken away at
     * the head meanwhile.
     */
    private void change(
            long second, List<DelayedMove> moves, @Nullable ForeignLocks locks, Map<DelayedMove, Long> taken) {
        byte[] list = keys.delayed(Long.toString(second));
        Object length = ForeignKeys.orNull(() -> link.call(LLEN, list));
        for (long end = Replies.count(length); end > 0; end -= PART) {
            long first = Math.max(0, end - PART - DRIFT);
            long last = end + DRIFT;
            List<DelayedMove> some = moves.size() > FEW ? within(list, first, last, end - first, moves) : moves;
            for (int from = 0; from < some.size(); from += MOVES_AT_ONCE) {
                change(first, last, some.subList(from, Math.min(some.size(), from + MOVES_AT_ONCE)), locks, taken);
            }
        }
    }

    /** The moves whose items stand in a part of a list, or all moves if fewer elements could be read, since they are large. */
    private List<DelayedMove> within(byte[] list, long first, long last, long expected, List<DelayedMove> moves) {
        List<Payload> part = Replies.range(link, list, first, last - first + 1, PART_BYTES, EMPTY, EMPTY);
        Set<Payload> seen = new HashSet<>(part);
        return part.size() < expected
                ? moves
                : moves.stream().filter(move -> seen.contains(move.item())).toList();
    }

    private void change(
            long first,
            long last,
            List<DelayedMove> moves,
            @Nullable ForeignLocks locks,
            Map<DelayedMove, Long> taken) {
        List<byte[]> looked = scripts.locks(locks);
        NamedKeys names = scripts.names(looked);
        List<byte[]> args = new ArrayList<>();
        args.add(Keys.bytes(first));
        args.add(Keys.bytes(last));
        args.add(Keys.bytes("\0removed " + UUID.randomUUID()));
        args.add(Keys.bytes(looked.size()));
        args.addAll(DelayedScripts.lockArgs(locks));
        args.add(Keys.bytes(moves.size()));
        moves.forEach(move -> scripts.addMove(move, names, args));
        List<?> counts = Replies.list(Script.CHANGE_DELAYED.run(link, names.all(), args));
        for (int i = 0; i < moves.size(); i++) {
            taken.merge(moves.get(i), Replies.number(counts.get(i)), Long::sum);
        }
    }

    @Override
    public Set<DelayedPage.Stray> discard(
            String place, Map<DelayedPage.Stray, List<Effect>> strays, @Nullable ForeignLocks locks) {
        refuseOtherPlace(place);
        return this.strays.discard(strays, locks);
    }

    @Override
    public DelayedSweep sweep(String from, boolean repair) {
        return sweeper.sweep(from, repair);
    }

    private static void refuseOtherPlace(String place) {
        if (!place.equals(PLACE)) {
            throw new IllegalArgumentException(
                    "This backend has one place, whose name is empty, was \"" + place + "\"");
        }
    }

    /** Where a page begins: the score and the bytes of an entry, and a position in its list. */
    private record Cursor(byte[] score, byte[] entry, long position) {
        static Cursor from(byte[] score) {
            return new Cursor(score, EMPTY, 0);
        }

        static Cursor of(List<?> reply) {
            return new Cursor(Replies.bytes(reply.get(0)), Replies.bytes(reply.get(1)), Replies.number(reply.get(2)));
        }

        static Cursor parse(String text) {
            String[] parts = text.split(" ", 3);
            try {
                return new Cursor(
                        Keys.bytes(parts[0]), parts[2].getBytes(StandardCharsets.ISO_8859_1), Long.parseLong(parts[1]));
            } catch (NumberFormatException | IndexOutOfBoundsException e) {
                throw new BackendException("\"" + text + "\" is no next of a page of delayed items", e);
            }
        }

        String text() {
            return Keys.utf8(score) + " " + position + " " + new String(entry, StandardCharsets.ISO_8859_1);
        }
    }
}
