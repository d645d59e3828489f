package io.resque.core.internal.history;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import io.resque.api.HistorySample;
import io.resque.api.spi.DelayedItems;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.HistoryStore.Grain;
import io.resque.api.spi.JobSerializer;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueHead;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.wire.CounterNames;
import io.resque.core.internal.wire.CounterReader;
import io.resque.core.internal.wire.SampleShape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import org.slf4j.Logger;

/**
 * Writes samples as long as this process has the lease. Each sample has absolute values and stands at a second that all processes count alike,
 * so it does no harm if two of them write, or another one goes on. Thread-safe.
 */
public final class HistorySampler {
    private static final Logger LOG = Log.WORKER;

    /** So many queues are in a sample, the longest. */
    static final int MOST_QUEUES = 200;

    /** A queue with a longer name is left out. */
    static final int LONGEST_NAME = 200;

    /** So many bytes the names of all queues have, so that no sample has more than about 8 KB. */
    static final int MOST_OF_NAMES = 4_000;

    /** Three turns: one that fails does not cost the lease. */
    static final Duration LEASE = Duration.ofSeconds(30);

    private static final int MOST_LISTS = 1_000;

    /** Of a larger head, the checksum is that of its stand-in. */
    private static final long MOST_OF_A_HEAD = 4 << 10;

    private final QueueBackend backend;
    private final HistoryStore store;
    private final JobSerializer json;
    private final CounterReader counters;
    private final String holder;

    /**
     * A sampler that does nothing yet.
     *
     * @param holder the name of this process, which no other one has
     */
    public HistorySampler(QueueBackend backend, HistoryStore store, JobSerializer json, String holder) {
        this.backend = backend;
        this.store = store;
        this.json = json;
        this.counters = new CounterReader(backend.statistics());
        this.holder = holder;
    }

    /** Writes the sample of this second if this process has the lease, or can take it. Returns whether it did. */
    boolean turn(long second) {
        if (!store.lead(holder, LEASE)) {
            return false;
        }
        write(second);
        return true;
    }

    void write(long second) {
        long at = Grain.FINE.sampled(second);
        HistorySample sample = sample(at);
        store.write(Grain.FINE, at, json.encode(SampleShape.of(sample, true)));
        if (Grain.COARSE.sampled(at) == at) {
            store.write(Grain.COARSE, at, json.encode(SampleShape.of(sample, false)));
        }
    }

    /** Another process can go on at once. */
    void leave() {
        store.leave(holder);
    }

    private HistorySample sample(long second) {
        List<Long> counts = counters.all(List.of(CounterNames.PROCESSED, CounterNames.FAILED));
        Set<String> workers = backend.workers().ids();
        Map<String, Long> lengths = backend.queues().sizes();
        List<String> longest = longest(lengths);
        Map<String, HistorySample.Queue> queues = new LinkedHashMap<>();
        List<QueueHead> heads = backend.queues().heads(longest, MOST_OF_A_HEAD);
        for (int i = 0; i < heads.size(); i++) {
            Payload first = heads.get(i).first();
            if (first != null) {
                queues.put(longest.get(i), new HistorySample.Queue(heads.get(i).size(), checksum(first)));
            }
        }
        long full = lengths.values().stream().filter(length -> length > 0).count();
        return new HistorySample(
                Instant.ofEpochSecond(second),
                counts.get(0),
                counts.get(1),
                backend.failures().lists().stream()
                        .limit(MOST_LISTS)
                        .mapToLong(list -> backend.failures().count(list))
                        .sum(),
                workers.size(),
                store.working(workers),
                late(),
                queues,
                full - longest.size());
    }

    private static List<String> longest(Map<String, Long> lengths) {
        List<String> sorted = lengths.entrySet().stream()
                .filter(queue -> queue.getValue() > 0)
                .sorted(Map.Entry.<String, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
                .limit(MOST_QUEUES)
                .map(Map.Entry::getKey)
                .toList();
        List<String> longest = new ArrayList<>();
        int left = MOST_OF_NAMES;
        for (String queue : sorted) {
            int bytes = queue.getBytes(StandardCharsets.UTF_8).length;
            if (bytes <= Math.min(left, LONGEST_NAME)) {
                longest.add(queue);
                left -= bytes;
            }
        }
        return longest;
    }

    /** A process that moves no delayed jobs may lack the right to see them, which must not cost the sample. */
    private long late() {
        DelayedItems items = backend.delayed().orElse(null);
        if (items == null) {
            return 0;
        }
        try {
            DelayedPage first = items.due("", null, 1, 1);
            return first.items().isEmpty()
                    ? 0
                    : Math.max(0, first.now() - first.items().get(0).second());
        } catch (BackendUnavailableException e) {
            throw e;
        } catch (BackendException e) {
            LOG.debug("Samples do not tell of delayed jobs: {}", JsonRules.forLog(e.getMessage()));
            return 0;
        }
    }

    private static long checksum(Payload head) {
        CRC32 sum = new CRC32();
        sum.update(head.toBytes());
        return sum.getValue();
    }
}
