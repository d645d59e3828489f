package io.resque.core;

import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JsonRules;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What the threads of one worker share. */
final class WorkerSetup {
    private static final Logger LOG = Log.WORKER;

    final Services services;
    final Registrar registrar;
    final LiveQueues queues;
    final JobExecutor executor;
    final Events events;
    final Control control = new Control();
    final Troubles troubles = new Troubles();
    final @Nullable Duration jobTimeout;
    final boolean untilEmpty;
    private final List<WorkerLoop> loops = new CopyOnWriteArrayList<>();
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger withoutJob = new AtomicInteger();

    WorkerSetup(
            Services services,
            Registrar registrar,
            LiveQueues queues,
            JobExecutor executor,
            Events events,
            @Nullable Duration jobTimeout,
            boolean untilEmpty) {
        this.services = services;
        this.registrar = registrar;
        this.queues = queues;
        this.executor = executor;
        this.events = events;
        this.jobTimeout = jobTimeout;
        this.untilEmpty = untilEmpty;
    }

    void add(WorkerLoop loop) {
        loops.add(loop);
    }

    List<WorkerLoop> loops() {
        return loops;
    }

    /** The ids of the worker at this moment, one for each thread. */
    List<String> ids() {
        return loops.stream().map(WorkerLoop::id).toList();
    }

    /** As much of them as a line of a log takes. */
    String shownIds() {
        return JsonRules.forLog(ids().toString());
    }

    /** To be called once the last loop has ended. */
    void close() {
        try {
            executor.close();
        } catch (Throwable e) {
            Thrown.log(e, shown -> LOG.warn("The executor of {} could not be closed", shownIds(), shown));
        }
        events.announce("workerExit", listener -> listener.workerExit(ids()));
    }

    /**
     * A loop has found no job, and had told of none since it began or took its last one. While another loop has a job, which may
     * enqueue more, it waits; the last one to find none ends the work of all.
     */
    void foundNoJob() {
        if (withoutJob.incrementAndGet() == loops.size()) {
            LOG.info("Leaving {}: its queues are empty, or it is paused", shownIds());
            control.drained();
        }
    }

    /** A loop that had found no job has one. */
    void foundJobAgain() {
        withoutJob.decrementAndGet();
    }

    /** A thread takes jobs from now on. */
    void busy() {
        busy.incrementAndGet();
    }

    /** A thread that took jobs has found no more; the last one says so to the listeners. */
    void idle() {
        if (busy.decrementAndGet() == 0) {
            events.announce("queueEmpty", listener -> listener.queueEmpty(ids()));
        }
    }
}
