package io.resque.backend.redis;

import io.resque.api.spi.DelayedSweep;
import io.resque.api.spi.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the keys of delayed items step by step: through the schedule, then by {@code SCAN} through the lists of seconds, then
 * through the sets of seconds. Redis goes through all its keys for that, also those of other programs.
 */
final class DelayedSweeper {
    private static final byte[] ZSCORE = Keys.bytes("ZSCORE");
    private static final byte[] EXISTS = Keys.bytes("EXISTS");
    private static final byte[] TYPE = Keys.bytes("TYPE");
    private static final byte[] SSCAN = Keys.bytes("SSCAN");
    private static final byte[] COUNT = Keys.bytes("COUNT");
    private static final byte[] LPOS = Keys.bytes("LPOS");
    private static final byte[] LLEN = Keys.bytes("LLEN");
    private static final byte[] SCAN = Keys.bytes("SCAN");
    private static final byte[] AT_ONCE = Keys.bytes(1_000);

    /** A longer list is not searched for an item. */
    private static final int LONGEST_LIST = 1_000;

    /** With what a {@code next} begins: the part of the walk. */
    private static final String SCHEDULE = "schedule ";

    private static final String LISTS = "lists ";
    private static final String MARKS = "marks ";

    private static final String FIRST = "0";

    private final RedisLink link;
    private final Keys keys;

    DelayedSweeper(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    DelayedSweep sweep(String from, boolean repair) {
        if (from.startsWith(LISTS)) {
            return lists(from.substring(LISTS.length()), repair);
        } else if (from.startsWith(MARKS)) {
            return marks(from.substring(MARKS.length()), repair);
        }
        return schedule(
                from.isEmpty()
                        ? new SchedulePart.Place("-inf", 0)
                        : SchedulePart.Place.parse(from.substring(SCHEDULE.length())),
                repair);
    }

    private DelayedSweep schedule(SchedulePart.Place place, boolean repair) {
        SchedulePart part = SchedulePart.read(link, keys, place, "+inf");
        List<byte[]> seconds = part.entries();
        List<byte[]> empty = new ArrayList<>();
        List<?> exist = pipeline(seconds.stream()
                .map(second -> new byte[][] {EXISTS, keys.delayed(Payload.of(second))})
                .toList());
        for (int i = 0; i < seconds.size(); i++) {
            if (Replies.number(exist.get(i)) == 0) {
                empty.add(seconds.get(i));
            }
        }
        long count = empty.size();
        if (repair && !empty.isEmpty()) {
            List<byte[]> names = new ArrayList<>();
            names.add(keys.schedule);
            empty.forEach(second -> names.add(keys.delayed(Payload.of(second))));
            count = Replies.list(Script.DROP_EMPTY.run(link, names, empty)).stream()
                    .mapToLong(Replies::number)
                    .sum();
        }
        SchedulePart.Place next = part.next();
        if (next == null) {
            return new DelayedSweep(count, 0, 0, LISTS + FIRST);
        }
        // Those of its score that were removed stand before it no more. That some have another score makes it look at
        // some again.
        return new DelayedSweep(
                count, 0, 0, SCHEDULE + next.without(repair ? count : 0).text());
    }

    private DelayedSweep lists(String cursor, boolean repair) {
        Scanned scanned = scan(cursor, keys.delayedPattern());
        List<byte[]> names = new ArrayList<>();
        List<byte[][]> commands = new ArrayList<>();
        for (byte[] name : scanned.names()) {
            String second = keys.delayedSecond(name);
            if (second.matches("0|-?[1-9]\\d{0,15}")) {
                names.add(name);
                commands.add(new byte[][] {TYPE, name});
                commands.add(new byte[][] {ZSCORE, keys.schedule, Keys.bytes(second)});
            }
        }
        List<?> replies = pipeline(commands);
        List<byte[]> lost = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            Object score = replies.get(2 * i + 1);
            if (Replies.text(replies.get(2 * i)).equals("list") && score == null) {
                lost.add(names.get(i));
            }
        }
        long count = lost.size();
        if (repair && !lost.isEmpty()) {
            List<byte[]> all = new ArrayList<>();
            all.add(keys.schedule);
            all.addAll(lost);
            List<byte[]> args = lost.stream()
                    .map(name -> Keys.bytes(keys.delayedSecond(name)))
                    .toList();
            count = Replies.number(Script.SCHEDULE_AGAIN.run(link, all, args));
        }
        return new DelayedSweep(0, count, 0, scanned.next() == null ? MARKS + FIRST : LISTS + scanned.next());
    }

    /** A member of the set of an item. */
    private record Mark(byte[] set, byte[] member) {}

    private DelayedSweep marks(String cursor, boolean repair) {
        Scanned scanned = scan(cursor, keys.secondsPattern());
        List<?> sets = pipeline(scanned.names().stream()
                .map(name -> members(name, Keys.bytes(FIRST)))
                .toList());
        List<Mark> marks = new ArrayList<>();
        for (int i = 0; i < scanned.names().size(); i++) {
            byte[] set = scanned.names().get(i);
            Object part = ForeignKeys.isForeign(sets.get(i)) ? null : sets.get(i);
            while (part != null) {
                List<?> reply = Replies.list(part);
                byte[] rest = Replies.bytes(reply.get(0));
                for (Object member : Replies.list(reply.get(1))) {
                    marks.add(new Mark(set, Replies.bytes(member)));
                }
                part = Keys.utf8(rest).equals(FIRST) ? null : link.call(members(set, rest));
            }
        }
        List<Mark> stale = stale(marks);
        long count = repair ? remove(stale) : stale.size();
        return new DelayedSweep(0, 0, count, scanned.next() == null ? null : MARKS + scanned.next());
    }

    private static byte[][] members(byte[] set, byte[] cursor) {
        return new byte[][] {SSCAN, set, cursor, COUNT, AT_ONCE};
    }

    /** Those of which the list does not hold the item. Redis goes through a list for that, so of long lists it is taken to hold it. */
    private List<Mark> stale(List<Mark> marks) {
        Map<ByteBuffer, Object> lengths = new LinkedHashMap<>();
        marks.forEach(mark -> lengths.put(ByteBuffer.wrap(mark.member()), 0L));
        List<?> replies = pipeline(lengths.keySet().stream()
                .map(member -> new byte[][] {LLEN, keys.marked(member.array())})
                .toList());
        int at = 0;
        for (Map.Entry<ByteBuffer, Object> length : lengths.entrySet()) {
            Object reply = replies.get(at++);
            length.setValue(ForeignKeys.isForeign(reply) ? 0L : Replies.number(reply));
        }
        List<Mark> stale = new ArrayList<>();
        List<Mark> asked = new ArrayList<>();
        for (Mark mark : marks) {
            Object length = lengths.get(ByteBuffer.wrap(mark.member()));
            if (Long.valueOf(0).equals(length)) {
                stale.add(mark);
            } else if (length instanceof Long items && items <= LONGEST_LIST) {
                asked.add(mark);
            }
        }
        List<?> places = pipeline(asked.stream()
                .map(mark -> new byte[][] {LPOS, keys.marked(mark.member()), keys.itemOf(mark.set())})
                .toList());
        for (int i = 0; i < asked.size(); i++) {
            if (places.get(i) == null) {
                stale.add(asked.get(i));
            }
        }
        return stale;
    }

    /** Returns how many were removed. */
    private long remove(List<Mark> stale) {
        Map<ByteBuffer, List<Mark>> bySet = new LinkedHashMap<>();
        stale.forEach(mark -> bySet.computeIfAbsent(ByteBuffer.wrap(mark.set()), absent -> new ArrayList<>())
                .add(mark));
        long removed = 0;
        for (Map.Entry<ByteBuffer, List<Mark>> some : bySet.entrySet()) {
            byte[] set = some.getKey().array();
            List<byte[]> names = new ArrayList<>();
            names.add(set);
            List<byte[]> args = new ArrayList<>();
            args.add(keys.itemOf(set));
            for (Mark mark : some.getValue()) {
                names.add(keys.marked(mark.member()));
                args.add(mark.member());
            }
            removed += Replies.number(Script.REMOVE_MARKS.run(link, names, args));
        }
        return removed;
    }

    private List<?> pipeline(List<byte[][]> commands) {
        return commands.isEmpty() ? List.of() : link.pipeline(commands);
    }

    private record Scanned(List<byte[]> names, @Nullable String next) {}

    private Scanned scan(String cursor, byte[] pattern) {
        if (cursor.equals(FIRST)) {
            link.call(EXISTS, keys.queues); // leads to the node of a cluster that has the namespace
        }
        List<?> reply = Replies.list(link.call(SCAN, Keys.bytes(cursor), Keys.bytes("MATCH"), pattern, COUNT, AT_ONCE));
        List<byte[]> names = new ArrayList<>();
        for (Object name : Replies.list(reply.get(1))) {
            names.add(Replies.bytes(name));
        }
        String next = Replies.text(reply.get(0));
        return new Scanned(names, next.equals(FIRST) ? null : next);
    }
}
