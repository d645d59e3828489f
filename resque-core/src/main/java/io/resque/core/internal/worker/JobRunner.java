package io.resque.core.internal.worker;

import io.resque.api.DontPerformException;
import io.resque.api.JobEnd;
import io.resque.api.JobFailure;
import io.resque.api.JobInfo;
import io.resque.api.MalformedPayloadException;
import io.resque.api.ResqueException;
import io.resque.api.Retry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.ReservedJob;
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
import java.util.List;
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
    private final ListenerChain listeners;
    private final long maxPayload;
    private final Supplier<@Nullable Instant> deadline;
    private final LoopTrouble trouble;
    private final JobEvents events;

    /** Of the job that ran last, which is settled before the next one runs: whether it had a status when it began. */
    private volatile boolean statusWasThere;

    private volatile @Nullable Instant enqueued;

    /** By {@link System#nanoTime}. */
    private volatile long begun;

    private final Object runningLock = new Object();
    private @Nullable JobRequest running;
    private @Nullable Thread runner;

    /**
     * For one loop.
     *
     * @param policies what follows if a job fails
     * @param maxPayload the largest payload that is run, in bytes
     * @param deadline until when a job may run that begins now; null for as long as it likes
     * @param trouble rests where nothing can be done but to try again
     */
    JobRunner(
            JobExecutor executor,
            WorkerSignals signals,
            PayloadReader reader,
            JobSettlements settlements,
            JobPolicies policies,
            ListenerChain listeners,
            long maxPayload,
            Supplier<@Nullable Instant> deadline,
            LoopTrouble trouble,
            JobEvents events) {
        this.executor = executor;
        this.signals = signals;
        this.reader = reader;
        this.settlements = settlements;
        this.policies = policies;
        this.listeners = listeners;
        this.maxPayload = maxPayload;
        this.deadline = deadline;
        this.trouble = trouble;
        this.events = events;
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
     * @param canBeSetAside whether the backend can be asked to set the bytes of the job aside and to give it again without them
     * @return null if the backend must be asked for that; nothing was done
     */
    @Nullable
    EndedJob run(String worker, ReservedJob job, boolean canBeSetAside, OwnThread thread) {
        statusWasThere = false;
        enqueued = null;
        begun = System.nanoTime();
        boolean isLarge = canBeSetAside && job.payload().size() > OversizePayload.SMALL;
        String token = null;
        boolean known = false;
        try {
            PayloadShape.ReadJob read;
            try {
                Object tree = reader.tree(job.payload());
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
            return run(worker, job, read, thread);
        } catch (Throwable e) { // such as no memory left for the arguments
            Throwables.log(e, shown -> LOG.error("A job of {} could not be run", JsonRules.forLog(job.queue()), shown));
            JobOutcome.Failed failure = new JobOutcome.Failed(e.getClass().getName(), Throwables.text(e), List.of());
            return couldNotRun(
                    worker, job, token, failure, known ? JobEnd.Kind.FAILED : JobEnd.Kind.UNREADABLE, isLarge, thread);
        }
    }

    private EndedJob unreadable(String worker, ReservedJob job, @Nullable String token, JobOutcome.Failed failure) {
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

    private EndedJob run(String worker, ReservedJob job, PayloadShape.ReadJob read, OwnThread thread) {
        enqueued = read.queuedAt();
        statusWasThere = settlements.begun(read.token());
        MDC.clear(); // a listener may have put something there
        MDC.put("resque.worker", JsonRules.forLog(worker));
        MDC.put("resque.queue", JsonRules.forLog(job.queue()));
        MDC.put("resque.class", JsonRules.forLog(read.jobClass()));
        if (read.id() != null) {
            MDC.put("resque.id", JsonRules.forLog(read.id()));
        }
        try {
            events.taken(worker, job, read);
            Duration waits = policies.waits(read.jobClass());
            EndedJob waiting = waits == null
                    ? null
                    : settlements.whileUnknown(worker, taken(job, read), JobPolicies.unknown(read.jobClass()), waits);
            if (waiting != null) {
                return waiting;
            }
            JobOutcome outcome = outcome(worker, job, read, thread);
            return settlements.ended(worker, taken(job, read), outcome);
        } finally {
            // The job may have put something there, too.
            MDC.clear();
            MDC.put("resque.worker", JsonRules.forLog(worker));
        }
    }

    private TakenJob taken(ReservedJob job, PayloadShape.ReadJob read) {
        Retry own = read.retry().policy();
        return new TakenJob(
                job,
                read.token(),
                statusWasThere,
                own != null ? own : policies.of(read.jobClass()),
                read.retry().rubyName(read.jobClass()),
                begun);
    }

    private JobOutcome outcome(String worker, ReservedJob job, PayloadShape.ReadJob read, OwnThread thread) {
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
                        read.metadata(),
                        read.queuedAt(),
                        deadline.get(),
                        read.retry().attempt(),
                        read.retry().last()),
                thread);
        JobOutcome told =
                outcome instanceof JobOutcome.Died died ? toldOfDeath(worker, read.info(job.queue()), died) : outcome;
        return executor.logsFailures() ? told : logged(job, read, told);
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
     * The end of a job whose thread called {@link System#exit}; for another thread.
     *
     * @param exit where it stands
     */
    EndedJob endedJvm(String worker, ReservedJob job, StackTraceElement[] exit) {
        String cause = "The job called System.exit, which ends the JVM of its worker";
        IllegalStateException there = new IllegalStateException(cause);
        there.setStackTrace(exit);
        LOG.error("A job of {} is recorded as failed: {}", JsonRules.forLog(job.queue()), JsonRules.forLog(cause));
        TakenJob taken = new TakenJob(job, null, false, null, null, begun);
        JobOutcome.Died died = new JobOutcome.Died(cause);
        try {
            PayloadShape.ReadJob read = reader.read(job.payload());
            taken = taken(job, read);
            died = toldOfDeath(worker, read.info(job.queue()), died);
        } catch (MalformedPayloadException e) {
            // Then not the job has called it, but a listener or a log.
        }
        List<String> frames =
                JobOutcome.Failed.of(there, InThreadExecutor.class).frames();
        return settlements.died(worker, taken, died, frames);
    }

    private JobOutcome execute(JobRequest request, OwnThread thread) {
        thread.clean(); // a listener may have changed it
        synchronized (runningLock) {
            running = request;
            runner = Thread.currentThread();
            if (signals.isAbandoned()) {
                runner.interrupt();
            }
        }
        try {
            return executor.run(request);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // for the caller of a drain
            return new JobOutcome.Died("The worker was told to stop and could not wait for the job");
        } finally {
            synchronized (runningLock) {
                running = null;
                // An interrupt was meant for the job; next the worker talks with Redis.
                thread.clean();
            }
        }
    }
}
