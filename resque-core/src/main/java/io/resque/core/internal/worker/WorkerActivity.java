package io.resque.core.internal.worker;

import io.resque.api.spi.JsonRules;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** How many loops of a worker have jobs: the last that finds none tells the listeners, or ends the worker. Thread-safe. */
final class WorkerActivity {
    private static final Logger LOG = Log.WORKER;

    private final int loops;
    private final boolean untilEmpty;
    private final WorkerSignals control;
    private final ListenerChain events;
    private final Supplier<List<String>> ids;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger withoutJob = new AtomicInteger();

    /** For so many loops; the worker stops when no job is left if that is wanted. */
    WorkerActivity(
            int loops, boolean untilEmpty, WorkerSignals control, ListenerChain events, Supplier<List<String>> ids) {
        this.loops = loops;
        this.untilEmpty = untilEmpty;
        this.control = control;
        this.events = events;
        this.ids = ids;
    }

    boolean isUntilEmpty() {
        return untilEmpty;
    }

    /**
     * A loop has found no job, and has told of none since it began or took its last one. While another loop has a job, which may
     * enqueue more, it waits; the last one to find none ends the work of all.
     */
    void foundNoJob() {
        if (withoutJob.incrementAndGet() == loops) {
            LOG.info(
                    "Leaving {}: its queues are empty, or it is paused",
                    JsonRules.forLog(ids.get().toString()));
            control.drained();
        }
    }

    /** A loop that had found no job has one. */
    void foundJobAgain() {
        withoutJob.decrementAndGet();
    }

    /** A loop takes jobs from now on. */
    void busy() {
        busy.incrementAndGet();
    }

    /** A loop that took jobs has found no more; the last one says so to the listeners. */
    void idle() {
        if (busy.decrementAndGet() == 0) {
            events.announce("queueEmpty", listener -> listener.queueEmpty(ids.get()));
        }
    }
}
