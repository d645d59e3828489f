package io.resque.core;

import io.resque.api.HistoryMark;
import io.resque.api.HistorySample;
import io.resque.api.Throughput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The samples of a time, at even distances. Where no process wrote one, it is missing.
 *
 * @param from the begin
 * @param to the end
 * @param step how far apart samples are
 * @param samples the samples, the oldest first; at most 400
 * @param marks the marks, the oldest first
 */
public record HistoryPeriod(
        Instant from, Instant to, Duration step, List<HistorySample> samples, List<HistoryMark> marks) {
    /**
     * Copies the lists.
     *
     * @param from the begin
     * @param to the end
     * @param step how far apart samples are
     * @param samples the samples
     * @param marks the marks
     */
    public HistoryPeriod {
        samples = List.copyOf(samples);
        marks = List.copyOf(marks);
    }

    /**
     * How many jobs ended between each two samples that follow each other.
     *
     * @return the oldest first
     */
    public List<Throughput> throughput() {
        List<Throughput> all = new ArrayList<>();
        for (int i = 1; i < samples.size(); i++) {
            all.add(Throughput.between(samples.get(i - 1), samples.get(i)));
        }
        return all;
    }

    /**
     * The queues that had jobs in one of the samples.
     *
     * @return their names
     */
    public SortedSet<String> queues() {
        SortedSet<String> names = new TreeSet<>();
        samples.forEach(sample -> names.addAll(sample.queues().keySet()));
        return names;
    }

    /**
     * Since when no job has been taken from a queue that has jobs, as far as the samples tell: the same bytes stood at its head in each sample
     * since then, and it did not become shorter. The queue can have been stalled for longer. Equal jobs cannot be told apart, so a queue of equal jobs
     * may be worked and stay as long as it is.
     *
     * @param queue its name
     * @return empty if it has no jobs in the last sample, if only the last one shows this head, or for a time of more than an hour, whose
     *     samples show no heads
     */
    public Optional<Instant> stalledSince(String queue) {
        Instant since = null;
        HistorySample.Queue later = null;
        for (int i = samples.size() - 1; i >= 0; i--) {
            HistorySample.Queue seen = samples.get(i).queues().get(queue);
            boolean same = seen != null
                    && seen.head() != HistorySample.NO_HEAD
                    && (later == null || seen.head() == later.head() && seen.length() <= later.length());
            if (!same) {
                break;
            }
            since = later == null ? null : samples.get(i).at();
            later = seen;
        }
        return Optional.ofNullable(since);
    }
}
