package io.resque.backend.redis;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link QueueTracker} knows of the queues that workers wait for, and of the set of queue names. It has no thread, no
 * connection and no clock. The lock of the {@link WaitingLine} guards it.
 *
 * <p>Each queue that a worker waits for is at least one of these, so that no job lies there unnoticed:
 *
 * <ul>
 *   <li><i>unread</i>: the tracker reads it next.
 *   <li><i>told of</i>: the tracker has read it as empty, or is just reading it, and the server tells once it has changed.
 *   <li><i>found</i>: the tracker has seen a job there and woken a worker. It reads the queue again if that worker takes
 *       nothing, and in any case after a while.
 * </ul>
 *
 * <p>A queue counts as told of from before the request is sent. What the server tells while the reply is under way may be
 * about a later state, so the tracker reads once more; this may be one reading too many.
 */
final class TrackedQueues {
    /** What to read in one go. Nothing at all is a sign of life. */
    record Round(List<String> queues, boolean names) {}

    private final Map<String, Integer> wanted = new HashMap<>();
    private final Set<String> unread = new LinkedHashSet<>();
    private final Set<String> toldOf = new HashSet<>();
    private final Map<String, Long> found = new LinkedHashMap<>();
    private int wantNames;
    private @Nullable Set<String> names;
    private boolean namesAreRead;
    private boolean ended;

    /** A worker begins to wait for these queues, and for other names than those it knows, if it knows some. */
    void enter(Set<String> queues, @Nullable Set<String> known) {
        assert !ended : "a worker relies on a tracker that has ended";
        for (String queue : queues) {
            wanted.merge(queue, 1, Integer::sum);
            if (!toldOf.contains(queue) && !found.containsKey(queue)) {
                unread.add(queue);
            }
        }
        if (known != null) {
            wantNames++;
            namesAreRead &= known.equals(names);
        }
        assert queues.stream().allMatch(this::isWatched) : this;
    }

    /** A worker waits no longer. */
    void leave(Set<String> queues, @Nullable Set<String> known) {
        for (String queue : queues) {
            if (wanted.merge(queue, -1, Integer::sum) == 0) {
                wanted.remove(queue);
                unread.remove(queue);
                found.remove(queue);
            }
        }
        if (known != null) {
            wantNames--;
        }
        assert wantNames >= 0 : this;
    }

    /** Whether any worker waits. */
    boolean areWanted() {
        return !wanted.isEmpty() || wantNames > 0;
    }

    /** For tests. */
    boolean isWanted(String queue) {
        return wanted.containsKey(queue);
    }

    /** The queue may have changed since it was read. */
    void changed(String queue) {
        toldOf.remove(queue);
        found.remove(queue);
        if (wanted.containsKey(queue)) {
            unread.add(queue);
        }
        assert !wanted.containsKey(queue) || isWatched(queue) : this;
    }

    void namesChanged() {
        namesAreRead = false;
    }

    /** Anything may have changed, or the server tells no longer. */
    void allChanged() {
        toldOf.clear();
        found.clear();
        unread.addAll(wanted.keySet());
        namesAreRead = false;
        assert holds() : this;
    }

    /** The worker that was woken for a job in this queue took none. Says whether the queue must be read again for that. */
    boolean tookNothing(String queue) {
        boolean wasFound = found.containsKey(queue);
        if (wasFound) {
            changed(queue);
        }
        return wasFound;
    }

    /** Reads again where a job was found so long ago that the worker that was woken may hang. */
    void readFoundBefore(long now) {
        if (!found.isEmpty()) {
            Map.copyOf(found).forEach((queue, until) -> {
                if (until - now <= 0) {
                    changed(queue);
                }
            });
        }
    }

    /** The soonest time at which a found queue must be read again; the given time if none must before. */
    long soonest(long time) {
        long soonest = time;
        for (long until : found.values()) {
            soonest = until - soonest < 0 ? until : soonest;
        }
        return soonest;
    }

    boolean mustRead() {
        return mustReadNames() || !unread.isEmpty();
    }

    private boolean mustReadNames() {
        return wantNames > 0 && !namesAreRead;
    }

    /** All that is unread, which is told of from now on. If the reading fails, the caller says {@link #allChanged}. */
    Round begin() {
        Round round = new Round(List.copyOf(unread), mustReadNames());
        unread.clear();
        toldOf.addAll(round.queues);
        namesAreRead |= round.names;
        assert holds() : this;
        return round;
    }

    /**
     * Takes the result of a round: the queues that have jobs, and how many. Returns the queues for which a worker waits; the
     * caller wakes workers for them.
     *
     * @param until when to read these queues again in any case
     */
    Map<String, Long> found(Map<String, Long> lengths, long until) {
        toldOf.removeAll(lengths.keySet());
        Map<String, Long> jobs = new HashMap<>(lengths);
        jobs.keySet().retainAll(wanted.keySet());
        jobs.keySet().forEach(queue -> found.put(queue, until));
        assert holds() : this;
        return jobs;
    }

    /** These queues are announced; null if the set of names cannot be read. */
    void announced(@Nullable Set<String> queues) {
        names = queues;
    }

    /** The tracker reads no more. It must say so before it lets go the lock under which it found that no worker waits. */
    void end() {
        ended = true;
    }

    boolean haveEnded() {
        return ended;
    }

    /** For tests: whether all of the sentences above hold. The assertions look at what a call has changed, which costs less. */
    boolean holds() {
        return wantNames >= 0
                && wanted.keySet().stream().allMatch(this::isWatched)
                && wanted.keySet().containsAll(unread)
                && wanted.keySet().containsAll(found.keySet());
    }

    private boolean isWatched(String queue) {
        return unread.contains(queue) || toldOf.contains(queue) || found.containsKey(queue);
    }

    /** For tests. */
    boolean isUnread(String queue) {
        return unread.contains(queue);
    }

    /** For tests. */
    boolean isToldOf(String queue) {
        return toldOf.contains(queue);
    }

    /** For tests. */
    boolean isFound(String queue) {
        return found.containsKey(queue);
    }

    @Override
    public String toString() {
        return "wanted " + new TreeMap<>(wanted) + ", unread " + new TreeSet<>(unread) + ", told of "
                + new TreeSet<>(toldOf) + ", found " + new TreeSet<>(found.keySet()) + ", " + wantNames + " want names"
                + (namesAreRead ? ", read: " : ", unread: ") + names + (ended ? ", ended" : "");
    }
}
