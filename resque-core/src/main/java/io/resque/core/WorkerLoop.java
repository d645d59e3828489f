package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One thread of a worker: reserve, run, settle and reserve the next. Nothing that Redis or a job does ends it; only
 * {@link #stop} does.
 */
final class WorkerLoop {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    /** Whoever waits is woken by a push; this long it may take until one that somebody has removed registers anew. */
    private static final Duration WAIT = Duration.ofSeconds(120);

    private static final Duration PAUSE_LOOK = Duration.ofSeconds(1);

    private final WorkerSetup setup;
    private final Heartbeat heartbeat;
    private final Control control;
    private final JobRunner runner;
    private final Backoff backoff = new Backoff();
    private volatile WorkerSession session;
    private boolean busy;
    private volatile @Nullable Throwable trouble;

    WorkerLoop(WorkerSetup setup, WorkerSession session) {
        this.setup = setup;
        this.heartbeat = setup.services.heartbeat();
        this.control = setup.control;
        this.runner = new JobRunner(setup, this::pauseAfter);
        this.session = session;
        heartbeat.add(session);
    }

    String id() {
        return session.id();
    }

    /** What keeps it from Redis; null if nothing does. */
    @Nullable
    Throwable trouble() {
        return trouble;
    }

    /** Asks the running job to stop, and interrupts it. */
    void cancel() {
        runner.cancel();
    }

    /** For a loop that got no thread. */
    void leaveWithoutHavingRun() {
        heartbeat.remove(session);
        try {
            leave();
        } catch (BackendException e) {
            LOG.error("Worker {} leaves without telling Redis: {}", id(), e.getMessage());
        }
    }

    /** Works until it is told to stop. */
    void run() {
        run(false);
    }

    /**
     * Works until no job is left, or all workers are paused.
     *
     * @return the number of jobs that it ran
     */
    long drain() {
        return run(true);
    }

    private long run(boolean untilEmpty) {
        MDC.put("resque.worker", session.id());
        try {
            return work(untilEmpty);
        } finally {
            heartbeat.remove(session);
            MDC.clear();
        }
    }

    private long work(boolean untilEmpty) {
        JobRunner.Ended ended = null;
        boolean idle = false;
        boolean empty = false;
        long jobs = 0;
        while (true) {
            try {
                if (control.isAsked() || empty && untilEmpty) {
                    settleLast(ended);
                    ended = null;
                    leave();
                    return jobs;
                }
                // A wait can be long: whether the trouble is over is to be known before.
                boolean looks = idle && trouble != null;
                Reservation next = step(ended, idle && !looks);
                if (!looks) {
                    backoff.reset();
                }
                trouble = null;
                if (next.state() == Reservation.State.LOST) {
                    report(ended);
                    ended = null;
                    registerAnew();
                    continue;
                }
                settled(ended);
                ended = null;
                ReservedJob job = next.job();
                empty = job == null;
                idle = next.state() == Reservation.State.EMPTY && !control.isPaused();
                if (job == null) {
                    rest(next);
                } else if (control.isPaused() && !control.isAsked()) {
                    // Reserved while the pause was asked for: another may have it.
                    session.putBack(job);
                } else if (!control.isAsked()) {
                    noteBusy(true);
                    ended = runner.run(id(), job);
                    jobs++;
                }
            } catch (RuntimeException | Error e) { // not only of Redis: memory may not suffice for an answer
                if (control.isGivenUp()) {
                    LOG.error("Worker {} leaves without telling Redis: {}", id(), e.getMessage());
                    return jobs;
                }
                pauseAfter(e);
            }
        }
    }

    private Reservation step(JobRunner.@Nullable Ended ended, boolean idle) {
        Subscription queues = control.isPaused() ? LiveQueues.NOTHING : setup.queues.current();
        if (ended != null) {
            return session.settleAndReserve(ended.settlement(), queues);
        }
        return idle ? await(queues) : session.reserve(queues);
    }

    private Reservation await(Subscription queues) {
        Duration wait = setup.queues.wait(WAIT);
        Optional<Reservation> reservation = control.interruptibly(() -> session.await(queues, wait));
        // What was reserved while the wait was ended is held: a pause must give it back, a stop does so as it leaves.
        return reservation.orElseGet(() -> control.isAsked() ? Reservation.EMPTY : session.reserve(LiveQueues.NOTHING));
    }

    private void rest(Reservation none) {
        if (control.isPaused()) {
            control.rest(WAIT);
        } else if (none.state() == Reservation.State.PAUSED) {
            control.rest(PAUSE_LOOK);
        } else {
            noteBusy(false);
        }
    }

    private void noteBusy(boolean now) {
        if (busy != now) {
            busy = now;
            if (now) {
                setup.busy();
            } else {
                setup.idle();
            }
        }
    }

    private void pauseAfter(Throwable e) {
        Duration pause = backoff.next();
        trouble = e;
        if (e instanceof BackendException) {
            LOG.warn("Worker {} tries again in {} ms: {}", id(), pause.toMillis(), e.getMessage());
        } else {
            LOG.error("Worker {} tries again in {} ms", id(), pause.toMillis(), e);
        }
        control.rest(pause);
    }

    private void settleLast(JobRunner.@Nullable Ended ended) {
        if (ended != null) {
            if (session.settle(ended.settlement())) {
                settled(ended);
            } else {
                report(ended);
            }
        }
    }

    private void leave() {
        Optional<ReservedJob> held = session.unregister();
        while (held.isPresent()) {
            // Reserved while the stop was asked for, or by a request whose answer was lost: nobody has begun it.
            session.putBack(held.get());
            held = session.unregister();
        }
    }

    private void settled(JobRunner.@Nullable Ended ended) {
        if (ended != null) {
            runner.settled(ended);
        }
    }

    private void report(JobRunner.@Nullable Ended ended) {
        if (ended != null) {
            LOG.error(
                    "Worker {} was removed while it ran a job of {}, which somebody else has dealt with; it {} here",
                    id(),
                    JsonRules.onOneLine(ended.settlement().job().queue()),
                    ended.settlement().failures().isEmpty() ? "completed" : "failed");
        }
    }

    private void registerAnew() {
        heartbeat.remove(session);
        session = setup.registrar.register();
        heartbeat.add(session);
        MDC.put("resque.worker", session.id());
        LOG.info("Worker {} has registered anew", id());
    }
}
