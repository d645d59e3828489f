package io.resque.core.internal.status;

import io.resque.api.BackendException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Payload;
import io.resque.api.spi.StatusEnd;
import io.resque.api.spi.StatusStore;
import io.resque.core.internal.support.DaemonThreads;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.Uninterrupted;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks again at jobs that ended before they had a status. PHP writes a status after the job: a short job ends first, and its
 * status would then say for ever that it waits. Each job is looked at three times, all that are due in one call. Once its
 * status says that it has ended, it is not looked at again, so that a later job with the same token keeps its own status.
 *
 * <p>One thread for all, only while there is something to look at. Thread-safe.
 */
public final class LateStatuses implements AutoCloseable {
    private static final Logger LOG = Log.WORKER;

    /** After the end of a job. */
    private static final List<Duration> LOOKS =
            List.of(Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(10));

    static final Duration TICK = Duration.ofMillis(100);
    private static final Duration TICK_IN_TROUBLE = Duration.ofSeconds(1);

    /** If a look fails since Redis is away, it is tried again until this long after the end of the job. */
    private static final long GIVEN_UP = Duration.ofMinutes(1).toNanos();

    /** How many jobs are kept, and how many bytes of their results. */
    static final int MOST = 50_000;

    private static final long MOST_BYTES = 8L << 20;
    private static final int PART = 1_000;

    private static final Duration CLOSE_WAIT = Duration.ofSeconds(1);

    private final StatusStore store;
    private final LongSupplier nanos;
    private final Timer timer;

    /** By how often they were looked at; in each line, jobs that ended first come first. */
    private final List<Deque<Look>> lines = List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());

    private int kept;
    private long keptBytes;
    private boolean ticking;
    private long tick;
    private boolean overflown;
    private volatile boolean inTrouble;
    private boolean closed;

    private record Look(StatusEnd end, long ended) {
        int bytes() {
            Payload result = end.change().result();
            return result == null ? 0 : result.size();
        }
    }

    /** Runs a task once, after some time, until it is closed. */
    interface Timer extends AutoCloseable {
        void in(Duration time, Runnable task);

        /** Lets a task that runs come to its end, if that does not take long. */
        @Override
        void close();
    }

    public LateStatuses(StatusStore store) {
        this(store, System::nanoTime, new ThreadTimer());
    }

    LateStatuses(StatusStore store, LongSupplier nanos, Timer timer) {
        this.store = store;
        this.nanos = nanos;
        this.timer = timer;
    }

    /** To be called for a job that had no status when it began, once its end is in Redis. */
    synchronized void ended(StatusEnd end) {
        if (closed) {
            return;
        }
        keep(0, new Look(end, nanos.getAsLong()));
        while (kept > MOST || keptBytes > MOST_BYTES) {
            giveUpOldest();
        }
        if (!ticking) {
            tickIn(TICK);
        }
    }

    /** A timer that throws may run the task all the same: then the number of the task is an old one, once another was begun. */
    private void tickIn(Duration time) {
        long next = ++tick;
        try {
            timer.in(time, () -> tick(next));
            ticking = true;
        } catch (RuntimeException | Error e) { // such as no thread to be had; the job is settled
            LOG.warn("Statuses that are written late are not looked for this time", e);
        }
    }

    private void keep(int line, Look look) {
        lines.get(line).addLast(look);
        kept++;
        keptBytes += look.bytes();
    }

    private Look takeFirst(int line) {
        Look look = lines.get(line).removeFirst();
        kept--;
        keptBytes -= look.bytes();
        return look;
    }

    /** The job that was looked at most often goes first. */
    private void giveUpOldest() {
        for (int line = lines.size() - 1; line >= 0; line--) {
            if (!lines.get(line).isEmpty()) {
                takeFirst(line);
                break;
            }
        }
        if (!overflown) {
            overflown = true;
            LOG.info(
                    "More than {} jobs ended before a status of theirs was there; the first of them are looked at fewer times",
                    MOST);
        }
    }

    synchronized int kept() {
        return kept;
    }

    private synchronized boolean isCurrent(long number) {
        return number == tick;
    }

    private void tick(long number) {
        if (!isCurrent(number)) {
            return;
        }
        boolean answered = true;
        for (int line = lines.size() - 1; line >= 0 && answered; line--) {
            List<Look> due;
            do {
                due = takeDue(line);
                answered = due.isEmpty() || look(line, due);
            } while (answered && !due.isEmpty());
        }
        synchronized (this) {
            if (!isCurrent(number)) {
                return;
            }
            ticking = false;
            if (kept > 0 && !closed) {
                tickIn(answered ? TICK : TICK_IN_TROUBLE);
            }
        }
    }

    private synchronized List<Look> takeDue(int line) {
        List<Look> due = new ArrayList<>();
        long now = nanos.getAsLong();
        while (!closed
                && due.size() < PART
                && !lines.get(line).isEmpty()
                && now - lines.get(line).getFirst().ended >= LOOKS.get(line).toNanos()) {
            due.add(takeFirst(line));
        }
        return due;
    }

    /** Whether Redis answered. */
    private boolean look(int line, List<Look> due) {
        List<Boolean> over = lookAt(due);
        synchronized (this) {
            for (int i = 0; i < due.size(); i++) {
                Look look = due.get(i);
                if (over == null && nanos.getAsLong() - look.ended < GIVEN_UP) {
                    keep(line, look);
                } else if (over != null && !over.get(i) && line + 1 < lines.size()) {
                    keep(line + 1, look);
                }
            }
        }
        return over != null;
    }

    /** Null if they could not be looked at. */
    private @Nullable List<Boolean> lookAt(List<Look> due) {
        try {
            List<Boolean> over = store.endAgain(due.stream().map(Look::end).toList());
            inTrouble = false;
            return over;
        } catch (RuntimeException | Error e) { // a schedule ends for good with its first exception
            if (!inTrouble) {
                String why = JsonRules.forLog(e instanceof BackendException ? e.getMessage() : e.toString());
                LOG.warn("The statuses of jobs that have ended could not be looked at again: {}", why);
            }
            inTrouble = true;
            return null;
        }
    }

    /**
     * Looks once more at all that are left: a tenth of a second after the last one ended, and for a second at the most.
     */
    @Override
    public void close() {
        long wait;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            Look last = lines.get(0).peekLast();
            wait = last == null ? 0 : last.ended + LOOKS.get(0).toNanos() - nanos.getAsLong();
        }
        timer.close();
        Uninterrupted.await(Math.max(0, wait), left -> {
            TimeUnit.NANOSECONDS.sleep(left);
            return true;
        });
        lookAtTheRest();
    }

    private void lookAtTheRest() {
        long begun = System.nanoTime();
        while (true) {
            List<Look> part = new ArrayList<>();
            synchronized (this) {
                for (int line = 0; line < lines.size(); line++) {
                    while (part.size() < PART && !lines.get(line).isEmpty()) {
                        part.add(takeFirst(line));
                    }
                }
            }
            if (part.isEmpty()) {
                return;
            }
            if (lookAt(part) == null || System.nanoTime() - begun > CLOSE_WAIT.toNanos()) {
                LOG.info("{} jobs that have ended are not looked at a last time", kept());
                return;
            }
        }
    }

    /** Its thread ends when it has had nothing to do for a while. */
    private static final class ThreadTimer implements Timer {
        private final DaemonThreads threads = new DaemonThreads();
        private final ScheduledThreadPoolExecutor thread =
                new ScheduledThreadPoolExecutor(1, task -> threads.make(task, "resque-statuses"));

        ThreadTimer() {
            thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
            thread.setKeepAliveTime(10, TimeUnit.SECONDS);
            thread.allowCoreThreadTimeOut(true);
        }

        @Override
        public void in(Duration time, Runnable task) {
            thread.schedule(task, time.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void close() {
            thread.shutdown();
            Uninterrupted.await(CLOSE_WAIT.toNanos(), nanos -> thread.awaitTermination(nanos, TimeUnit.NANOSECONDS));
        }
    }
}
