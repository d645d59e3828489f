package io.resque.backend.memory;

import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The history under one namespace. The lock of the memory guards it. */
final class HistoryRecords {
    private static final Duration MARKS_KEPT = Duration.ofDays(9);

    private final Supplier<Instant> clock;
    private final Map<Grain, NavigableMap<Long, Payload>> samples = new EnumMap<>(Grain.class);
    private final NavigableMap<Long, Map<String, RunTimes>> times = new TreeMap<>();
    private final NavigableMap<Long, Deque<HistoryMark>> marks = new TreeMap<>();
    private @Nullable String leader;
    private Instant leads = Instant.MIN;

    HistoryRecords(Supplier<Instant> clock) {
        this.clock = clock;
        for (Grain grain : Grain.values()) {
            samples.put(grain, new TreeMap<>());
        }
    }

    boolean lead(String holder, Duration lease) {
        if (leader != null && !leader.equals(holder) && clock.get().isBefore(leads)) {
            return false;
        }
        leader = holder;
        leads = clock.get().plus(lease);
        return true;
    }

    void leave(String holder) {
        if (holder.equals(leader)) {
            leader = null;
        }
    }

    /** The samples of a grain that have not expired. */
    NavigableMap<Long, Payload> samples(Grain grain) {
        return kept(samples.get(grain), grain.seconds(), grain.kept());
    }

    /** By the minute. */
    NavigableMap<Long, Map<String, RunTimes>> times() {
        return kept(times, 60, Grain.FINE.kept());
    }

    /** By the day. */
    NavigableMap<Long, Deque<HistoryMark>> marks() {
        return kept(marks, 86_400, MARKS_KEPT);
    }

    private <V> NavigableMap<Long, V> kept(NavigableMap<Long, V> all, int seconds, Duration kept) {
        all.headMap(clock.get().minus(kept).getEpochSecond() / seconds, false).clear();
        return all;
    }

    void add(long minute, RunTimes more) {
        Map<String, RunTimes> known = times().computeIfAbsent(minute, absent -> new HashMap<>());
        boolean isTooMuch = known.size() >= HistoryStore.MOST_CLASSES && !known.containsKey(more.jobClass());
        String name = isTooMuch ? "" : more.jobClass();
        known.merge(name, new RunTimes(name, more.total(), more.buckets()), RunTimes::plus);
    }

    void mark(long day, HistoryMark mark) {
        Deque<HistoryMark> ofDay = marks().computeIfAbsent(day, absent -> new ArrayDeque<>());
        ofDay.addLast(mark);
        if (ofDay.size() > HistoryStore.MOST_MARKS) {
            ofDay.removeFirst();
        }
    }
}
