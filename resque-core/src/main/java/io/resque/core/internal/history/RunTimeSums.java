package io.resque.core.internal.history;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import io.resque.api.RunTimes;
import io.resque.api.spi.HistoryStore;
import io.resque.api.spi.JsonRules;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How long jobs of this process took since they were last drained, by class. Knows a bounded number of classes. Thread-safe. */
public final class RunTimeSums implements ResqueListener {
    /** A class with a longer name counts as one that is too many. */
    static final int LONGEST_NAME = 200;

    private static final Set<JobEnd.Kind> RAN =
            EnumSet.of(JobEnd.Kind.COMPLETED, JobEnd.Kind.FAILED, JobEnd.Kind.RETRIED, JobEnd.Kind.DIED);

    private Map<String, Times> sums = new HashMap<>();

    private static final class Times {
        private long millis;
        private final Long[] buckets = Collections.nCopies(RunTimes.BUCKETS, 0L).toArray(Long[]::new);

        void add(Duration took) {
            millis += took.toMillis();
            int bucket = 0;
            while (bucket < RunTimes.BOUNDS.size() && took.compareTo(RunTimes.BOUNDS.get(bucket)) > 0) {
                bucket++;
            }
            buckets[bucket]++;
        }
    }

    @Override
    public void jobEnded(String worker, JobInfo job, JobEnd end) {
        if (RAN.contains(end.kind())) {
            String name = job.innerClass();
            boolean isKept = name.length() <= LONGEST_NAME && JsonRules.loneSurrogate(name) < 0;
            add(isKept ? name : "", end.took());
        }
    }

    private synchronized void add(String name, Duration took) {
        boolean isTooMuch = sums.size() >= HistoryStore.MOST_CLASSES && !sums.containsKey(name);
        sums.computeIfAbsent(isTooMuch ? "" : name, absent -> new Times()).add(took);
    }

    /** The times since the last call. */
    List<RunTimes> drain() {
        Map<String, Times> drained;
        synchronized (this) {
            drained = sums;
            sums = new HashMap<>();
        }
        return drained.entrySet().stream()
                .map(each -> new RunTimes(
                        each.getKey(), Duration.ofMillis(each.getValue().millis), List.of(each.getValue().buckets)))
                .toList();
    }
}
