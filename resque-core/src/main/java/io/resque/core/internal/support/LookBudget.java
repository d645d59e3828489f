package io.resque.core.internal.support;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What one look at a long list may cost. A beginning is free, so that a short list is looked at as a whole, however slow the machine is. For one
 * look.
 */
public final class LookBudget {
    private static final int MOST = 5_000;
    private static final Duration LONGEST = Duration.ofMillis(300);

    private static final int FREE = 200;
    private static final long FREE_BYTES = 1 << 20;

    private final LongSupplier nanos;
    private final long begun;
    private long looked;
    private long bytes;

    public LookBudget() {
        this(System::nanoTime);
    }

    LookBudget(LongSupplier nanos) {
        this.nanos = nanos;
        this.begun = nanos.getAsLong();
    }

    /** Whether one more may be looked at. The first may, in any case. */
    public boolean allowsMore() {
        return looked == 0
                || looked < MOST
                        && (looked < FREE && bytes < FREE_BYTES || nanos.getAsLong() - begun < LONGEST.toNanos());
    }

    /** So many more were looked at, of so many bytes. */
    public void looked(long more, long moreBytes) {
        looked += more;
        bytes += moreBytes;
    }

    public long looked() {
        return looked;
    }
}
