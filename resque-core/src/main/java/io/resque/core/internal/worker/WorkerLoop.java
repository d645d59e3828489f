package io.resque.core.internal.worker;

import io.resque.api.BackendException;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.fleet.Heartbeat;
import io.resque.core.internal.subscription.LiveQueues;
import io.resque.core.internal.support.JvmExit;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.support.Throwables;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;

/**
 * What one registered worker does: reserve, run, settle and reserve the next. One thread at a time serves it, but not always
 * the same. Nothing that Redis or a job does ends it; only a stop does.
 */
final class WorkerLoop {
    private static final Logger LOG = Log.WORKER;
    /** A push wakes a worker that waits. A worker whose session was removed registers again after at most this time. */
    private static final Duration WAIT = Duration.ofSeconds(120);

    /** So long a loop may need for one turn: twice the longest wait for a job. */
    private static final Duration LONGEST_TURN = WAIT.multipliedBy(2);

    private static final Duration PAUSE_LOOK = Duration.ofSeconds(1);

    /** A worker that stops asks again for this long where Redis refuses for good; Kubernetes kills after 30 s. */
    private static final Duration REFUSED = Duration.ofSeconds(10);

    private final Supplier<WorkerSession> registrar;
    private final Heartbeat heartbeat;
    private final WorkerSignals control;
    private final LiveQueues queues;
    private final WorkerActivity activity;
    private final JobRunner runner;
    private final LoopTrouble trouble;
    private final UnreadAnswers unread = new UnreadAnswers();
    private volatile WorkerSession session;
    private @Nullable EndedJob ended;
    private @Nullable CompletableFuture<Reservation> coming;
    private boolean busy;
    private boolean idle;
    private boolean foundNoJob;
    private @Nullable Subscription asked;
    private long jobs;
    private volatile long turned = System.nanoTime();
    private long refusedSince;

    /** What a stop of another thread looks at. */
    private volatile @Nullable Thread serving;

    private volatile @Nullable ReservedJob held;
    private volatile boolean over;
    /** It found no job, and was to work until then. */
    private volatile boolean leftAsTold;

    private final AtomicBoolean left = new AtomicBoolean();

    /**
     * Begins its heartbeat.
     *
     * @param session under which it is registered
     * @param registrar registers it anew
     */
    WorkerLoop(
            WorkerSession session,
            Supplier<WorkerSession> registrar,
            Heartbeat heartbeat,
            WorkerSignals control,
            LiveQueues queues,
            WorkerActivity activity,
            JobRunner runner,
            LoopTrouble trouble) {
        this.session = session;
        this.registrar = registrar;
        this.heartbeat = heartbeat;
        this.control = control;
        this.queues = queues;
        this.activity = activity;
        this.runner = runner;
        this.trouble = trouble;
        heartbeat.add(session);
    }

    String id() {
        return session.id();
    }

    /** As much of its id as a line of a log takes. */
    String shownId() {
        return JsonRules.forLog(id());
    }

    /** What keeps it from Redis; null if nothing does. */
    @Nullable
    Throwable trouble() {
        return trouble.now();
    }

    /** How it is now; null if it has left as it was told to. */
    @Nullable
    LoopHealth health(Instant now) {
        ReservedJob job = held;
        boolean stopping = control.isAsked();
        boolean ended = over;
        if (ended && (stopping || leftAsTold)) {
            return null;
        }
        Duration turn = Duration.ofNanos(System.nanoTime() - turned);
        WorkerSession current = session;
        return new LoopHealth(
                current.id(),
                ended ? LoopHealth.State.DEAD : state(job, turn),
                !ended && !heartbeat.isLost(current),
                stopping,
                now.minus(turn),
                Optional.ofNullable(job).map(ReservedJob::queue));
    }

    private LoopHealth.State state(@Nullable ReservedJob job, Duration turn) {
        if (job != null) {
            return LoopHealth.State.RUNNING;
        }
        if (turn.compareTo(LONGEST_TURN) > 0) {
            return LoopHealth.State.STUCK;
        }
        if (trouble.now() != null) {
            return LoopHealth.State.TROUBLED;
        }
        return control.isPaused() ? LoopHealth.State.PAUSED : LoopHealth.State.WAITING;
    }

    /** Asks the running job to stop, and interrupts it. */
    void cancel() {
        runner.cancel();
    }

    /** Whether it has left. */
    boolean isOver() {
        return over;
    }

    boolean hasJob() {
        return held != null;
    }

    /** Whether this thread runs a job of it, or a listener. */
    boolean isServedBy(@Nullable Thread thread) {
        return thread != null && serving == thread;
    }

    /**
     * Whether the thread that serves this called {@link System#exit}, from which it never returns. Says so once: the caller that
     * hears it must leave in its place.
     */
    boolean isServedByOneThatExits() {
        Thread thread = serving;
        return thread != null && !over && JvmExit.of(thread).isPresent() && left.compareAndSet(false, true);
    }

    /** Records its job as failed, and leaves, in the calling thread. Listeners and sinks of the failure hear last. */
    void leaveForOneThatExits() {
        Thread thread = Objects.requireNonNull(serving);
        over = true;
        heartbeat.remove(session);
        try {
            ReservedJob job = held;
            if (job == null) {
                leave();
                return;
            }
            ended = runner.endedJvm(id(), job, JvmExit.of(thread).orElseThrow());
            boolean settled = settle();
            leave();
            if (settled) {
                settled();
            } else {
                report();
            }
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "Worker {} leaves without telling Redis, since the JVM ends: {}",
                    shownId(),
                    JsonRules.forLog(e.getMessage()));
        }
    }

    /** For a loop that got no thread. */
    void leaveWithoutHavingRun() {
        heartbeat.remove(session);
        try {
            leave();
        } catch (BackendException e) {
            LOG.error("Worker {} leaves without telling Redis: {}", shownId(), JsonRules.forLog(e.getMessage()));
        }
    }

    /**
     * Works alone until it stops, as one that stops where no job is left.
     *
     * @return the number of jobs that it ran
     */
    long drain(OwnThread thread) {
        ReadyLoops<WorkerLoop> alone = new ReadyLoops<>(1);
        ReadyLoops.Seat seat = new ReadyLoops.Seat();
        while (!turn(alone, thread)) {
            alone.take(seat);
        }
        return jobs;
    }

    /**
     * Goes on until an answer from Redis is yet to come, and joins the others once it is there; or until it has been told to
     * stop.
     *
     * @return whether it has stopped
     */
    boolean turn(ReadyLoops<WorkerLoop> others, OwnThread thread) {
        boolean stopped = true;
        serving = Thread.currentThread();
        MDC.put("resque.worker", JsonRules.forLog(session.id()));
        try {
            stopped = work(others, thread);
            return stopped;
        } finally {
            MDC.clear();
            if (stopped) {
                heartbeat.remove(session);
                over = true;
            }
        }
    }

    private boolean work(ReadyLoops<WorkerLoop> others, OwnThread thread) {
        while (true) {
            turned = System.nanoTime();
            thread.clean();
            try {
                if (coming == null && (control.isAsked() || foundNoJob && control.isDrained())) {
                    settleLast();
                    leave();
                    leftAsTold = true;
                    return true;
                }
                // A wait can be long: whether the trouble is over is to be known before.
                boolean looks = idle && trouble.now() != null;
                if (coming == null) {
                    coming = step(idle && !looks && !unread.isExpected());
                }
                if (!coming.isDone()) {
                    serving = null;
                    coming.whenComplete((answer, failure) -> others.add(this)); // and another thread may be here
                    return false;
                }
                Reservation next = come();
                boolean whole = !unread.isExpected();
                unread.over();
                if (!looks) {
                    trouble.soften();
                    refusedSince = 0;
                }
                trouble.over(id());
                if (next.state() == Reservation.State.LOST) {
                    report();
                    registerAnew();
                    continue;
                }
                if (next.state() == Reservation.State.RECORD_GONE) {
                    unrecorded();
                    continue;
                }
                settled();
                ReservedJob job = next.job();
                idle = whole && next.state() == Reservation.State.EMPTY && !control.isPaused();
                if (activity.isUntilEmpty() && whole) {
                    noteWhetherThereIsOne(job != null);
                }
                if (job == null) {
                    rest(next);
                } else if (control.isPaused() || control.isAsked()) {
                    // Reserved meanwhile: another may have it. By its own bytes, for somebody may have removed the
                    // record.
                    session.putBack(job);
                } else {
                    noteBusy(true);
                    held = job;
                    ended = runner.run(id(), job, whole, thread);
                    held = null;
                    if (ended == null) {
                        unread.tooLarge();
                    } else {
                        jobs++;
                    }
                }
            } catch (Throwable e) { // not only of Redis: memory may not suffice for an answer
                if (control.isGivenUp() || isRefusedToTheEnd(e)) {
                    tellOfLeaving(e);
                    return true;
                }
                thread.clean();
                unread.failed(e);
                trouble.pauseAfter(id(), e);
            }
        }
    }

    /**
     * Whether this worker stops and Redis has refused it for long enough, as where a failure list is no list. A Redis that is away
     * may come back, and one that is full, starts or has become a replica may take it later, so these are no refusals.
     */
    private boolean isRefusedToTheEnd(Throwable e) {
        if (!control.isAsked() || !(e instanceof BackendException refusal) || !refusal.isLasting()) {
            refusedSince = 0;
            return false;
        }
        long now = System.nanoTime();
        if (refusedSince == 0) {
            refusedSince = now;
        }
        return now - refusedSince >= REFUSED.toNanos();
    }

    private void tellOfLeaving(Throwable e) {
        EndedJob job = ended;
        String text = JsonRules.forLog(Throwables.text(e));
        if (job == null) {
            LOG.error("Worker {} leaves without telling Redis: {}", shownId(), text);
            return;
        }
        LOG.error(
                "Worker {} leaves without telling Redis: {}. Its job of {} {} here, and stays in worker:{}, from where whoever"
                        + " recovers dead workers takes it",
                shownId(),
                text,
                JsonRules.forLog(job.queue()),
                job.hasFailed() ? "failed" : "completed",
                shownId());
    }

    private CompletableFuture<Reservation> step(boolean awaits) {
        Subscription from = unread.isExpected()
                ? queues.nothing(unread.most())
                : control.isPaused() ? queues.nothing() : queues.current();
        asked = from;
        if (ended != null) {
            return session.settleAndReserveAsync(ended.settlement(), from).toCompletableFuture();
        }
        return CompletableFuture.completedFuture(awaits ? await(from) : session.reserve(from));
    }

    private Reservation come() {
        CompletableFuture<Reservation> answer = Objects.requireNonNull(coming);
        coming = null;
        try {
            return answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    private Reservation await(Subscription from) {
        Optional<Reservation> reservation = control.interruptibly(() -> queues.await(session, from, WAIT));
        // What was reserved while the wait was ended is held: a pause must give it back, a stop does so as it leaves.
        return reservation.orElseGet(() -> control.isAsked() ? Reservation.EMPTY : session.reserve(queues.nothing()));
    }

    private void rest(Reservation none) {
        boolean pausedAll = none.state() == Reservation.State.PAUSED;
        if (!control.isPaused() && !pausedAll) {
            noteBusy(false);
        } else if (!control.isDrained()) {
            control.rest(control.isPaused() ? WAIT : PAUSE_LOOK);
        }
    }

    /** For a worker that works until no job is left; as in Ruby, a pause is no job. */
    private void noteWhetherThereIsOne(boolean job) {
        if (job == foundNoJob) {
            if (job) {
                activity.foundJobAgain();
            } else if (control.isPaused() || asked == null || !queues.areOthersThan(asked)) {
                // Its own jobs may have announced a queue since its patterns were read.
                activity.foundNoJob();
            } else {
                idle = false; // and looks there at once
                return;
            }
            foundNoJob = !job;
        }
    }

    private void noteBusy(boolean now) {
        if (busy != now) {
            busy = now;
            if (now) {
                activity.busy();
            } else {
                activity.idle();
            }
        }
    }

    private void settleLast() {
        if (ended != null) {
            if (settle()) {
                settled();
            } else {
                report();
            }
        }
    }

    /** Without taking another. */
    private boolean settle() {
        Reservation.State state;
        do {
            state = session.settleAndReserve(Objects.requireNonNull(ended).settlement(), queues.nothing())
                    .state();
            if (state == Reservation.State.RECORD_GONE) {
                unrecorded();
            }
        } while (state == Reservation.State.RECORD_GONE);
        return state != Reservation.State.LOST;
    }

    private void unrecorded() {
        LOG.warn(
                "Another program has removed the record worker:{} while a job ran; the end of the job is written all the same",
                shownId());
        ended = runner.unrecorded(Objects.requireNonNull(ended));
    }

    private void leave() {
        Optional<ReservedJob> held = session.unregister();
        while (held.isPresent()) {
            // Reserved while the stop was asked for, or by a request whose answer was lost: nobody has begun it.
            session.putBack(held.get());
            held = session.unregister();
        }
    }

    private void settled() {
        if (ended != null) {
            heartbeat.vitals.ended(ended.hasFailed());
            runner.settled(ended);
            ended = null;
        }
    }

    private void report() {
        EndedJob job = ended;
        ended = null;
        if (job != null) {
            LOG.error(
                    "Worker {} was removed while it ran a job of {}, which somebody else has dealt with; it {} here",
                    shownId(),
                    JsonRules.forLog(job.queue()),
                    job.hasFailed() ? "failed" : "completed");
        }
    }

    private void registerAnew() {
        heartbeat.remove(session);
        session = registrar.get();
        heartbeat.add(session);
        MDC.put("resque.worker", JsonRules.forLog(session.id()));
        LOG.info("Worker {} has registered anew", shownId());
    }
}
