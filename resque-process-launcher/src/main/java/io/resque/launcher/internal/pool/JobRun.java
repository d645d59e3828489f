package io.resque.launcher.internal.pool;

import io.resque.api.spi.JobExecutorHost;
import io.resque.api.spi.JobOutcome;
import io.resque.api.spi.JobRequest;
import io.resque.api.spi.JsonRules;
import io.resque.launcher.internal.frame.Frame;
import io.resque.launcher.internal.frame.FrameChannel;
import io.resque.launcher.internal.frame.FrameType;
import io.resque.launcher.internal.frame.JobMessages;
import io.resque.launcher.internal.frame.LeftoverNames;
import io.resque.launcher.internal.frame.TreeWriter;
import io.resque.launcher.internal.support.PublicNames;
import java.io.IOException;
import java.net.ProtocolException;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job in a child, seen from the worker: a conversation that ends with an outcome. */
final class JobRun {
    private static final Logger LOG = LoggerFactory.getLogger(PublicNames.JOB_EXECUTOR);

    /** A job that was interrupted has so long to end: because of its time limit, or because the worker's own thread was interrupted. */
    private static final long GRACE = TimeUnit.SECONDS.toNanos(1);

    /** A child that does not take a frame within this time counts as stopped. */
    private static final long SEND = TimeUnit.SECONDS.toNanos(30);

    private final JobRequest request;
    private final JobExecutorHost host;
    private final @Nullable Duration limit;
    private volatile boolean cancelAsked;
    private volatile @Nullable String killAsked;
    private volatile @Nullable Duration termAsked;
    private @Nullable FrameChannel current;

    private long begunAt;
    private boolean begun;
    private List<String> left = List.of();
    private boolean cancelled;
    private boolean interrupted;
    private boolean terminated;
    private long killAt = FrameChannel.FOREVER;

    JobRun(JobRequest request, JobExecutorHost host) {
        this.request = request;
        this.host = host;
        this.limit = request.deadline() == null ? null : Duration.between(Instant.now(), request.deadline());
    }

    /** The child has died before it began the job, so another child can run it. */
    static final class NotBegunException extends Exception {
        NotBegunException(String message) {
            super(message);
        }
    }

    void cancel() {
        cancelAsked = true;
        wake();
    }

    /** Kills the child at once, as TERM and USR1 do in Ruby. */
    void kill(String reason) {
        killAsked = reason;
        wake();
    }

    /** Interrupts the job, and kills the child if it does not end in time, as TERM and USR1 do under TERM_CHILD. */
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

    /**
     * Runs the job. A child that has died, was interrupted or had not begun must not get another job.
     *
     * @throws InterruptedException if this thread was interrupted and the job did not end by that
     */
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

    /** What the job has left behind in a child that may run further jobs: for each kind its name and a text. */
    List<String> leftBehind() {
        if (!interrupted && !terminated && !isLate()) {
            return left;
        }
        List<String> all = new ArrayList<>(left);
        all.add(LeftoverNames.INTERRUPT);
        all.add("work that an interrupt may have cut short");
        return all;
    }

    /** Whether the job has passed its limit, at which it was interrupted; its child counts whole milliseconds. */
    private boolean isLate() {
        return limit != null && System.nanoTime() - begunAt >= TimeUnit.MILLISECONDS.toNanos(limit.toMillis() - 1);
    }

    private JobOutcome converse(ChildProcess child) throws IOException, InterruptedException {
        FrameChannel channel = child.channel;
        child.output.source(request.worker() + " " + request.shownClass());
        byte[] run = JobMessages.run(request, limit);
        begunAt = System.nanoTime();
        if (limit != null) {
            killAt = latestEnd(limit) + SEND;
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
                return new JobOutcome.Died(ExitText.killed(child, reason));
            }
            if (killAt != FrameChannel.FOREVER && System.nanoTime() - killAt >= 0) {
                return killed(child);
            }
            Frame frame = channel.receive(killAt);
            JobOutcome outcome = frame == null ? null : handle(channel, frame);
            if (outcome != null) {
                return terminated ? ExitText.byTerm(outcome) : outcome;
            }
        }
    }

    /** When a job must have ended that begins now. The limit may have passed. */
    private static long latestEnd(Duration limit) {
        return System.nanoTime() + Math.max(0, limit.toNanos()) + GRACE;
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
            throw new InterruptedException(ExitText.who(child) + " did not end the job, and was killed");
        }
        Duration grace = termAsked;
        if (terminated && grace != null) {
            return new JobOutcome.Died(ExitText.killed(
                    child, "its job did not end within " + grace.toMillis() + " ms after it was interrupted"));
        }
        return new JobOutcome.Died(ExitText.killed(
                child,
                "its job ran past its time limit, and did not end within " + TimeUnit.NANOSECONDS.toMillis(GRACE)
                        + " ms after it was interrupted"));
    }

    /** Handles a frame of the child. Null while the job goes on. */
    private @Nullable JobOutcome handle(FrameChannel channel, Frame frame) throws IOException {
        switch (frame.type) {
            case FrameType.BEGUN:
                begun = true;
                if (limit != null) { // it counts from now on: before, the child may have been slow to start
                    killAt = Math.min(killAt, latestEnd(limit));
                }
                return null;
            case FrameType.ENQUEUE:
            case FrameType.TREE:
            case FrameType.CHECKPOINT:
                send(channel, answer(frame));
                return null;
            case FrameType.PROGRESS:
                JobMessages.progress(frame.value(), request, host);
                return null;
            case FrameType.LOG:
                host.log(request, String.valueOf(frame.value()));
                return null;
            case FrameType.LEFT_BEHIND:
                left = JobMessages.leftBehind(frame.value());
                return null;
            default:
                return JobMessages.outcome(frame);
        }
    }

    /** The reply to a request of the job. */
    private byte[] answer(Frame frame) throws IOException {
        Object asked = frame.value();
        try {
            if (frame.type == FrameType.TREE) {
                return TreeWriter.frame(FrameType.ANSWER, host.toTree(asked));
            }
            if (frame.type == FrameType.CHECKPOINT) {
                host.checkpoint(request, asked);
                return TreeWriter.frame(FrameType.ANSWER, null);
            }
            return TreeWriter.frame(FrameType.ANSWER, JobMessages.enqueue(asked, host.enqueuer()));
        } catch (RuntimeException | Error e) {
            return JobMessages.refusal(e);
        }
    }

    /** The outcome where the connection has ended or carries something else than frames. */
    private JobOutcome dead(ChildProcess child, IOException e) throws NotBegunException, InterruptedException {
        OptionalInt status = e instanceof ProtocolException ? OptionalInt.empty() : child.awaitEnd(killAt);
        String why;
        if (status.isPresent()) {
            why = ExitText.byStatus(child, status.getAsInt());
        } else if (e instanceof ProtocolException) {
            why = ExitText.who(child) + " could not be understood, and was killed: " + e.getMessage();
        } else if (killAt != FrameChannel.FOREVER && System.nanoTime() - killAt >= 0) {
            return killed(child);
        } else {
            why = ExitText.who(child) + " closed its connection, did not end, and was killed";
        }
        child.endWithDescendants();
        if (interrupted) {
            throw new InterruptedException(why);
        }
        String reason = killAsked;
        if (reason != null) {
            return new JobOutcome.Died(ExitText.killed(child, reason));
        }
        if (!begun) {
            throw new NotBegunException(why + " before it began the job");
        }
        if (status.isPresent() && status.getAsInt() == 0) {
            LOG.warn(
                    "{} of {} ended its process with status 0 and no result; that counts as done",
                    JsonRules.forLog(request.shownClass()),
                    JsonRules.forLog(request.queue()));
            return new JobOutcome.Completed(null);
        }
        return new JobOutcome.Died(why);
    }
}
