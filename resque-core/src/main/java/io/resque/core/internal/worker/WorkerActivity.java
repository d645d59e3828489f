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
    private final WorkerSignals signals;
    private final ListenerChain listeners;
    private final Supplier<List<String>> ids;
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger withoutJob = new AtomicInteger();

    /** For so many loops; the worker stops when no job is left if that is wanted. */
    WorkerActivity(
            int loops, boolean untilEmpty, WorkerSignals signals, ListenerChain listeners, Supplier<List<String>> ids) {
        this.loops = loops;
        this.untilEmpty = untilEmpty;
        this.signals = signals;
        this.listeners = listeners;
        this.ids = ids;
    }

    OfLoop ofLoop() {
        return new OfLoop();
    }

    /** What one loop has told. Used by the thread that serves the loop. */
    final class OfLoop {
        private boolean isBusy;
        private boolean isWithoutJob;

        /** It takes jobs, or has found no more. */
        void busy(boolean now) {
            if (isBusy != now) {
                isBusy = now;
                if (now) {
                    busy.incrementAndGet();
                } else if (busy.decrementAndGet() == 0) {
                    listeners.announce("queueEmpty", listener -> listener.queueEmpty(ids.get()));
                }
            }
        }

        /** Whether it must tell if it finds no job. */
        boolean countsJobs() {
            return untilEmpty;
        }

        boolean isWithoutJob() {
            return isWithoutJob;
        }

        void foundJob() {
            if (isWithoutJob) {
                isWithoutJob = false;
                withoutJob.decrementAndGet();
            }
        }

        /** While another loop has a job, which may enqueue more, it waits; the last one to find none ends the work of all. */
        void foundNoJob() {
            isWithoutJob = true;
            if (withoutJob.incrementAndGet() == loops) {
                LOG.info(
                        "Leaving {}: its queues are empty, or it is paused",
                        JsonRules.forLog(ids.get().toString()));
                signals.drained();
            }
        }
    }
}
