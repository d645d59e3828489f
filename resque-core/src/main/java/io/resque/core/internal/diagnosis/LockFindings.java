package io.resque.core.internal.diagnosis;

import io.resque.api.Finding;
import io.resque.api.WorkerInfo;
import io.resque.api.spi.HeldLock;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Locks;
import io.resque.api.spi.QueueBackend;
import io.resque.core.internal.fleet.WorkerDirectory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The locks of unique jobs that have no job, as far as that can be told. What a first look finds must be there at a second one, since a
 * lock and its job change meanwhile.
 */
final class LockFindings {
    private static final int MOST_LOCKS = 10_000;
    private static final int MOST_NAMED = 10;

    private final QueueBackend backend;
    private final WorkerDirectory workers;
    private final long time;
    private int seen;
    private boolean isWhole = true;

    LockFindings(QueueBackend backend, WorkerDirectory workers, Duration time) {
        this.backend = backend;
        this.workers = workers;
        this.time = time.toNanos();
    }

    /** One sentence for each of the first, and how many locks there are; empty if there are none. */
    List<Finding> all() {
        if (backend.locks().isEmpty()) {
            return List.of();
        }
        Locks locks = backend.locks().get();
        Map<String, String> stale = look(locks);
        int all = seen;
        if (!stale.isEmpty()) {
            stale.keySet().retainAll(look(locks).keySet());
        }
        List<Finding> findings = new ArrayList<>();
        stale.forEach((key, why) -> {
            if (findings.size() < MOST_NAMED) {
                findings.add(Findings.wrong(
                        Finding.Check.LOCKS,
                        JsonRules.forLog(key) + " " + why + "; resque locks free, or Inspector.freeLock, frees it"));
            }
        });
        if (stale.size() > MOST_NAMED) {
            findings.add(Findings.wrong(
                    Finding.Check.LOCKS, "and " + (stale.size() - MOST_NAMED) + " more: resque locks lists all"));
        }
        if (all > 0 || !isWhole) {
            findings.add(Findings.fine(
                    Finding.Check.LOCKS,
                    all + (all == 1 ? " lock" : " locks") + " of unique jobs"
                            + (isWhole ? "" : " (there was no time to look at all keys)")));
        }
        return findings;
    }

    /** The locks without a job, and why they have none. */
    private Map<String, String> look(Locks locks) {
        List<HeldLock> held = held(locks);
        if (held.isEmpty()) {
            return new TreeMap<>();
        }
        List<WorkerInfo> known = workers.all();
        Set<String> registered = known.stream()
                .filter(WorkerInfo::registered)
                .map(WorkerInfo::id)
                .collect(Collectors.toSet());
        boolean works = known.stream().anyMatch(worker -> worker.job().isPresent());
        Map<String, Long> sizes = backend.queues().sizes();
        boolean waits = sizes.values().stream().anyMatch(size -> size > 0);
        Map<String, String> stale = new TreeMap<>();
        for (HeldLock lock : held) {
            if (lock.owner() != null) {
                if (lock.worker() != null && !registered.contains(lock.worker())) {
                    stale.put(
                            lock.key(),
                            "is that of a run of " + JsonRules.forLog(lock.worker())
                                    + ", which is not registered; it ends at " + lock.expiry());
                }
            } else if (lock.expiry() != null && lock.expiry().isBefore(Instant.now())) {
                continue; // counts as free for everybody
            } else if (isOfQueue(lock) ? isEmpty(lock, sizes) : !works && !waits) {
                stale.put(
                        lock.key(),
                        "was written by another program, and its job "
                                + (isOfQueue(lock) ? "is not on its queue" : "neither waits nor runs")
                                + (lock.expiry() == null ? "; it never ends" : "; it ends at " + lock.expiry()));
            }
        }
        return stale;
    }

    /** Whether the name has the queue, and the lock is freed when the job leaves it. */
    private static boolean isOfQueue(HeldLock lock) {
        return LockClaim.Lock.WITHOUT_OWNER.stream().anyMatch(lock.key()::startsWith);
    }

    private static boolean isEmpty(HeldLock lock, Map<String, Long> sizes) {
        String prefix = LockClaim.Lock.WITHOUT_OWNER.stream()
                .filter(lock.key()::startsWith)
                .findFirst()
                .orElseThrow();
        int end = lock.key().lastIndexOf(":job:");
        return end > prefix.length() && sizes.getOrDefault(lock.key().substring(prefix.length(), end), 0L) == 0;
    }

    private List<HeldLock> held(Locks locks) {
        long begin = System.nanoTime();
        Map<String, HeldLock> held = new TreeMap<>();
        String from = "";
        while (from != null && held.size() < MOST_LOCKS && System.nanoTime() - begin < time) {
            Locks.Page page = locks.page(from);
            page.locks().forEach(lock -> held.put(lock.key(), lock));
            from = page.next();
        }
        seen = held.size();
        isWhole &= from == null;
        return List.copyOf(held.values());
    }
}
