package io.resque.core.internal.worker;

import io.resque.core.internal.support.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Brings workers to an end, all within the same time. */
public final class WorkerStop {
    /** How long jobs have to end if a worker is closed without a timeout. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** How often a stop looks whether a job has called {@link System#exit}. */
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(50);

    private WorkerStop() {}

    /**
     * Lets running jobs end for so long, then interrupts them. No interrupt of the calling thread cuts it short.
     *
     * @param caller the thread of a job or listener of one of them, which is neither waited for nor interrupted; null for any other
     * @return whether all have ended, but for the caller
     */
    static boolean of(Collection<RunningLoops> all, Duration timeout, @Nullable Thread caller) {
        return of(all, any -> timeout, caller);
    }

    private static boolean of(
            Collection<RunningLoops> all, Function<RunningLoops, Duration> timeout, @Nullable Thread caller) {
        all.forEach(running -> running.requestStop(timeout.apply(running)));
        long start = System.nanoTime();
        List<RunningLoops> late = new ArrayList<>();
        for (RunningLoops each :
                all.stream().sorted(Comparator.comparing(timeout)).toList()) {
            if (!isOver(each, all, start, Durations.nanos(timeout.apply(each)), caller)) {
                each.abandon(caller);
                late.add(each);
            }
        }
        if (areOver(late, RunningLoops.GRACE.toNanos(), caller)) {
            return true;
        }
        all.forEach(RunningLoops::tellWhatIsLeft);
        return false;
    }

    /** Each has the time that was chosen for it. Workers that an earlier stop abandoned have had theirs. */
    static boolean ofThoseNotAbandoned(Collection<RunningLoops> all, @Nullable Thread caller) {
        List<RunningLoops> others =
                all.stream().filter(running -> !running.isAbandoned()).toList();
        return of(others, RunningLoops::stopTimeout, caller) && areOver(all, RunningLoops.GRACE.toNanos(), caller);
    }

    private static boolean areOver(Collection<RunningLoops> all, long nanos, @Nullable Thread caller) {
        long start = System.nanoTime();
        return all.stream().allMatch(each -> isOver(each, all, start, nanos, caller));
    }

    /** Waits until one has ended, for so long after a start. */
    private static boolean isOver(
            RunningLoops each, Collection<RunningLoops> all, long start, long nanos, @Nullable Thread caller) {
        long left = nanos - (System.nanoTime() - start);
        leaveForThoseThatExit(all, left);
        while (!each.awaitEnd(Math.min(LOOK, left), caller)) {
            left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            leaveForThoseThatExit(all, left);
        }
        return true;
    }

    /** Of all workers, since the one that is waited for may take all the time. */
    private static void leaveForThoseThatExit(Collection<RunningLoops> all, long nanos) {
        all.forEach(each -> each.leaveForThoseThatExit(nanos));
    }
}
