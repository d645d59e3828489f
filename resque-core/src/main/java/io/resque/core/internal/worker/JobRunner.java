package io.resque.core.internal.worker;

import io.resque.api.BackendException;
import io.resque.api.DontPerformException;
import io.resque.api.JobEnd;
import io.resque.api.JobFailure;
import io.resque.api.JobInfo;
import io.resque.api.MalformedPayloadException;
import io.resque.api.ResqueException;
import io.resque.api.Retry;
import io.resque.api.spi.Beginning;
import io.resque.api.spi.Effect;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.Limits;
import io.resque.api.spi.LockClaim;
import io.resque.api.spi.Payload;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.WorkerSession;
import io.resque.core.internal.execution.InThreadExecutor;
import io.resque.core.internal.support.ListenerChain;
import io.resque.core.internal.support.Log;
import io.resque.core.internal.support.LogBinding;
import io.resque.core.internal.support.OwnThread;
import io.resque.core.internal.support.Throwables;
import io.resque.core.internal.wire.OversizePayload;
import io.resque.core.internal.wire.PayloadReader;
import io.resque.core.internal.wire.PayloadShape;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;

/** Runs the jobs of one loop, one after the other, and brings each to an end that can be settled. */
final class JobRunner {
    private static final Logger LOG = Log.WORKER;

    /** A payload of more bytes that cannot be read is not put into its failure record as it is. */
    private static final int MOST_RAW = 1 << 20;

    private final JobExecutor executor;
    private final WorkerSignals signals;
    private final PayloadReader reader;
    private final JobSettlements settlements;
    private final JobPolicies policies;
    private final JobSlots slots;
    private final ListenerChain listeners;
    private final boolean putsBack;
    private final long maxPayload;
    private final Supplier<@Nullable Instant> deadline;
    private final LoopTrouble trouble;
    private final JobEvents events;
    private final JobLocks locks;

    /** Of the job that runs, or ran last: what it needs for its run. */
    private volatile @Nullable LockClaim claim;

    /** The job that runs, or ran last; null before it can run. */
    private volatile @Nullable HeldJob held;

    /** Of the job that ran last, which is settled before the next one runs: whether it had a status when it began. */
    private volatile boolean statusWasThere;

    private volatile @Nullable Instant enqueued;

    /** Frees what the job that ran last had taken. */
    private volatile List<Effect> freeing = List.of();

    /** By {@link System#nanoTime}. */
    private volatile long begun;

    private final Object runningLock = new Object();
    private @Nullable JobRequest running;
    private @Nullable Thread runner;

    /** Whether a stop has interrupted the job that ran last. */
    private boolean isInterrupted;

    /**
     * For one loop.
     *
     * @param policies what follows if a job fails
     * @param slots what a job must have before it runs
     * @param putsBack whether a job that a stop interrupts goes back to its queue
     * @param maxPayload the largest payload that is run, in bytes
     * @param deadline until when a job may run that begins now; null for as long as it likes
     * @param locks the locks that jobs need
     * @param trouble rests where nothing can be done but to try again
     */
    JobRunner(
            JobExecutor executor,
            WorkerSignals signals,
            PayloadReader reader,
            JobSettlements settlements,
            JobPolicies policies,
            JobSlots slots,
            ListenerChain listeners,
            boolean putsBack,
            long maxPayload,
            Supplier<@Nullable Instant> deadline,
            JobLocks locks,
            LoopTrouble trouble,
            JobEvents events) {
        this.executor = executor;
        this.signals = signals;
        this.reader = reader;
        this.settlements = settlements;
        this.policies = policies;
        this.slots = slots;
        this.listeners = listeners;
        this.putsBack = putsBack;
        this.maxPayload = maxPayload;
        this.deadline = deadline;
        this.trouble = trouble;
        this.events = events;
        this.locks = locks;
    }

    /** What must be written if a job goes back to its queue that has not begun. */
    List<Effect> goesBack(ReservedJob job) {
        List<Effect> effects = new ArrayList<>(locks.goesBack(job));
        try {
            PayloadShape.ReadJob read = reader.read(job.payload());
            if (slots.areNeeded(read.jobClass())) { // it may have them: the answer that said so can have been lost
                effects.addAll(JobSlots.freeing(slots.of(read.info(job.queue()), true), job.number()));
            }
        } catch (RuntimeException e) {
            // A payload that is no job, or a key that cannot be made, has no slots.
        }
        return effects;
    }

    /** Asks the running job to stop, and interrupts it. A thread that talks to Redis is left alone. */
    void cancel() {
        synchronized (runningLock) {
            Thread thread = runner;
            if (thread != null && running != null) {
                isInterrupted = true;
                executor.cancel(running);
                thread.interrupt();
            }
        }
    }

    /** To be called once the end is in Redis. Returns whether listeners were told of a job that is given up. */
    boolean settled(EndedJob ended) {
        JobOutcome.Failed failure = ended.failure();
        if (failure != null && ended.hasFailed()) {
            LogBinding.tellOfFailure(ended.queue(), failure);
        }
        settlements.settled(ended, statusWasThere, enqueued);
        if (failure == null || !ended.gaveUp()) {
            return false;
        }
        JobInfo job = reader.info(ended.queue(), ended.settlement().job().payload());
        JobFailure last = new JobFailure(failure.exception(), failure.message());
        listeners.announce("gaveUp", listener -> listener.gaveUp(ended.worker(), job, last));
        return true;
    }

    EndedJob unrecorded(EndedJob ended) {
        return settlements.unrecorded(ended);
    }

    /**
     * Runs a job, or makes a failure of a payload that is no job.
     *
     * @param session which holds the job
     * @param canBeSetAside whether the backend can be asked to set the bytes of the job aside and to give it again without them
     * @return null if the backend must be asked for that; nothing was done
     * @throws BackendException if the run could not begin; nothing was done
     */
    @Nullable
    EndedJob run(WorkerSession session, ReservedJob job, boolean canBeSetAside, OwnThread thread) {
        claim = null;
        held = null;
        EndedJob ended = runOrFail(session, job, canBeSetAside, thread);
        return ended == null ? null : releasing(ended);
    }

    private EndedJob releasing(EndedJob ended) {
        LockClaim held = claim;
        return (held == null ? ended : ended.releasing(held)).with(freeing);
    }

    private @Nullable EndedJob runOrFail(
            WorkerSession session, ReservedJob job, boolean canBeSetAside, OwnThread thread) {
        String worker = session.id();
        statusWasThere = false;
        enqueued = null;
        freeing = List.of();
        begun = System.nanoTime();
        boolean isLarge = canBeSetAside && job.payload().size() > OversizePayload.SMALL;
        String token = null;
        boolean known = false;
        try {
            PayloadShape.ReadJob read;
            Object tree;
            try {
                tree = reader.tree(job.payload());
                OversizePayload oversize = OversizePayload.of(tree);
                if (oversize != null) {
                    return tooLarge(worker, job, oversize);
                }
                read = PayloadShape.read(tree);
            } catch (MalformedPayloadException e) {
                if (isLarge && job.payload().size() > MOST_RAW) {
                    return null;
                }
                LOG.warn(
                        "A payload in {} is not a job: {}",
                        JsonRules.forLog(job.queue()),
                        JsonRules.forLog(e.getMessage()));
                JobOutcome.Failed failure = new JobOutcome.Failed(e.getClass().getName(), e.getMessage(), List.of());
                return unreadable(worker, job, null, failure);
            }
            token = read.token();
            known = true;
            HeldJob runs = settlements.held(session, job, (Map<?, ?>) tree, token, maxPayload);
            held = runs;
            return run(session, job, read, runs, thread);
        } catch (NotBegun e) {
            throw e.reason;
        } catch (Throwable e) { // such as no memory left for the arguments
            Throwables.log(e, shown -> LOG.error("A job of {} could not be run", JsonRules.forLog(job.queue()), shown));
            JobOutcome.Failed failure = new JobOutcome.Failed(e.getClass().getName(), Throwables.text(e), List.of());
            return couldNotRun(
                    worker, job, token, failure, known ? JobEnd.Kind.FAILED : JobEnd.Kind.UNREADABLE, isLarge, thread);
        }
    }

    private EndedJob unreadable(String worker, ReservedJob job, @Nullable String token, JobOutcome.Failed failure) {
        claim = locks.claim(job.payload());
        events.taken(worker, job, null);
        return settlements.failed(worker, job, token, failure, JobEnd.Kind.UNREADABLE);
    }

    /** Without its failure record the job would seem not to have begun, and would be run again: so this goes on trying. */
    private @Nullable EndedJob couldNotRun(
            String worker,
            ReservedJob job,
            @Nullable String token,
            JobOutcome.Failed failure,
            JobEnd.Kind kind,
            boolean isLarge,
            OwnThread thread) {
        for (int attempt = 1; ; attempt++) {
            try {
                EndedJob ended =
                        settlements.failed(worker, job, token == null ? tokenAfterAll(job) : token, failure, kind);
                events.taken(worker, job, null);
                claim = claim == null ? locks.claim(job.payload()) : claim;
                return ended;
            } catch (RuntimeException | Error e) {
                if (signals.isAbandoned()) {
                    throw e;
                }
                if (isLarge && attempt > 1 && e instanceof OutOfMemoryError) {
                    return null;
                }
                thread.clean();
                trouble.pauseAfter(worker, e);
            }
        }
    }

    private EndedJob tooLarge(String worker, ReservedJob job, OversizePayload oversize) {
        String message = oversize.message(maxPayload);
        LOG.warn("A job of {} is not run: {}", JsonRules.forLog(job.queue()), JsonRules.forLog(message));
        JobOutcome.Failed failure = new JobOutcome.Failed(OversizePayload.EXCEPTION, message, List.of());
        return unreadable(worker, job, oversize.token(), failure);
    }

    /** The payload may be readable by now. If not, its failure must be recorded all the same. */
    private @Nullable String tokenAfterAll(ReservedJob job) {
        try {
            return reader.token(job.payload());
        } catch (RuntimeException | Error e) {
            return null;
        }
    }

    /** Redis did not say whether the run has begun. */
    private static final class NotBegun extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient BackendException reason;

        NotBegun(BackendException reason) {
            super(reason);
            this.reason = reason;
        }
    }

    /** Whether the job can run: it needs no locks, or has them now. */
    private boolean begins(WorkerSession session, ReservedJob job, PayloadShape.ReadJob read) {
        LockClaim needed = locks.claim(session.id(), job, read);
        if (needed == null) {
            return true;
        }
        claim = needed;
        try {
            return switch (session.begin(
                    new Beginning(job, needed, Objects.requireNonNull(locks.keep()), read.claim() == null))) {
                case STARTED -> true;
                case REFUSED -> false;
                case LOST ->
                    throw new BackendException("Worker " + session.id()
                            + " was removed before its job began, and somebody else deals with the job");
            };
        } catch (BackendException e) {
            throw new NotBegun(e);
        }
    }

    private EndedJob refused(String worker, ReservedJob job, PayloadShape.ReadJob read) {
        long seconds = Objects.requireNonNull(claim).locks().stream()
                .mapToLong(LockClaim.Lock::delay)
                .max()
                .orElse(0);
        LOG.info(
                "A job of {} is {}, since an equal job runs",
                JsonRules.forLog(job.queue()),
                seconds == 0 ? "dropped" : "delayed");
        return settlements.refused(
                worker, taken(job, job.payload(), read), seconds == 0 ? null : Duration.ofSeconds(seconds));
    }

    private EndedJob run(
            WorkerSession session, ReservedJob job, PayloadShape.ReadJob read, HeldJob held, OwnThread thread) {
        String worker = session.id();
        enqueued = read.queuedAt();
        MDC.clear(); // a listener may have put something there
        MDC.put("resque.worker", JsonRules.forLog(worker));
        MDC.put("resque.queue", JsonRules.forLog(job.queue()));
        MDC.put("resque.class", JsonRules.forLog(read.jobClass()));
        if (read.id() != null) {
            MDC.put("resque.id", JsonRules.forLog(read.id()));
        }
        try {
            events.taken(worker, job, read);
            if (slots.areNeeded(read.jobClass())) {
                EndedJob limited = takeSlots(session, job, read);
                if (limited != null) {
                    return limited;
                }
            }
            if (!begins(session, job, read)) {
                return refused(worker, job, read);
            }
            statusWasThere = settlements.begun(read.token());
            Duration waits = policies.waits(read.jobClass());
            EndedJob waiting = waits == null
                    ? null
                    : settlements.whileUnknown(
                            worker, taken(job, job.payload(), read), JobPolicies.unknown(read.jobClass()), waits);
            if (waiting != null) {
                return waiting;
            }
            JobOutcome outcome = outcome(worker, job, read, held, thread);
            TakenJob taken = taken(job, held.end(), read);
            if (goesBack(outcome)) {
                LOG.warn(
                        "{} of {} was interrupted by the stop, and goes back to its queue",
                        JsonRules.forLog(read.jobClass()),
                        JsonRules.forLog(job.queue()));
                return settlements.putBack(worker, taken, outcome instanceof JobOutcome.Failed failed ? failed : null);
            }
            return settlements.ended(worker, taken, outcome);
        } finally {
            // The job may have put something there, too.
            MDC.clear();
            MDC.put("resque.worker", JsonRules.forLog(worker));
        }
    }

    /** Null if the job has all that it needs, and runs. */
    private @Nullable EndedJob takeSlots(WorkerSession session, ReservedJob job, PayloadShape.ReadJob read) {
        List<Limits.Slot> wanted = slots.of(read.info(job.queue()), read.retry().hasTurn());
        if (wanted.isEmpty()) {
            return null;
        }
        Limits.Answer answer;
        try {
            answer = session.takeSlots(job, wanted, slots.lasts());
        } catch (BackendException e) {
            throw new NotBegun(e);
        }
        return switch (answer.state()) {
            case TAKEN -> {
                freeing = JobSlots.freeing(wanted, job.number());
                yield null;
            }
            case TOO_EARLY -> {
                claim = locks.claim(session.id(), job, read);
                yield settlements.early(session.id(), taken(job, job.payload(), read), answer.second());
            }
            case WAITS, LOST -> JobSettlements.limited(session.id(), job); // the settlement finds out that it is lost
        };
    }

    private TakenJob taken(ReservedJob job, Payload again, PayloadShape.ReadJob read) {
        Retry own = read.retry().policy();
        return new TakenJob(
                job,
                again,
                read.token(),
                statusWasThere,
                own != null ? own : policies.of(read.jobClass()),
                read.retry().rubyName(read.jobClass()),
                begun);
    }

    private JobOutcome outcome(
            String worker, ReservedJob job, PayloadShape.ReadJob read, HeldJob held, OwnThread thread) {
        if (executor.forks()) {
            try {
                JobInfo info = read.info(job.queue());
                listeners.tell(listener -> listener.beforeFork(worker, info));
            } catch (DontPerformException e) {
                return logged(
                        job,
                        read,
                        JobOutcome.Failed.of(
                                new ResqueException(
                                        "A listener of beforeFork threw " + Throwables.text(e)
                                                + ", which is a veto in beforePerform and a failure here",
                                        e),
                                JobRunner.class));
            } catch (Throwable e) {
                return logged(job, read, JobOutcome.Failed.of(e, JobRunner.class));
            }
        }
        JobOutcome outcome = execute(
                new JobRequest(
                        worker,
                        job.queue(),
                        read.jobClass(),
                        read.id(),
                        read.args(),
                        events.metadata(read.metadata()),
                        read.queuedAt(),
                        deadline.get(),
                        read.retry().attempt(),
                        read.retry().last(),
                        read.checkpoint()),
                held,
                thread);
        if (goesBack(outcome)) {
            return outcome;
        }
        JobOutcome told =
                outcome instanceof JobOutcome.Died died ? toldOfDeath(worker, read.info(job.queue()), died) : outcome;
        return executor.logsFailures() ? told : logged(job, read, told);
    }

    private boolean goesBack(JobOutcome outcome) {
        return putsBack
                && (outcome instanceof JobOutcome.Failed || outcome instanceof JobOutcome.Died)
                && (wasInterrupted() || executor.isLeaving());
    }

    private boolean wasInterrupted() {
        synchronized (runningLock) {
            return isInterrupted;
        }
    }

    private static JobOutcome logged(ReservedJob job, PayloadShape.ReadJob read, JobOutcome outcome) {
        if (!LOG.isWarnEnabled()) {
            return outcome;
        }
        String jobClass = JsonRules.forLog(read.jobClass());
        String queue = JsonRules.forLog(job.queue());
        if (outcome instanceof JobOutcome.Failed failed) {
            LOG.warn(
                    "{} of {} failed with {}: {}",
                    jobClass,
                    queue,
                    JsonRules.forLog(failed.exception()),
                    JsonRules.forLog(failed.message()),
                    failed.forLog());
        } else if (outcome instanceof JobOutcome.Died died) {
            LOG.warn("{} of {} failed, since its process died: {}", jobClass, queue, JsonRules.forLog(died.cause()));
        }
        return outcome;
    }

    private JobOutcome.Died toldOfDeath(String worker, JobInfo job, JobOutcome.Died died) {
        try {
            listeners.tell(listener -> listener.onDirtyExit(worker, job, died.cause()));
            return died;
        } catch (Throwable e) {
            return new JobOutcome.Died(
                    died.cause() + "; and a listener that was told of it threw " + Throwables.text(e));
        }
    }

    /**
     * The end of a job whose thread called {@link System#exit}; for another thread. From now on the other threads of the job leave the
     * session alone.
     *
     * @param exit where it stands
     */
    EndedJob endedJvm(String worker, ReservedJob job, StackTraceElement[] exit) {
        String cause = "The job called System.exit, which ends the JVM of its worker";
        IllegalStateException there = new IllegalStateException(cause);
        there.setStackTrace(exit);
        LOG.error("A job of {} is recorded as failed: {}", JsonRules.forLog(job.queue()), JsonRules.forLog(cause));
        HeldJob runs = held;
        Payload again = runs == null ? job.payload() : runs.end();
        TakenJob taken = new TakenJob(job, again, null, false, null, null, begun);
        JobOutcome.Died died = new JobOutcome.Died(cause);
        try {
            PayloadShape.ReadJob read = reader.read(job.payload());
            taken = taken(job, again, read);
            died = toldOfDeath(worker, read.info(job.queue()), died);
        } catch (MalformedPayloadException e) {
            // Then not the job has called it, but a listener or a log.
        }
        List<String> frames =
                JobOutcome.Failed.of(there, InThreadExecutor.class).frames();
        return releasing(settlements.died(worker, taken, died, frames));
    }

    private JobOutcome execute(JobRequest request, HeldJob held, OwnThread thread) {
        thread.clean(); // a listener may have changed it
        synchronized (runningLock) {
            running = request;
            runner = Thread.currentThread();
            isInterrupted = signals.isAbandoned();
            if (isInterrupted) {
                runner.interrupt();
            }
        }
        policies.jobs().begin(request, held);
        try {
            return executor.run(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // for the caller of a drain
            return new JobOutcome.Died("The worker was told to stop and could not wait for the job");
        } finally {
            policies.jobs().end(request);
            synchronized (runningLock) {
                running = null;
                // An interrupt was meant for the job; next the worker talks with Redis.
                thread.clean();
            }
        }
    }
}
