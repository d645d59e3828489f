package io.resque.core;

import io.resque.api.BackendException;
import io.resque.api.JobState;
import io.resque.api.MalformedPayloadException;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.Reservation;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import io.resque.api.spi.Subscription;
import io.resque.api.spi.WorkerSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * One thread of a worker: reserve, run, settle and reserve the next. Nothing that Redis or a job does ends it; only
 * {@link #stop} does.
 */
final class WorkerLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Duration PAUSE_LOOK = Duration.ofSeconds(1);

    private final Registrar registrar;
    private final Heartbeat heartbeat;
    private final Subscription subscription;
    private final JobExecutor executor;
    private final JobReader reader;
    private final FailureLog failures;
    private final Statuses statuses;
    private final Services services;
    private final StopSignal stop;
    private final Backoff backoff = new Backoff();
    private volatile WorkerSession session;

    private final Object runningLock = new Object();
    private @Nullable JobRequest running;
    private @Nullable Thread runner;

    WorkerLoop(
            Services services,
            Registrar registrar,
            Subscription subscription,
            JobExecutor executor,
            StopSignal stop,
            WorkerSession session) {
        this.services = services;
        this.registrar = registrar;
        this.heartbeat = services.heartbeat();
        this.subscription = subscription;
        this.executor = executor;
        this.reader = new JobReader(services.serializer());
        this.failures = services.failures();
        this.statuses = new Statuses(services);
        this.stop = stop;
        this.session = session;
    }

    String id() {
        return session.id();
    }

    /** Asks the running job to stop, and interrupts it. A thread that talks to Redis is left alone. */
    void cancel() {
        synchronized (runningLock) {
            Thread thread = runner;
            if (thread != null && running != null) {
                executor.cancel(running);
                thread.interrupt();
            }
        }
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

    @Override
    public void run() {
        MDC.put("resque.worker", session.id());
        try {
            work();
        } finally {
            heartbeat.remove(session);
            MDC.clear();
        }
    }

    private void work() {
        Ended ended = null;
        boolean idle = false;
        while (true) {
            try {
                if (stop.isAsked()) {
                    settleLast(ended);
                    ended = null;
                    leave();
                    return;
                }
                Reservation next = step(ended, idle);
                backoff.reset();
                if (next.state() == Reservation.State.LOST) {
                    report(ended);
                    ended = null;
                    registerAnew();
                    continue;
                }
                afterwards(ended);
                ended = null;
                idle = next.state() == Reservation.State.EMPTY;
                ReservedJob job = next.job();
                if (job != null && !stop.isAsked()) {
                    ended = run(job);
                } else if (next.state() == Reservation.State.PAUSED) {
                    stop.pause(PAUSE_LOOK);
                }
            } catch (RuntimeException | Error e) { // not only of Redis: memory may not suffice for an answer
                if (stop.isGivenUp()) {
                    LOG.error("Worker {} leaves without telling Redis: {}", id(), e.getMessage());
                    return;
                }
                pauseAfter(e);
            }
        }
    }

    private Reservation step(@Nullable Ended ended, boolean idle) {
        if (ended != null) {
            return session.settleAndReserve(ended.settlement, subscription);
        }
        return idle ? await() : session.reserve(subscription);
    }

    private Reservation await() {
        Optional<Reservation> reservation = stop.interruptibly(() -> session.await(subscription, WAIT));
        return reservation.orElse(Reservation.EMPTY);
    }

    private void pauseAfter(Throwable e) {
        Duration pause = backoff.next();
        if (e instanceof BackendException) {
            LOG.warn("Worker {} tries again in {} ms: {}", id(), pause.toMillis(), e.getMessage());
        } else {
            LOG.error("Worker {} tries again in {} ms", id(), pause.toMillis(), e);
        }
        stop.pause(pause);
    }

    private void settleLast(@Nullable Ended ended) {
        if (ended != null) {
            if (session.settle(ended.settlement)) {
                afterwards(ended);
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

    private void afterwards(@Nullable Ended ended) {
        if (ended != null) {
            statuses.afterwards(ended.status);
            failures.recorded(ended.settlement.failures());
        }
    }

    private void report(@Nullable Ended ended) {
        if (ended != null) {
            LOG.error(
                    "Worker {} was removed while it ran a job of {}, which somebody else has dealt with; it {} here",
                    id(),
                    ended.settlement.job().queue(),
                    ended.settlement.failures().isEmpty() ? "completed" : "failed");
        }
    }

    private void registerAnew() {
        heartbeat.remove(session);
        session = registrar.register();
        heartbeat.add(session);
        MDC.put("resque.worker", session.id());
        LOG.info("Worker {} has registered anew", id());
    }

    /** A job that has ended and is not settled yet. */
    private record Ended(Settlement settlement, @Nullable StatusChange status) {}

    private Ended run(ReservedJob job) {
        try {
            return readAndRun(job);
        } catch (Throwable e) { // such as no memory left for what the payload holds
            LOG.error("A job of {} could not be run", job.queue(), e);
            return couldNotRun(job, new JobOutcome.Failed(e.getClass().getName(), String.valueOf(e), List.of()));
        }
    }

    /** Without its record the job would be taken for one that has not begun, and be run again: so go on trying. */
    private Ended couldNotRun(ReservedJob job, JobOutcome.Failed failure) {
        while (true) {
            try {
                return failed(job, null, failure, true);
            } catch (RuntimeException | Error e) {
                if (stop.isGivenUp()) {
                    throw e;
                }
                pauseAfter(e);
            }
        }
    }

    private Ended readAndRun(ReservedJob job) {
        PayloadShape.ReadJob read;
        try {
            read = reader.read(job.payload());
        } catch (MalformedPayloadException e) {
            LOG.warn("A payload in {} is not a job: {}", job.queue(), e.getMessage());
            return ended(job, null, new JobOutcome.Failed(e.getClass().getName(), e.getMessage(), List.of()));
        }
        statuses.running(read.token());
        MDC.put("resque.queue", job.queue());
        MDC.put("resque.class", read.jobClass());
        if (read.id() != null) {
            MDC.put("resque.id", read.id());
        }
        try {
            JobOutcome outcome =
                    execute(new JobRequest(id(), job.queue(), read.jobClass(), read.id(), read.args(), null));
            if (outcome instanceof JobOutcome.Failed failed) {
                LOG.warn("{} of {} failed: {}: {}", read.jobClass(), job.queue(), failed.exception(), failed.message());
            }
            return ended(job, read.token(), outcome);
        } finally {
            // With what the job has put there itself, which is not the next one's.
            MDC.clear();
            MDC.put("resque.worker", session.id());
        }
    }

    private JobOutcome execute(JobRequest request) {
        synchronized (runningLock) {
            running = request;
            runner = Thread.currentThread();
            if (stop.isGivenUp()) {
                runner.interrupt();
            }
        }
        try {
            return executor.run(request);
        } catch (InterruptedException e) {
            return new JobOutcome.Died("The worker was told to stop and could not wait for the job");
        } finally {
            synchronized (runningLock) {
                running = null;
                // An interrupt was meant for the job; what follows is the worker's own talk with Redis.
                Thread.interrupted();
            }
        }
    }

    private Ended ended(ReservedJob job, @Nullable String token, JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Failed failed) {
            return failed(job, token, failed, true);
        }
        if (outcome instanceof JobOutcome.Died died) {
            // Ruby does not count a death among the failed.
            return failed(job, token, new JobOutcome.Failed("Resque::DirtyExit", died.cause(), List.of()), false);
        }
        Object result = outcome instanceof JobOutcome.Completed completed ? completed.result() : null;
        StatusChange status = statuses.ended(
                token,
                JobState.COMPLETE,
                token == null || result == null ? null : services.serializer().encode(result));
        return new Ended(new Settlement(job, true, false, List.of(), statuses.riding(status)), status);
    }

    private Ended failed(ReservedJob job, @Nullable String token, JobOutcome.Failed failure, boolean count) {
        StatusChange status = statuses.ended(token, JobState.FAILED, null);
        List<FailureEntry> entries = failures.entries(job.payload(), id(), job.queue(), failure);
        return new Ended(new Settlement(job, true, count, entries, statuses.riding(status)), status);
    }
}
