package io.resque.backend.memory;

import io.resque.api.Unique;
import io.resque.api.spi.HeldLock;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The locks of unique jobs of one namespace. Its memory's lock guards them. */
final class LockRecords {
    private final Map<String, HeldLock> locks = new HashMap<>();
    private final Supplier<Instant> clock;

    LockRecords(Supplier<Instant> clock) {
        this.clock = clock;
    }

    /** What can become of a job that is pushed. */
    enum Push {
        WRITTEN,
        REFUSED,
        WRITTEN_BEFORE
    }

    private @Nullable HeldLock holder(LockClaim.Lock lock) {
        HeldLock held = locks.get(lock.key());
        return held == null || held.expiry() == null || held.expiry().isAfter(clock.get()) ? held : null;
    }

    private static boolean isOf(LockClaim claim, @Nullable HeldLock held) {
        return held != null && claim.owner().equals(held.owner());
    }

    private void write(
            LockClaim claim,
            LockClaim.Lock lock,
            HeldLock.State state,
            @Nullable String worker,
            Instant since,
            Instant expiry) {
        locks.put(lock.key(), new HeldLock(lock.key(), lock.kind(), state, claim.owner(), worker, since, expiry));
    }

    private void writeQueued(LockClaim claim, LockClaim.Lock lock, long second) {
        Instant now = clock.get();
        Instant due = Instant.ofEpochSecond(second);
        boolean isDelayed = due.isAfter(now);
        write(
                claim,
                lock,
                isDelayed ? HeldLock.State.DELAYED : HeldLock.State.QUEUED,
                null,
                now,
                (isDelayed ? due : now).plusSeconds(lock.seconds()));
    }

    /**
     * What becomes of a job, of which nothing is written yet.
     *
     * @param second when it is due
     * @param taken the keys that jobs before it take; gets those of this one
     * @param queue the payloads of its queue
     */
    Push push(LockClaim claim, long second, Set<String> taken, Collection<Payload> queue) {
        Push answer = Push.WRITTEN;
        Set<String> own = new HashSet<>();
        for (LockClaim.Lock lock : claim.locks()) {
            if (!waitsWith(lock, second)) {
                continue;
            }
            HeldLock held = holder(lock);
            own.add(lock.key());
            if (taken.contains(lock.key())) {
                return Push.REFUSED;
            } else if (isOf(claim, held)) {
                answer = Push.WRITTEN_BEFORE;
            } else if (held != null && !isStale(held, queue)) {
                return Push.REFUSED;
            }
        }
        if (answer == Push.WRITTEN) {
            taken.addAll(own);
        }
        return answer;
    }

    private static boolean isStale(HeldLock held, Collection<Payload> queue) {
        return held.kind() == Unique.Kind.WHILE_QUEUED
                && held.state() == HeldLock.State.QUEUED
                && queue.stream()
                        .map(LockClaim::of)
                        .flatMap(Optional::stream)
                        .noneMatch(claim -> claim.owner().equals(held.owner()));
    }

    /** Whether a job that is due at that second holds this lock. No delayed job holds a lock of a plugin. */
    private boolean waitsWith(LockClaim.Lock lock, long second) {
        return lock.kind() != Unique.Kind.WHILE_RUNNING
                && !(lock.isOfPlugin() && Instant.ofEpochSecond(second).isAfter(clock.get()));
    }

    void take(LockClaim claim, long second) {
        for (LockClaim.Lock lock : claim.locks()) {
            if (waitsWith(lock, second)) {
                writeQueued(claim, lock, second);
            }
        }
    }

    /** A delayed job goes onto its queue, and takes the locks that no delayed job holds, if they are free. */
    void move(LockClaim claim) {
        for (LockClaim.Lock lock : claim.locks()) {
            if (lock.isOfPlugin() && lock.kind() != Unique.Kind.WHILE_RUNNING && holder(lock) == null) {
                writeQueued(claim, lock, 0);
            }
        }
    }

    /** Begins a run, or changes nothing if another job has a lock of it. */
    boolean begin(LockClaim claim, String worker, Duration keep) {
        for (LockClaim.Lock lock : claim.locks()) {
            HeldLock held = lock.kind() == Unique.Kind.WHILE_QUEUED ? null : holder(lock);
            // A job that waits took the lock once it had ended: it keeps no job that was accepted before from its run.
            if (held != null
                    && held.state() == HeldLock.State.RUNNING
                    && (!isOf(claim, held) || !worker.equals(held.worker()))) {
                return false;
            }
        }
        Instant now = clock.get();
        for (LockClaim.Lock lock : claim.locks()) {
            HeldLock held = holder(lock);
            boolean isOwn = isOf(claim, held);
            if (lock.kind() != Unique.Kind.WHILE_QUEUED && (isOwn || held == null)) {
                long seconds = Math.max(lock.seconds(), keep.toSeconds());
                write(claim, lock, HeldLock.State.RUNNING, worker, now, now.plusSeconds(seconds));
            } else if (isOwn) {
                locks.remove(lock.key());
            }
        }
        return true;
    }

    void renew(LockClaim claim, String worker, Duration keep) {
        Instant expiry = clock.get().plus(keep);
        for (LockClaim.Lock lock : claim.locks()) {
            HeldLock held = holder(lock);
            if (held != null
                    && held.since() != null
                    && held.expiry() != null
                    && isOf(claim, held)
                    && worker.equals(held.worker())
                    && held.expiry().isBefore(expiry)) {
                write(claim, lock, HeldLock.State.RUNNING, worker, held.since(), expiry);
            }
        }
    }

    /** The job waits in the list of a limit: a look at its queue must not find that it is gone. */
    void await(LockClaim claim) {
        for (LockClaim.Lock lock : claim.locks()) {
            HeldLock held = holder(lock);
            if (lock.kind() == Unique.Kind.WHILE_QUEUED
                    && held != null
                    && held.since() != null
                    && held.expiry() != null
                    && isOf(claim, held)
                    && held.state() == HeldLock.State.QUEUED) {
                write(claim, lock, HeldLock.State.DELAYED, null, held.since(), held.expiry());
            }
        }
    }

    /**
     * The job has ended for good, or is due again at a second. A lock of the same owner with which another worker runs is that of an equal
     * payload.
     *
     * @param worker the one that had the job; null if none had it
     */
    void release(LockClaim claim, @Nullable Long second, @Nullable String worker) {
        for (LockClaim.Lock lock : claim.locks()) {
            HeldLock held = holder(lock);
            boolean isOwn = isOf(claim, held);
            if (held != null
                    && isOwn
                    && held.state() == HeldLock.State.RUNNING
                    && !Objects.equals(worker, held.worker())) {
                continue;
            }
            if (second != null && waitsWith(lock, second) && (isOwn || held == null)) {
                writeQueued(claim, lock, second);
            } else if (isOwn) {
                locks.remove(lock.key());
            }
        }
    }

    /** The payloads are taken away. */
    void release(Collection<Payload> payloads) {
        payloads.forEach(payload -> LockClaim.of(payload).ifPresent(claim -> release(claim, null, null)));
    }

    /** The worker is removed, or its job goes back: frees what its session has noted, and nobody else has dealt with. */
    void releaseRun(LockClaim claim, String worker) {
        for (LockClaim.Lock lock : claim.locks()) {
            HeldLock held = holder(lock);
            if (held != null
                    && isOf(claim, held)
                    && held.state() == HeldLock.State.RUNNING
                    && worker.equals(held.worker())) {
                locks.remove(lock.key());
            }
        }
    }

    List<HeldLock> all() {
        Instant now = clock.get();
        locks.values().removeIf(lock -> lock.expiry() != null && !lock.expiry().isAfter(now));
        return List.copyOf(locks.values());
    }

    boolean free(HeldLock lock) {
        HeldLock held = locks.get(lock.key());
        if (held == null
                || held.state() != lock.state()
                || held.owner() == null
                || !held.owner().equals(lock.owner())) {
            return false;
        }
        locks.remove(lock.key());
        return true;
    }
}
