package io.resque.core.internal.worker;

import io.resque.api.BackendException;
import io.resque.api.JobEnd;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;

/**
 * One registered worker: it reserves a job, runs it, settles it and reserves the next. One thread at a time serves it, but not
 * always the same. It ends by a stop, or once no job is left if it was told so; trouble with Redis or with a job does not end it.
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

    /** What a loop does next where no request of it is under way. */
    private enum Phase {
        /** It asks for a job, and settles the one that has ended with the same request. */
        ASKS,
        /** There was no job: it waits for one. */
        WAITS,
        /** It has left as it was told to, by a stop or since no job was left. */
        LEFT,
        /** It has ended in another way. */
        BROKEN;

        boolean isOver() {
            return this == LEFT || this == BROKEN;
        }
    }

    private final LoopRegistration registration;
    private final Heartbeat heartbeat;
    private final WorkerSignals signals;
    private final LiveQueues queues;
    private final WorkerActivity.OfLoop activity;
    private final JobRunner runner;
    private final LoopTrouble trouble;
    private final JobEvents events;
    private final UnsettledJob unsettled;
    private final UnreadAnswers unread = new UnreadAnswers();
    private volatile WorkerSession session;

    /** Why it could not be registered at the start of its worker; null since it was tried again. */
    private volatile @Nullable BackendException awayAtTheStart;

    /** Written where it changes only, since other threads read it. */
    private volatile Phase phase = Phase.ASKS;

    /** The request that is under way. */
    private @Nullable CompletableFuture<Reservation> request;

    /** The queues that it asks. */
    private @Nullable Subscription asked;

    /** Whether it asks although it has been waiting: a wait can be long, and whether a trouble is over must be known before. */
    private boolean probes;

    private long jobs;
    private long refusedSince;
    private volatile long turned = System.nanoTime();

    /** The thread that serves it now, for a stop that looks at it. */
    private volatile @Nullable Thread serving;

    private volatile @Nullable ReservedJob held;
    private final AtomicBoolean isLeftByAnother = new AtomicBoolean();

    /**
     * Begins its heartbeat, if it is registered.
     *
     * @param session under which it is registered; null if it registers later
     * @param away why it could not be registered; null with a session
     */
    WorkerLoop(
            @Nullable WorkerSession session,
            @Nullable BackendException away,
            LoopRegistration registration,
            Heartbeat heartbeat,
            WorkerSignals signals,
            LiveQueues queues,
            WorkerActivity.OfLoop activity,
            JobRunner runner,
            LoopTrouble trouble,
            JobEvents events) {
        this.session = session == null ? new UnregisteredSession(registration.wanted()) : session;
        this.awayAtTheStart = away;
        this.registration = registration;
        this.heartbeat = heartbeat;
        this.signals = signals;
        this.queues = queues;
        this.activity = activity;
        this.runner = runner;
        this.trouble = trouble;
        this.events = events;
        this.unsettled = new UnsettledJob(runner, heartbeat.vitals, events);
        if (session == null) {
            heartbeat.missed();
        } else {
            heartbeat.add(session);
            registration.tellOfTheFirst();
        }
    }

    /** Under which it is registered, or wants to be. */
    String id() {
        return session.id();
    }

    /** Whether it was registered once. */
    boolean hasRegistered() {
        return !(session instanceof UnregisteredSession);
    }

    /** As much of its id as a line of a log takes. */
    private String shownId() {
        return JsonRules.forLog(id());
    }

    /** What keeps it from Redis; null if nothing does. */
    @Nullable
    Throwable trouble() {
        Throwable now = trouble.now();
        return now == null ? awayAtTheStart : now;
    }

    /** How it is now; null if it has left as it was told to. */
    @Nullable
    LoopHealth health(Instant now) {
        ReservedJob job = held;
        boolean stopping = signals.isStopRequested();
        Phase current = phase;
        if (current == Phase.LEFT || current == Phase.BROKEN && stopping) {
            return null;
        }
        Duration turn = Duration.ofNanos(System.nanoTime() - turned);
        WorkerSession registered = session;
        return new LoopHealth(
                registered.id(),
                current.isOver() ? LoopHealth.State.DEAD : state(job, turn),
                !current.isOver() && hasRegistered() && !heartbeat.isLost(registered),
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
        if (trouble() != null) {
            return LoopHealth.State.TROUBLED;
        }
        return signals.isPaused() ? LoopHealth.State.PAUSED : LoopHealth.State.WAITING;
    }

    /** Asks the running job to stop, and interrupts it. */
    void cancel() {
        runner.cancel();
    }

    boolean isOver() {
        return phase.isOver();
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
        return thread != null
                && !isOver()
                && JvmExit.of(thread).isPresent()
                && isLeftByAnother.compareAndSet(false, true);
    }

    /** Records its job as failed, and leaves, in the calling thread. Listeners and sinks of the failure hear last. */
    void leaveForOneThatExits() {
        Thread thread = Objects.requireNonNull(serving);
        phase = Phase.BROKEN;
        heartbeat.remove(session);
        try {
            ReservedJob job = held;
            if (job == null) {
                leave();
                return;
            }
            unsettled.set(runner.endedJvm(id(), job, JvmExit.of(thread).orElseThrow()));
            boolean settled = unsettled.settle(session, queues.nothing());
            leave();
            if (settled) {
                unsettled.settled();
            } else {
                unsettled.lost(id());
            }
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "Worker {} leaves without telling Redis, since the JVM ends: {}",
                    shownId(),
                    JsonRules.forLog(e.getMessage()));
        } finally {
            unsettled.left();
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
     * Works alone until it stops.
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
     * Goes on until it must wait for an answer from Redis, and joins the other loops once that is there; or until it has ended.
     *
     * @return whether it has ended
     */
    boolean turn(ReadyLoops<WorkerLoop> others, OwnThread thread) {
        Phase end = Phase.BROKEN;
        serving = Thread.currentThread();
        MDC.put("resque.worker", JsonRules.forLog(session.id()));
        try {
            end = work(others, thread);
            return end != null;
        } finally {
            MDC.clear();
            if (end != null) {
                heartbeat.remove(session);
                phase = end;
                unsettled.left();
            }
        }
    }

    /** The phase in which it ends; null where it gives up the thread, after which this must be left alone. */
    private @Nullable Phase work(ReadyLoops<WorkerLoop> others, OwnThread thread) {
        while (true) {
            turned = System.nanoTime();
            thread.clean();
            try {
                if (request == null) {
                    if (mustLeave() || unsettled.isPutBack()) {
                        unsettled.settleAlone(session, queues.nothing());
                        thread.clean(); // a listener may have changed it
                    }
                    if (mustLeave()) {
                        leave();
                        return Phase.LEFT;
                    }
                    if (!hasRegistered()) {
                        registerFirst();
                        continue;
                    }
                    probes = phase == Phase.WAITS && trouble.now() != null;
                    request = phase == Phase.WAITS && !probes && !unread.isExpected() ? await() : ask();
                }
                CompletableFuture<Reservation> current = request;
                if (!current.isDone()) {
                    serving = null;
                    current.whenComplete((answer, failure) -> others.add(this)); // and another thread may be here
                    return null;
                }
                request = null;
                take(answer(current), thread);
            } catch (Throwable e) { // not only of Redis: memory may not suffice for an answer
                if (!hasRegistered() && signals.isStopRequested()) {
                    return Phase.LEFT;
                }
                if (signals.isAbandoned() || isRefusedToTheEnd(e)) {
                    tellOfLeaving(e);
                    return Phase.BROKEN;
                }
                thread.clean();
                unread.failed(e);
                trouble.pauseAfter(id(), e);
            }
        }
    }

    private boolean mustLeave() {
        return signals.isStopRequested() || activity.isWithoutJob() && signals.isDrained();
    }

    /** Asks for a job, and settles the one that has ended. */
    private CompletableFuture<Reservation> ask() {
        Subscription from = choose();
        Settlement end = unsettled.settlement();
        return end != null
                ? session.settleAndReserveAsync(end, from).toCompletableFuture()
                : CompletableFuture.completedFuture(session.reserve(from));
    }

    /** Waits for a job. */
    private CompletableFuture<Reservation> await() {
        Subscription from = choose();
        Optional<Reservation> reservation = signals.interruptibly(() -> queues.await(session, from, WAIT));
        // A job that was reserved while the wait was ended is held: a pause must give it back, a stop does so as it
        // leaves.
        return CompletableFuture.completedFuture(reservation.orElseGet(
                () -> signals.isStopRequested() ? Reservation.EMPTY : session.reserve(queues.nothing())));
    }

    private Subscription choose() {
        Subscription from = unread.isExpected()
                ? queues.nothing(unread.most())
                : signals.isPaused() ? queues.nothing() : queues.current();
        asked = from;
        return from;
    }

    private static Reservation answer(CompletableFuture<Reservation> request) {
        try {
            return request.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof RuntimeException thrown ? thrown : e;
        }
    }

    /** Acts on an answer. */
    private void take(Reservation answer, OwnThread thread) {
        boolean whole = !unread.isExpected();
        unread.over();
        if (!probes) {
            trouble.soften();
            refusedSince = 0;
        }
        if (trouble.over(id())) {
            thread.clean(); // a listener may have changed it
        }
        if (answer.state() == Reservation.State.LOST) {
            unsettled.lost(id());
            thread.clean(); // a listener may have changed it
            registerAnew();
            return;
        }
        if (answer.state() == Reservation.State.RECORD_GONE) {
            unsettled.unrecorded(id());
            return;
        }
        if (unsettled.settled()) {
            thread.clean(); // a listener may have changed it
        }
        ReservedJob job = answer.job();
        become(whole && answer.state() == Reservation.State.EMPTY && !signals.isPaused() ? Phase.WAITS : Phase.ASKS);
        if (whole && activity.countsJobs()) {
            tellWhetherThereIsOne(job != null);
        }
        if (job == null) {
            events.ended(JobEnd.Kind.LOST, null); // of a job whose run broke off, and which the session holds no more
            rest(answer);
        } else if (signals.isPaused() || signals.isStopRequested()) {
            // It was reserved before the signal: another worker may have it. It goes back by its own bytes, since
            // another
            // program may have removed the record.
            events.putBack(id(), job, !session.putBack(job, runner.goesBack(job)));
        } else {
            run(job, whole, thread);
        }
    }

    private void become(Phase next) {
        if (phase != next) {
            phase = next;
        }
    }

    private void run(ReservedJob job, boolean whole, OwnThread thread) {
        activity.busy(true);
        held = job;
        EndedJob ended = runner.run(session, job, whole, thread);
        unsettled.set(ended);
        held = null;
        if (ended == null) {
            unread.tooLarge();
        } else if (ended.kind() != JobEnd.Kind.LIMITED) {
            jobs++;
        }
    }

    private void rest(Reservation none) {
        boolean pausedAll = none.state() == Reservation.State.PAUSED;
        if (!signals.isPaused() && !pausedAll) {
            activity.busy(false);
        } else if (!signals.isDrained()) {
            signals.rest(signals.isPaused() ? WAIT : PAUSE_LOOK);
        }
    }

    /** For a worker that works until no job is left; as in Ruby, a pause is no job. */
    private void tellWhetherThereIsOne(boolean job) {
        if (job) {
            activity.foundJob();
        } else if (!activity.isWithoutJob()) {
            if (signals.isPaused() || asked == null || !queues.areOthersThan(asked)) {
                activity.foundNoJob();
            } else {
                // Its own jobs may have announced a queue since its patterns were read: it looks there at once.
                become(Phase.ASKS);
            }
        }
    }

    /**
     * Whether this worker stops and Redis has refused it for long enough, such as if a failure list has the wrong type. A Redis that
     * is away may come back, and a Redis that is full, starts or has become a replica may accept it later, so these are no refusals.
     */
    private boolean isRefusedToTheEnd(Throwable e) {
        if (!signals.isStopRequested() || !(e instanceof BackendException refusal) || !refusal.isLasting()) {
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
        EndedJob job = unsettled.now();
        String text = JsonRules.forLog(Throwables.text(e));
        if (job == null) {
            LOG.error("Worker {} leaves without telling Redis: {}", shownId(), text);
            return;
        }
        LOG.error(
                "Worker {} leaves without telling Redis: {}. Its job of {} {} here, and stays in worker:{}, where"
                        + " a recovery of dead workers finds it",
                shownId(),
                text,
                JsonRules.forLog(job.queue()),
                job.failure() != null ? "failed" : "completed",
                shownId());
    }

    private void leave() {
        Optional<ReservedJob> left = session.unregister();
        while (left.isPresent()) {
            // Reserved while the stop was asked for, or by a request whose answer was lost: nobody has begun it.
            ReservedJob job = left.get();
            boolean isLost = !session.putBack(job, runner.goesBack(job));
            left = session.unregister();
            events.putBack(id(), job, isLost);
        }
    }

    /** After the rest that follows each attempt: the first one was made when the worker was started. */
    private void registerFirst() {
        BackendException away = awayAtTheStart;
        if (away != null) {
            trouble.pauseAfter(id(), away);
            awayAtTheStart = null;
            return;
        }
        register();
        trouble.soften();
        trouble.over(id());
        LOG.info("Starting worker {}", shownId());
        registration.tellOfALateFirst();
    }

    private void registerAnew() {
        register();
        LOG.info("Worker {} has registered anew", shownId());
    }

    private void register() {
        heartbeat.remove(session);
        session = registration.register();
        heartbeat.add(session);
        MDC.put("resque.worker", JsonRules.forLog(session.id()));
    }
}
