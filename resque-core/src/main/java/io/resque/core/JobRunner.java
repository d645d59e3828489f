package io.resque.core;

import io.resque.api.DontPerformException;
import io.resque.api.JobInfo;
import io.resque.api.JobState;
import io.resque.api.MalformedPayloadException;
import io.resque.api.ResqueException;
import io.resque.api.spi.FailureEntry;
import io.resque.api.spi.JobExecutor;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import io.resque.api.spi.ReservedJob;
import io.resque.api.spi.Settlement;
import io.resque.api.spi.StatusChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.MDC;

/** Brings the jobs of one worker thread to an end that can be settled, whatever they do. */
final class JobRunner {
    private static final Logger LOG = Log.WORKER;

    /** Ruby's name for it. */
    private static final String DIRTY_EXIT = "Resque::DirtyExit";

    private static final String UNRECORDED =
            " (another program had removed worker:<id>, the record of this worker and its job,"
                    + " while the job ran; it may have filed the job as failed, too)";

    /** Of a payload that nobody can read, so many bytes stand in its failure record; written as text they may be more. */
    private static final int MOST_RAW = 1 << 20;

    private final WorkerSetup setup;
    private final JobExecutor executor;
    private final Control control;
    private final JobReader reader;
    private final FailureLog failures;
    private final Statuses statuses;
    private final Consumer<Throwable> pauseAfter;

    /** Of the job that ran last, which is settled before the next one runs: whether its status was there when it began. */
    private volatile boolean statusWasThere;

    private volatile @Nullable Instant enqueued;

    private final Object runningLock = new Object();
    private @Nullable JobRequest running;
    private @Nullable Thread runner;

    /**
     * A job that has ended and is not settled yet.
     *
     * @param failure null if it did not fail
     */
    record Ended(
            String worker, Settlement settlement, @Nullable StatusChange status, JobOutcome.@Nullable Failed failure) {}

    /** Rests by the given means where nothing can be done but to try again. */
    JobRunner(WorkerSetup setup, Consumer<Throwable> pauseAfter) {
        this.setup = setup;
        this.executor = setup.executor;
        this.control = setup.control;
        this.reader = new JobReader(setup.services.serializer());
        this.failures = setup.services.failures();
        this.statuses = new Statuses(setup.services);
        this.pauseAfter = pauseAfter;
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

    /** To be called once the end is in Redis. */
    void settled(Ended ended) {
        statuses.afterwards(ended.status);
        failures.recorded(ended.settlement.failures());
        if (ended.status != null && !statusWasThere) {
            statuses.endedBeforeItsStatus(ended.status, enqueued);
        }
    }

    /**
     * Runs a job, or makes a failure of what is none.
     *
     * @param canBeSetAside whether it may come to that its bytes are set aside and it comes again without them
     * @return null if it has come to that, with nothing done
     */
    @Nullable
    Ended run(String worker, ReservedJob job, boolean canBeSetAside, OwnThread thread) {
        statusWasThere = false;
        enqueued = null;
        boolean isLarge = canBeSetAside && job.payload().size() > Oversize.SMALL;
        String token = null;
        try {
            PayloadShape.ReadJob read;
            try {
                Object tree = reader.tree(job.payload());
                Oversize oversize = Oversize.of(tree);
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
                return failed(worker, job, null, failure, true);
            }
            token = read.token();
            return run(worker, job, read, thread);
        } catch (Throwable e) { // such as no memory left for what the payload holds
            Thrown.log(e, shown -> LOG.error("A job of {} could not be run", JsonRules.forLog(job.queue()), shown));
            JobOutcome.Failed failure = new JobOutcome.Failed(e.getClass().getName(), Thrown.text(e), List.of());
            return couldNotRun(worker, job, token, failure, isLarge, thread);
        }
    }

    /** Without its record the job would be taken for one that has not begun, and be run again: so go on trying. */
    private @Nullable Ended couldNotRun(
            String worker,
            ReservedJob job,
            @Nullable String token,
            JobOutcome.Failed failure,
            boolean isLarge,
            OwnThread thread) {
        for (int attempt = 1; ; attempt++) {
            try {
                return failed(worker, job, token == null ? tokenAfterAll(job) : token, failure, true);
            } catch (RuntimeException | Error e) {
                if (control.isGivenUp()) {
                    throw e;
                }
                if (isLarge && attempt > 1 && e instanceof OutOfMemoryError) {
                    return null;
                }
                thread.clean();
                pauseAfter.accept(e);
            }
        }
    }

    private Ended tooLarge(String worker, ReservedJob job, Oversize oversize) {
        String message = oversize.message(setup.services.maxPayload().worked());
        LOG.warn("A job of {} is not run: {}", JsonRules.forLog(job.queue()), JsonRules.forLog(message));
        JobOutcome.Failed failure = new JobOutcome.Failed(Oversize.EXCEPTION, message, List.of());
        return failed(worker, job, oversize.token(), failure, true);
    }

    /** The payload may be readable by now. If not, its failure must be recorded all the same. */
    private @Nullable String tokenAfterAll(ReservedJob job) {
        try {
            return reader.token(job.payload());
        } catch (RuntimeException | Error e) {
            return null;
        }
    }

    private Ended run(String worker, ReservedJob job, PayloadShape.ReadJob read, OwnThread thread) {
        enqueued = read.enqueued();
        statusWasThere = statuses.running(read.token());
        MDC.clear(); // of what a listener has put there
        MDC.put("resque.worker", JsonRules.forLog(worker));
        MDC.put("resque.queue", JsonRules.forLog(job.queue()));
        MDC.put("resque.class", JsonRules.forLog(read.jobClass()));
        if (read.id() != null) {
            MDC.put("resque.id", JsonRules.forLog(read.id()));
        }
        try {
            JobOutcome outcome = outcome(worker, job, read, thread);
            if (outcome instanceof JobOutcome.Failed failed) {
                LOG.warn(
                        "{} of {} failed with {}: {}",
                        JsonRules.forLog(read.jobClass()),
                        JsonRules.forLog(job.queue()),
                        JsonRules.forLog(failed.exception()),
                        JsonRules.forLog(failed.message()));
            }
            return ended(worker, job, read.token(), outcome);
        } finally {
            // With what the job has put there itself, which is not the next one's.
            MDC.clear();
            MDC.put("resque.worker", JsonRules.forLog(worker));
        }
    }

    private JobOutcome outcome(String worker, ReservedJob job, PayloadShape.ReadJob read, OwnThread thread) {
        JobInfo info = read.info(job.queue());
        if (executor.forks()) {
            try {
                setup.events.tell(listener -> listener.beforeFork(worker, info));
            } catch (DontPerformException e) {
                return JobOutcome.Failed.of(
                        new ResqueException(
                                "A listener of beforeFork threw " + Thrown.text(e)
                                        + ", which is a veto in beforePerform and a failure here",
                                e),
                        JobRunner.class);
            } catch (Throwable e) {
                return JobOutcome.Failed.of(e, JobRunner.class);
            }
        }
        JobOutcome outcome = execute(
                new JobRequest(worker, job.queue(), read.jobClass(), read.id(), read.args(), deadline()), thread);
        return outcome instanceof JobOutcome.Died died ? toldOfDeath(worker, info, died) : outcome;
    }

    private @Nullable Instant deadline() {
        Duration timeout = setup.jobTimeout;
        return timeout == null ? null : setup.services.clock().instant().plus(timeout);
    }

    private JobOutcome.Died toldOfDeath(String worker, JobInfo job, JobOutcome.Died died) {
        try {
            setup.events.tell(listener -> listener.onDirtyExit(worker, job, died.cause()));
            return died;
        } catch (Throwable e) {
            return new JobOutcome.Died(died.cause() + "; and a listener that was told of it threw " + Thrown.text(e));
        }
    }

    /**
     * The end of a job whose thread called {@link System#exit}; for another thread.
     *
     * @param exit where it stands
     */
    Ended endedJvm(String worker, ReservedJob job, StackTraceElement[] exit) {
        String cause = "The job called System.exit, which ends the JVM of its worker";
        IllegalStateException there = new IllegalStateException(cause);
        there.setStackTrace(exit);
        LOG.error("A job of {} is recorded as failed: {}", JsonRules.forLog(job.queue()), JsonRules.forLog(cause));
        String token = null;
        JobOutcome.Died died = new JobOutcome.Died(cause);
        try {
            PayloadShape.ReadJob read = reader.read(job.payload());
            token = read.token();
            died = toldOfDeath(worker, read.info(job.queue()), died);
        } catch (MalformedPayloadException e) {
            // It was not the job, then, but a listener or a log.
        }
        JobOutcome.Failed dirty = new JobOutcome.Failed(
                DIRTY_EXIT,
                died.cause(),
                JobOutcome.Failed.of(there, InThreadExecutor.class).frames());
        return failed(worker, job, token, dirty, false);
    }

    private JobOutcome execute(JobRequest request, OwnThread thread) {
        thread.clean(); // of what a listener has set
        synchronized (runningLock) {
            running = request;
            runner = Thread.currentThread();
            if (control.isGivenUp()) {
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
                // An interrupt was meant for the job; what follows is the worker's own talk with Redis.
                thread.clean();
            }
        }
    }

    private Ended ended(String worker, ReservedJob job, @Nullable String token, JobOutcome outcome) {
        if (outcome instanceof JobOutcome.Failed failed) {
            return failed(worker, job, token, failed, true);
        }
        if (outcome instanceof JobOutcome.Died died) {
            // Ruby does not count a death among the failed.
            JobOutcome.Failed dirty = new JobOutcome.Failed(DIRTY_EXIT, died.cause(), List.of());
            return failed(worker, job, token, dirty, false);
        }
        Object result = outcome instanceof JobOutcome.Completed completed ? completed.result() : null;
        StatusChange status = statuses.ended(
                token,
                JobState.COMPLETE,
                token == null || result == null
                        ? null
                        : setup.services.serializer().encode(result));
        return new Ended(worker, new Settlement(job, true, false, List.of(), statuses.riding(status)), status, null);
    }

    private Ended failed(
            String worker, ReservedJob job, @Nullable String token, JobOutcome.Failed failure, boolean count) {
        StatusChange status = statuses.ended(token, JobState.FAILED, null);
        List<FailureEntry> entries = failures.entries(job.payload(), worker, job.queue(), failure);
        return new Ended(
                worker, new Settlement(job, true, count, entries, statuses.riding(status), true), status, failure);
    }

    /** The same end for a job whose record somebody has removed: its own records say so. */
    Ended unrecorded(Ended ended) {
        Settlement settlement = ended.settlement.evenUnrecorded();
        JobOutcome.Failed failure = ended.failure;
        if (failure == null) {
            return new Ended(ended.worker, settlement, ended.status, null);
        }
        ReservedJob job = settlement.job();
        JobOutcome.Failed told =
                new JobOutcome.Failed(failure.exception(), failure.message() + UNRECORDED, failure.frames());
        List<FailureEntry> entries = failures.entries(job.payload(), ended.worker, job.queue(), told);
        return new Ended(
                ended.worker,
                new Settlement(job, true, settlement.countFailed(), entries, settlement.status()),
                ended.status,
                told);
    }
}
