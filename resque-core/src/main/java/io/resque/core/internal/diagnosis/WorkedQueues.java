package io.resque.core.internal.diagnosis;

import io.resque.api.Finding;
import io.resque.api.WorkerInfo;
import io.resque.core.internal.subscription.QueueList;
import io.resque.core.internal.support.Spelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * The queues that the living workers of all languages take jobs from, as far as their ids tell: an id does not hold the exclusions of
 * a worker.
 */
final class WorkedQueues {
    /** A mistyped name differs by so many letters at most, and by no more than half of them. */
    private static final int MOST_LETTERS = 3;

    /** Names, and for each a worker. */
    private final SortedMap<String, String> names = new TreeMap<>();

    private final List<Predicate<String>> patterns = new ArrayList<>();

    WorkedQueues(List<WorkerInfo> workers) {
        Set<String> seen = new HashSet<>();
        for (WorkerInfo worker : workers) {
            if (worker.registered() && worker.life() != WorkerInfo.Life.DEAD) {
                for (String entry : worker.queues()) {
                    if (seen.add(entry)) {
                        QueueList.pattern(entry).ifPresentOrElse(patterns::add, () -> names.put(entry, worker.id()));
                    }
                }
            }
        }
    }

    boolean has(String queue) {
        return names.containsKey(queue) || patterns.stream().anyMatch(pattern -> pattern.test(queue));
    }

    /**
     * What is to be said of names under which there is no queue.
     *
     * @param queues the queues that there are, with their numbers of jobs
     */
    List<Finding> missing(Map<String, Long> queues) {
        List<String> unworked = queues.entrySet().stream()
                .filter(queue -> queue.getValue() > 0 && !has(queue.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        List<Finding> findings = new ArrayList<>();
        List<String> others = new ArrayList<>();
        names.forEach((name, worker) -> {
            if (!queues.containsKey(name)) {
                nearest(name, unworked)
                        .ifPresentOrElse(
                                near -> findings.add(Findings.mistyped(name, worker, near)), () -> others.add(name));
            }
        });
        if (!others.isEmpty()) {
            findings.add(Findings.notYet(others));
        }
        return findings;
    }

    private static Optional<String> nearest(String name, List<String> queues) {
        return queues.stream()
                .filter(queue -> isNear(name, queue))
                .min(Comparator.comparingInt(queue -> Spelling.distance(name, queue)));
    }

    private static boolean isNear(String name, String queue) {
        int most = Math.min(MOST_LETTERS, Math.min(name.length(), queue.length()) / 2);
        return Math.abs(name.length() - queue.length()) <= most && Spelling.distance(name, queue) <= most;
    }
}
