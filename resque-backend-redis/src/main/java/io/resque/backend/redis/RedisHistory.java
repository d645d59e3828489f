package io.resque.backend.redis;

import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The history in hashes of a minute or ten minutes, which expire. A reader knows their names from the time, so it never searches keys. */
final class RedisHistory implements HistoryStore {
    private static final byte[] TIME = Keys.bytes("TIME");
    private static final byte[] EXISTS = Keys.bytes("EXISTS");
    private static final byte[] HMGET = Keys.bytes("HMGET");
    private static final byte[] HGETALL = Keys.bytes("HGETALL");
    private static final byte[] LRANGE = Keys.bytes("LRANGE");
    private static final byte[] FIRST = Keys.bytes(0);
    private static final byte[] LAST = Keys.bytes(-1);

    private static final byte[] MOST = Keys.bytes(MOST_CLASSES);
    private static final byte[] MOST_OF_DAY = Keys.bytes(MOST_MARKS);
    private static final byte[] TIMES_KEPT = Keys.bytes(Grain.FINE.kept().toSeconds());
    private static final byte[] MARKS_KEPT = Keys.bytes(Duration.ofDays(9).toSeconds());

    /** The milliseconds, and a number for each bucket. */
    private static final Pattern TIMES = Pattern.compile("\\d{1,18}( \\d{1,18}){" + RunTimes.BUCKETS + "}");

    private static final int MINUTE = 60;
    private static final int DAY = 86_400;
    private static final int SAMPLES_OF_A_KEY = 6;

    /** So many keys are read at once. */
    private static final int KEYS_AT_ONCE = 60;

    private static final int WORKERS_AT_ONCE = 1_000;

    private final RedisLink link;
    private final Keys keys;

    RedisHistory(RedisLink link, Keys keys) {
        this.link = link;
        this.keys = keys;
    }

    @Override
    public long second() {
        return Replies.numberText(Replies.list(link.call(TIME)).get(0));
    }

    @Override
    public boolean lead(String holder, Duration lease) {
        return lease(holder, lease.toSeconds());
    }

    @Override
    public void leave(String holder) {
        lease(holder, 0);
    }

    private boolean lease(String holder, long seconds) {
        return Replies.number(Script.LEAD_HISTORY.run(
                        link, List.of(keys.historyLeader), List.of(Keys.bytes(holder), Keys.bytes(seconds))))
                == 1;
    }

    @Override
    public long working(Collection<String> workers) {
        List<byte[][]> commands = inParts(List.copyOf(workers), WORKERS_AT_ONCE).stream()
                .map(part -> Stream.concat(Stream.of(EXISTS), part.stream().map(keys::worker))
                        .toArray(byte[][]::new))
                .toList();
        return commands.isEmpty()
                ? 0
                : link.ask(commands).stream().mapToLong(Replies::number).sum();
    }

    private static <T> List<List<T>> inParts(List<T> all, int size) {
        List<List<T>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }

    private byte[] key(Grain grain, long second) {
        return keys.history(grain == Grain.FINE ? "m" : "h", Math.floorDiv(second, grain.seconds() * SAMPLES_OF_A_KEY));
    }

    @Override
    public void write(Grain grain, long second, Payload sample) {
        grain.requireSampled(second);
        Script.WRITE_SAMPLE.run(
                link,
                List.of(key(grain, second)),
                List.of(
                        Keys.bytes(second),
                        sample.toBytes(),
                        Keys.bytes(grain.kept().toSeconds())));
    }

    @Override
    public SortedMap<Long, Payload> samples(Grain grain, Collection<Long> seconds) {
        Map<Long, List<Long>> byKey = seconds.stream()
                .distinct()
                .collect(Collectors.groupingBy(
                        second -> Math.floorDiv(second, (long) grain.seconds() * SAMPLES_OF_A_KEY),
                        TreeMap::new,
                        Collectors.toList()));
        SortedMap<Long, Payload> found = new TreeMap<>();
        for (List<List<Long>> part : inParts(List.copyOf(byKey.values()), KEYS_AT_ONCE)) {
            List<byte[][]> commands = part.stream()
                    .map(wanted -> Stream.concat(
                                    Stream.of(HMGET, key(grain, wanted.get(0))),
                                    wanted.stream().map(Keys::bytes))
                            .toArray(byte[][]::new))
                    .toList();
            List<?> replies = link.ask(commands);
            for (int i = 0; i < part.size(); i++) {
                add(found, part.get(i), replies.get(i));
            }
        }
        return found;
    }

    private static void add(SortedMap<Long, Payload> found, List<Long> seconds, Object reply) {
        if (ForeignKeys.isForeign(reply)) {
            return;
        }
        List<?> samples = Replies.list(reply);
        for (int i = 0; i < seconds.size(); i++) {
            if (samples.get(i) != null) {
                found.put(seconds.get(i), Payload.of(Replies.bytes(samples.get(i))));
            }
        }
    }

    @Override
    public void addTimes(long second, List<RunTimes> times) {
        if (times.isEmpty()) {
            return;
        }
        List<byte[]> args = new ArrayList<>(List.of(MOST, TIMES_KEPT));
        for (RunTimes each : times) {
            args.add(Keys.bytes(each.jobClass()));
            args.add(Keys.bytes(each.total().toMillis()
                    + each.buckets().stream().map(count -> " " + count).collect(Collectors.joining())));
        }
        Script.ADD_TIMES.run(link, List.of(keys.runTimes(Math.floorDiv(second, MINUTE))), args);
    }

    @Override
    public List<RunTimes> times(long from, long to) {
        List<byte[][]> commands = new ArrayList<>();
        for (long minute = Math.floorDiv(from, MINUTE); minute <= Math.floorDiv(to, MINUTE); minute++) {
            commands.add(new byte[][] {HGETALL, keys.runTimes(minute)});
        }
        Map<String, RunTimes> sums = new HashMap<>();
        for (List<byte[][]> part : inParts(commands, KEYS_AT_ONCE)) {
            for (Object reply : link.ask(part)) {
                if (!ForeignKeys.isForeign(reply)) {
                    add(sums, Replies.list(reply));
                }
            }
        }
        return List.copyOf(sums.values());
    }

    private static void add(Map<String, RunTimes> sums, List<?> hash) {
        for (int i = 0; i < hash.size(); i += 2) {
            RunTimes times = times(Replies.text(hash.get(i)), Replies.text(hash.get(i + 1)));
            if (times != null) {
                sums.merge(times.jobClass(), times, RunTimes::plus);
            }
        }
    }

    /** Null if another program has written something else there. */
    private static @Nullable RunTimes times(String jobClass, String text) {
        if (!TIMES.matcher(text).matches()) {
            return null;
        }
        List<Long> numbers = Stream.of(text.split(" ")).map(Long::parseLong).toList();
        return new RunTimes(jobClass, Duration.ofMillis(numbers.get(0)), numbers.subList(1, numbers.size()));
    }

    @Override
    public void mark(long second, String text) {
        Script.ADD_MARK.run(
                link,
                List.of(keys.marks(Instant.ofEpochSecond(second))),
                List.of(Keys.bytes(second + " " + text), MOST_OF_DAY, MARKS_KEPT));
    }

    @Override
    public List<HistoryMark> marks(long from, long to) {
        List<byte[][]> commands = new ArrayList<>();
        for (long day = Math.floorDiv(from, DAY); day <= Math.floorDiv(to, DAY); day++) {
            commands.add(new byte[][] {LRANGE, keys.marks(Instant.ofEpochSecond(day * DAY)), FIRST, LAST});
        }
        List<HistoryMark> marks = new ArrayList<>();
        for (Object reply : commands.isEmpty() ? List.of() : link.ask(commands)) {
            if (!ForeignKeys.isForeign(reply)) {
                for (Object element : Replies.list(reply)) {
                    add(marks, Replies.text(element), from, to);
                }
            }
        }
        marks.sort(Comparator.comparing(HistoryMark::at));
        return marks;
    }

    private static void add(List<HistoryMark> marks, String element, long from, long to) {
        String[] words = element.split(" ", 2);
        if (words.length == 2 && words[0].matches("\\d{1,12}")) {
            long second = Long.parseLong(words[0]);
            if (second >= from && second <= to) {
                marks.add(new HistoryMark(Instant.ofEpochSecond(second), words[1]));
            }
        }
    }
}
