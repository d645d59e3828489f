package io.resque.backend.redis;

import io.resque.api.BackendUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the steps of many workers together. While few steps are under way, each is a call of {@code step.lua} of its own.
 * When there are more, they stand in a {@link StepLine}, and two senders take turns: while one call is in Redis, the other
 * sender makes or reads the next one. A batch costs about as much as a single step, and no step is delayed to fill a batch.
 *
 * <p>On a client with threads of its own ({@link RedisLink#start}) a sender is a call under way: the client's thread that
 * brings the reply starts the next call. Otherwise, and where a call must wait for a connection, a sender is a thread of this
 * class. Thread-safe; steps are sent in the order in which they came.
 */
final class StepBatcher implements AutoCloseable {
    private static final Duration UNUSED = Duration.ofSeconds(10);
    private static final byte[][] PING = {Keys.bytes("PING")};

    private final RedisLink link;
    private final List<byte[]> sharedKeys;
    private final ThreadPoolExecutor threads;
    private final StepLine line = new StepLine();

    StepBatcher(RedisLink link, Keys keys) {
        this.link = link;
        this.sharedKeys = StepRequest.sharedKeys(keys);
        this.threads = new ThreadPoolExecutor(
                StepLine.SENDERS,
                StepLine.SENDERS,
                UNUSED.toSeconds(),
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    // A job or a request may need the first thread. The thread must inherit nothing from it.
                    Thread thread = new Thread(null, task, "resque-steps", 0, false);
                    thread.setContextClassLoader(StepBatcher.class.getClassLoader());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Sends a step. May block until the step has its answer, or return before. */
    void send(Step step) {
        switch (line.enter(step)) {
            case ALONE -> sendAlone(List.of(step));
            case NEEDS_SENDER -> {
                try {
                    startSender();
                } catch (RuntimeException | Error e) { // closed, or no memory for a thread
                    runSender();
                }
            }
            case IN_LINE -> {}
        }
    }

    /** Sends a step and waits for its answer, whatever the thread's interrupts say. Other steps may fail by the same exception. */
    StepReply sendAndWait(Step step) {
        send(step);
        try {
            return step.answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    private void sendAlone(List<Step> one) {
        try {
            if (!link.start(new Call(one))) {
                call(one);
            }
        } catch (RuntimeException | Error e) { // no memory for a call
            answer(one, null, e);
        }
    }

    private void startSender() {
        if (!link.start(new Call(null))) {
            threads.execute(this::runSender);
        }
    }

    /** A sender in this thread, until the line is empty or the client goes on in its own threads. */
    private void runSender() {
        try {
            do {
                if (link.start(new Call(null))) {
                    return;
                }
                List<Step> taken = line.take();
                if (taken.isEmpty()) {
                    return;
                }
                call(taken);
            } while (line.goesOn(true)); // another sender on its way must be woken first, which takes longer
        } catch (RuntimeException | Error e) { // no memory for the list
            abandon(e);
        }
    }

    private void abandon(Throwable failure) {
        line.abandon().forEach(step -> step.answer.completeExceptionally(failure));
    }

    private void call(List<Step> steps) {
        Object reply = null;
        Throwable failure = null;
        try {
            reply = request(steps).run(link);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        answer(steps, reply, failure);
    }

    private void answer(List<Step> steps, @Nullable Object reply, @Nullable Throwable thrown) {
        List<StepReply> replies = List.of();
        Throwable failure = thrown;
        int answered = steps.size();
        if (failure == null) {
            try {
                replies = StepReply.readAll(reply);
                while (replies.get(answered - 1) == StepReply.Bare.POSTPONED && answered > 1) {
                    answered--;
                }
            } catch (RuntimeException | Error e) {
                failure = e;
                answered = steps.size();
            }
        }
        line.answered(steps, answered);
        for (int i = 0; i < answered; i++) {
            CompletableFuture<StepReply> answer = steps.get(i).answer;
            if (failure != null) {
                answer.completeExceptionally(failure);
            } else if (replies.get(i) instanceof StepReply.Refused refused) {
                answer.completeExceptionally(exception(refused));
            } else {
                answer.complete(replies.get(i));
            }
        }
    }

    private RedisReplyException exception(StepReply.Refused refused) {
        return new RedisReplyException(link.endpoint(), refused.error());
    }

    private StepRequest request(List<Step> steps) {
        long bytes = 0;
        List<EncodedSubscription> subscriptions = new ArrayList<>(1);
        for (Step step : steps) {
            bytes += step.bytes + StepRequest.bytesIfNew(subscriptions, step.queues);
        }
        return new StepRequest(sharedKeys, steps, (int) Math.max(1, StepLine.MOST_BYTES - bytes));
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Whether no step is unanswered and no sender is about to look. For tests. */
    boolean isIdle() {
        return line.isIdle();
    }

    /** The command for a reserve that waits at the server, and does nothing there unless it finds a job. */
    byte[][] commandAhead(Step step) {
        return new StepRequest(sharedKeys, List.of(step), StepRequest.ONLY_IF_THERE_IS_A_JOB).command();
    }

    /** Reads the reply to {@link #commandAhead}. */
    StepReply replyAhead(@Nullable Object reply) {
        StepReply only = StepReply.readAll(reply).get(0);
        if (only instanceof StepReply.Refused refused) {
            throw exception(refused);
        }
        return only;
    }

    /** A call in the client's threads, which must not wait. A sender chooses its steps when the client writes the call. */
    private final class Call implements RedisLink.LateCommand {
        private final boolean alone;
        private @Nullable List<Step> steps;
        private boolean written;
        private boolean over;

        /** A call of a lone step, or of a sender if no step is given. */
        Call(@Nullable List<Step> lone) {
            this.alone = lone != null;
            this.steps = lone;
        }

        @Override
        public synchronized byte[][] words() {
            if (over) {
                return PING; // it was given up just now, since it had waited for too long
            }
            written = true;
            List<Step> chosen = steps == null ? line.take() : steps;
            steps = chosen;
            return chosen.isEmpty() ? PING : request(chosen).command();
        }

        @Override
        public void end(@Nullable Object reply, @Nullable Throwable failure) {
            List<Step> chosen;
            boolean wasWritten;
            synchronized (this) {
                over = true;
                chosen = steps;
                wasWritten = written;
            }
            if (chosen != null && chosen.isEmpty()) {
                return; // the line was empty, so this sender has ended
            }
            if (chosen == null || failure != null && hasRunNothing(failure, wasWritten)) {
                try {
                    threads.execute(this::sendAgain);
                } catch (RuntimeException | Error e) {
                    giveUp(failure == null ? noThread(e) : failure);
                }
            } else {
                try {
                    answer(chosen, reply, failure);
                } finally {
                    goOn();
                }
            }
        }

        private void goOn() {
            if (alone || !line.goesOn(false)) {
                return;
            }
            try {
                startSender();
            } catch (RuntimeException | Error e) {
                abandon(noThread(e));
            }
        }

        /** In a thread of this class, which may wait for another server or a new connection. */
        private void sendAgain() {
            if (steps == null) {
                runSender();
            } else {
                call(steps);
                goOn();
            }
        }

        private void giveUp(Throwable failure) {
            if (steps != null) {
                answer(steps, null, failure);
            }
            if (!alone) {
                abandon(failure);
            }
        }
    }

    /** Why there is no thread: this was closed, or there is no memory for one. */
    private Throwable noThread(Throwable e) {
        return e instanceof RejectedExecutionException ? RedisLink.hasBeenClosed(link.endpoint()) : e;
    }

    /** Then a thread can send the command again: to another server, with the script's text, or over a new connection. */
    private static boolean hasRunNothing(Throwable failure, boolean written) {
        return failure instanceof RedisReplyException reply && reply.hasRunNothing()
                || !written && failure instanceof BackendUnavailableException lost && !lost.maybeApplied();
    }
}
