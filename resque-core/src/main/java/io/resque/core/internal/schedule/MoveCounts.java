package io.resque.core.internal.schedule;

import java.util.concurrent.atomic.AtomicLong;

/** What the passes of one scheduler have done. Thread-safe. */
final class MoveCounts {
    /** Jobs that went onto their queues. */
    final AtomicLong moved = new AtomicLong();

    /** Jobs that listeners have vetoed. */
    final AtomicLong vetoed = new AtomicLong();

    /** Items, entries of the schedule, and ticks that became failures. */
    final AtomicLong failed = new AtomicLong();
}
