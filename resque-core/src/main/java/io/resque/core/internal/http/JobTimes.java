package io.resque.core.internal.http;

import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.ResqueListener;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How long the jobs of this process took, by queue and outcome. Knows a bounded number of queues. Thread-safe. */
final class JobTimes implements ResqueListener {
    static final int MOST_QUEUES = 100;

    /** The queues that are too many. */
    static final String OTHER = "other";

    /** In seconds, as OpenTelemetry's conventions have them for the processing of a message. */
    private static final List<Double> BOUNDS =
            List.of(0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0);

    private final Set<String> queues = ConcurrentHashMap.newKeySet();
    private final Map<Series, Times> all = new ConcurrentHashMap<>();

    private record Series(String queue, JobEnd.Kind kind) {}

    /** The times of one series. */
    private static final class Times {
        /** How many jobs are in each bucket; the last one has no upper bound. */
        private final List<LongAdder> counts =
                Stream.generate(LongAdder::new).limit(BOUNDS.size() + 1L).toList();

        private final LongAdder nanos = new LongAdder();

        void add(long took) {
            nanos.add(took);
            int bucket = 0;
            while (bucket < BOUNDS.size() && took > BOUNDS.get(bucket) * 1e9) {
                bucket++;
            }
            counts.get(bucket).increment();
        }
    }

    @Override
    public void jobEnded(String worker, JobInfo job, JobEnd end) {
        all.computeIfAbsent(new Series(label(job.queue()), end.kind()), series -> new Times())
                .add(end.took().toNanos());
    }

    private String label(String queue) {
        String name = MetricsText.shortened(queue);
        if (queues.contains(name)) {
            return name;
        }
        synchronized (queues) {
            return queues.size() < MOST_QUEUES && queues.add(name) || queues.contains(name) ? name : OTHER;
        }
    }

    void write(MetricsText text) {
        List<MetricsText.Histogram> histograms = all.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(
                        Comparator.comparing(Series::queue).thenComparing(Series::kind)))
                .map(each -> histogram(each.getKey(), each.getValue()))
                .toList();
        text.histograms("resque_process_job_seconds", "How long jobs of this process took.", BOUNDS, histograms);
    }

    private static MetricsText.Histogram histogram(Series series, Times times) {
        return new MetricsText.Histogram(
                new TreeMap<>(Map.of(
                        "queue", series.queue, "outcome", series.kind.name().toLowerCase(Locale.ROOT))),
                times.counts.stream().map(LongAdder::sum).toList(),
                times.nanos.sum() / 1e9);
    }
}
