package io.resque.launcher;

import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job in a child, from the worker's side: a conversation that ends with an outcome. */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessJobExecutor.class);

    /** How long a job has that was told to end: by its limit, or because the worker was given up. */
    private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

    /** Whoever does not take a frame for so long has stopped. */
    private static final long SEND = TimeUnit.SECONDS.toNanos(30);

    private final JobRequest request;
    private final JobExecutorHost host;
    private final @Nullable Duration limit;
    private volatile boolean cancelAsked;
    private volatile @Nullable String killAsked;
    private volatile @Nullable Duration termAsked;
    private @Nullable FrameChannel current;

    private boolean begun;
    private boolean changed;
    private boolean cancelled;
    private boolean interrupted;
    private boolean terminated;
    private long killAt = FrameChannel.FOREVER;

    JobRun(JobRequest request, JobExecutorHost host) {
        this.request = request;
        this.host = host;
        this.limit = request.deadline() == null ? null : Duration.between(Instant.now(), request.deadline());
    }

    /** The child has died, and it is sure that the job has not begun. */
    static final class NotBegunException extends Exception {
        NotBegunException(String message) {
            super(message);
        }
    }

    void cancel() {
        cancelAsked = true;
        wake();
    }

    /** Ruby's TERM and USR1: the child is killed at once. */
    void kill(String reason) {
        killAsked = reason;
        wake();
    }

    /** The same with TERM_CHILD: the job is interrupted, and its child killed if it has not ended in time. */
    void terminate(Duration grace) {
        termAsked = grace;
        wake();
    }

    private synchronized void wake() {
        if (current != null) {
            current.wakeup();
        }
    }

    private synchronized void current(@Nullable FrameChannel channel) {
        current = channel;
    }

    /** Runs the job. Afterwards the child is of no more use if it died, or was interrupted, or had not begun. */
    JobOutcome in(ChildProcess child) throws NotBegunException, InterruptedException {
        current(child.channel);
        cancelled = false;
        terminated = false;
        try {
            JobOutcome outcome = converse(child);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return outcome;
        } catch (IOException e) {
            return dead(child, e);
        } catch (ClosedSelectorException e) { // the executor was closed
            return dead(child, new IOException(e));
        } finally {
            current(null);
        }
    }

    /** Then the next one must have another child. */
    boolean hasChangedItsProcess() {
        return changed;
    }

    private JobOutcome converse(ChildProcess child) throws IOException, InterruptedException {
        FrameChannel channel = child.channel;
        child.output.source(request.worker() + " " + request.jobClass());
        byte[] run = TreeWriter.frame(
                FrameType.RUN,
                Arrays.asList(
                        request.worker(),
                        request.queue(),
                        request.jobClass(),
                        request.id(),
                        request.args(),
                        limit == null ? null : limit.toMillis()));
        if (limit != null) {
            killAt = System.nanoTime() + limit.toNanos() + GRACE;
        }
        send(channel, run);
        while (true) {
            if (Thread.interrupted()) {
                interrupted = true;
                killAt = Math.min(killAt, System.nanoTime() + GRACE);
                send(channel, TreeWriter.frame(FrameType.INTERRUPT, null));
            }
            if (cancelAsked && !cancelled) {
                cancelled = true;
                send(channel, TreeWriter.frame(FrameType.CANCEL, null));
            }
            terminateIfAsked(channel);
            String reason = killAsked;
            if (reason != null) {
                child.endWithDescendants();
                return new JobOutcome.Died(Death.killed(child, reason));
            }
            if (killAt != FrameChannel.FOREVER && System.nanoTime() - killAt >= 0) {
                return killed(child);
            }
            Frame frame = channel.receive(killAt);
            JobOutcome outcome = frame == null ? null : heard(channel, frame);
            if (outcome != null) {
                return terminated ? Death.byTerm(outcome) : outcome;
            }
        }
    }

    private void terminateIfAsked(FrameChannel channel) throws IOException {
        Duration grace = termAsked;
        if (grace != null && !terminated) {
            terminated = true;
            killAt = Math.min(killAt, System.nanoTime() + grace.toNanos());
            send(channel, TreeWriter.frame(FrameType.CANCEL, null));
            send(channel, TreeWriter.frame(FrameType.INTERRUPT, null));
        }
    }

    private void send(FrameChannel channel, byte[] frame) throws IOException {
        if (!channel.send(frame, Math.min(killAt, System.nanoTime() + SEND))) {
            throw new ProtocolException("It takes nothing any more");
        }
    }

    private JobOutcome killed(ChildProcess child) throws InterruptedException {
        child.endWithDescendants();
        if (interrupted) {
            throw new InterruptedException(Death.who(child) + " did not end the job, and was killed");
        }
        Duration grace = termAsked;
        if (terminated && grace != null) {
            return new JobOutcome.Died(Death.killed(
                    child, "its job did not end within " + grace.toMillis() + " ms after it was interrupted"));
        }
        return new JobOutcome.Died(Death.killed(
                child,
                "its job ran past its time limit, and did not end within " + TimeUnit.NANOSECONDS.toMillis(GRACE)
                        + " ms after it was interrupted"));
    }

    /** Null where the job goes on. */
    private @Nullable JobOutcome heard(FrameChannel channel, Frame frame) throws IOException {
        switch (frame.type) {
            case FrameType.BEGUN:
                begun = true;
                return null;
            case FrameType.ENQUEUE:
            case FrameType.TREE:
                send(channel, answer(frame));
                return null;
            case FrameType.CHANGED:
                changed = true;
                LOG.info(
                        "{} of {} has changed {} of its child process, which runs no other job",
                        JsonRules.forLog(request.jobClass()),
                        JsonRules.forLog(request.queue()),
                        JsonRules.forLog(String.valueOf(frame.value())));
                return null;
            case FrameType.COMPLETED:
                return new JobOutcome.Completed(frame.value());
            case FrameType.VETOED:
                return new JobOutcome.Vetoed();
            case FrameType.FAILED:
                return failed(frame.value());
            default:
                throw new ProtocolException("It sent a frame of the unknown type " + frame.type);
        }
    }

    private static JobOutcome failed(@Nullable Object value) throws IOException {
        if (value instanceof List<?> parts
                && parts.size() == 3
                && parts.get(0) instanceof String exception
                && parts.get(1) instanceof String message
                && parts.get(2) instanceof List<?> frames) {
            return new JobOutcome.Failed(
                    exception, message, frames.stream().map(String::valueOf).toList());
        }
        throw new ProtocolException("It sent a failure that cannot be read");
    }

    /** What the job wants from its worker. */
    private byte[] answer(Frame frame) throws IOException {
        Object asked = frame.value();
        try {
            if (frame.type == FrameType.TREE) {
                return TreeWriter.frame(FrameType.ANSWER, host.toTree(asked));
            }
            if (asked instanceof List<?> parts
                    && parts.size() == 3
                    && parts.get(0) instanceof String queue
                    && parts.get(1) instanceof String jobClass
                    && parts.get(2) instanceof List<?> args) {
                return TreeWriter.frame(
                        FrameType.ANSWER, host.enqueue(queue, jobClass, new ArrayList<@Nullable Object>(args)));
            }
        } catch (RuntimeException | Error e) {
            return TreeWriter.frame(
                    FrameType.REFUSAL, Arrays.asList(e.getClass().getName(), Thrown.message(e)));
        }
        throw new ProtocolException("It asked for something that cannot be read");
    }

    /** The connection has ended, or holds no frames. */
    private JobOutcome dead(ChildProcess child, IOException e) throws NotBegunException, InterruptedException {
        OptionalInt status = e instanceof ProtocolException ? OptionalInt.empty() : child.awaitEnd(killAt);
        String why;
        if (status.isPresent()) {
            why = Death.byStatus(child, status.getAsInt());
        } else if (e instanceof ProtocolException) {
            why = Death.who(child) + " could not be understood, and was killed: " + e.getMessage();
        } else if (killAt != FrameChannel.FOREVER && System.nanoTime() - killAt >= 0) {
            return killed(child);
        } else {
            why = Death.who(child) + " closed its connection, did not end, and was killed";
        }
        child.endWithDescendants();
        if (interrupted) {
            throw new InterruptedException(why);
        }
        String reason = killAsked;
        if (reason != null) {
            return new JobOutcome.Died(Death.killed(child, reason));
        }
        if (!begun) {
            throw new NotBegunException(why + " before it began the job");
        }
        if (status.isPresent() && status.getAsInt() == 0) {
            LOG.warn(
                    "{} of {} ended its process with status 0 and no result; that counts as done",
                    JsonRules.forLog(request.jobClass()),
                    JsonRules.forLog(request.queue()));
            return new JobOutcome.Completed(null);
        }
        return new JobOutcome.Died(why);
    }
}
