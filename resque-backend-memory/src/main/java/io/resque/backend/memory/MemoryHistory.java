package io.resque.backend.memory;

import io.resque.api.HistoryMark;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

final class MemoryHistory implements HistoryStore {
    private final MemoryOpening opening;

    MemoryHistory(MemoryOpening opening) {
        this.opening = opening;
    }

    @Override
    public long second() {
        return opening.call(namespace -> namespace.now().getEpochSecond());
    }

    @Override
    public boolean lead(String holder, Duration lease) {
        return opening.call(namespace -> namespace.history.lead(holder, lease));
    }

    @Override
    public void leave(String holder) {
        opening.call(namespace -> {
            namespace.history.leave(holder);
            return true;
        });
    }

    @Override
    public long working(Collection<String> workers) {
        return opening.call(namespace -> workers.stream()
                .map(namespace.workers::get)
                .filter(Objects::nonNull)
                .filter(worker -> worker.held() != null)
                .count());
    }

    @Override
    public void write(Grain grain, long second, Payload sample) {
        grain.requireSampled(second);
        opening.call(namespace -> {
            namespace.history.samples(grain).put(second / grain.seconds(), sample);
            return true;
        });
    }

    @Override
    public SortedMap<Long, Payload> samples(Grain grain, Collection<Long> seconds) {
        return opening.call(namespace -> {
            SortedMap<Long, Payload> found = new TreeMap<>();
            for (long second : seconds) {
                Payload sample = grain.sampled(second) == second
                        ? namespace.history.samples(grain).get(second / grain.seconds())
                        : null;
                if (sample != null) {
                    found.put(second, sample);
                }
            }
            return found;
        });
    }

    @Override
    public void addTimes(long second, List<RunTimes> times) {
        opening.call(namespace -> {
            times.forEach(each -> namespace.history.add(second / 60, each));
            return true;
        });
    }

    @Override
    public List<RunTimes> times(long from, long to) {
        return opening.call(namespace -> {
            Map<String, RunTimes> sums = new HashMap<>();
            namespace
                    .history
                    .times()
                    .subMap(from / 60, true, to / 60, true)
                    .values()
                    .forEach(minute ->
                            minute.values().forEach(each -> sums.merge(each.jobClass(), each, RunTimes::plus)));
            return List.copyOf(sums.values());
        });
    }

    @Override
    public void mark(long second, String text) {
        opening.call(namespace -> {
            namespace.history.mark(second / 86_400, new HistoryMark(Instant.ofEpochSecond(second), text));
            return true;
        });
    }

    @Override
    public List<HistoryMark> marks(long from, long to) {
        return opening.call(namespace -> namespace.history.marks().values().stream()
                .flatMap(Collection::stream)
                .filter(mark -> mark.at().getEpochSecond() >= from && mark.at().getEpochSecond() <= to)
                .sorted(Comparator.comparing(HistoryMark::at))
                .toList());
    }
}
