package io.resque.web.internal.pages;

import io.resque.api.ResqueException;
import io.resque.api.RunTimes;
import io.resque.core.HistoryPeriod;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The history of one time up to now, which all viewers share for ten seconds. Thread-safe. */
final class HistoryLook {
    private static final long LEAST_NANOS = TimeUnit.SECONDS.toNanos(10);

    /** After a look, this many times as long passes before the next. */
    private static final int REST = 20;

    private final Resque resque;
    private final Duration time;
    private final LongSupplier nanos;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile @Nullable Last last;

    /** What one look saw. */
    record Seen(HistoryPeriod period, List<RunTimes> times) {}

    private record Last(@Nullable Seen seen, @Nullable ResqueException failure, long staleAt) {}

    HistoryLook(Resque resque, Duration time, LongSupplier nanos) {
        this.resque = resque;
        this.time = time;
        this.nanos = nanos;
    }

    /** Throws what the last look threw if that failed. While one viewer looks, the others see what was seen last. */
    Seen seen() {
        Last seen = last;
        boolean isMine = seen == null;
        if (isMine) {
            looking.lock();
        } else if (nanos.getAsLong() - seen.staleAt >= 0) {
            isMine = looking.tryLock();
        }
        if (isMine) {
            try {
                seen = last;
                if (seen == null || nanos.getAsLong() - seen.staleAt >= 0) {
                    seen = look();
                    last = seen;
                }
            } finally {
                looking.unlock();
            }
        }
        if (seen.seen == null) {
            throw seen.failure;
        }
        return seen.seen;
    }

    /** The samples for a page that also does without them; empty if they cannot be read, or there are fewer than two. */
    Optional<HistoryPeriod> ifThere() {
        try {
            return Optional.of(seen().period())
                    .filter(period -> period.samples().size() > 1);
        } catch (ResqueException e) {
            return Optional.empty();
        }
    }

    private Last look() {
        long begun = nanos.getAsLong();
        Seen seen = null;
        ResqueException failure = null;
        try {
            seen = new Seen(resque.history().last(time), resque.history().runTimes(time));
        } catch (ResqueException e) {
            failure = e;
        }
        long ended = nanos.getAsLong();
        return new Last(seen, failure, ended + Math.max(LEAST_NANOS, REST * (ended - begun)));
    }
}
