package io.resque.backend.redis;

import io.resque.api.BackendException;
import io.resque.api.BackendUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the steps of many workers in one script call. Where few are under way, a step goes at once and by itself; else it
 * stands in line for two senders that send all there are, in turn: while one call is in Redis, the other is being made or
 * read. So a call costs what one worker's would, and no step waits for company. A sender is a thread of this class, or just
 * the call under way if the client has threads of its own. Thread-safe, and fair.
 */
final class Steps implements AutoCloseable {
    /** So many go each by itself, which is faster for few. */
    private static final int ALONE = 2;

    private static final int SENDERS = 2;

    private static final Duration UNUSED = Duration.ofSeconds(10);

    /** A step takes Redis 4 to 10 µs; for longer than a millisecond it shall not be kept from others. */
    private static final int MOST = 64;

    /** Of payloads that are taken, and of what is sent: Redis takes 4 µs for a KiB. */
    private static final int MOST_BYTES = 200_000;

    private static final byte[][] PING = {Keys.bytes("PING")};

    private final RedisLink link;
    private final List<byte[]> sharedKeys;
    private final ThreadPoolExecutor threads;
    private final Object lock = new Object();
    private final Deque<Step> line = new ArrayDeque<>();
    private int unanswered;
    private int senders;
    private boolean coming;

    Steps(RedisLink link, Keys keys) {
        this.link = link;
        this.sharedKeys = StepRequest.sharedKeys(keys);
        this.threads = new ThreadPoolExecutor(
                SENDERS, SENDERS, UNUSED.toSeconds(), TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    // Whoever needs it first may be a job or a request: nothing of that is for this thread.
                    Thread thread = new Thread(null, task, "resque-steps", 0, false);
                    thread.setContextClassLoader(Steps.class.getClassLoader());
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Sends a step. May block until it was made, or return before. */
    void make(Step step) {
        boolean alone;
        boolean needsSender = false;
        synchronized (lock) {
            alone = senders == 0 && unanswered < ALONE;
            unanswered++;
            if (!alone) {
                line.addLast(step);
                needsSender = senders < SENDERS && !coming;
                if (needsSender) {
                    senders++;
                    coming = true;
                }
            }
        }
        if (alone) {
            makeAlone(List.of(step));
        } else if (needsSender) {
            try {
                startOrQueue();
            } catch (RuntimeException | Error e) { // closed, or no memory for a thread
                sendLine();
            }
        }
    }

    private void makeAlone(List<Step> one) {
        try {
            Call call = new Call(one);
            if (!link.start(call, call)) {
                send(one);
            }
        } catch (RuntimeException | Error e) { // no memory for a call
            answer(one, null, e);
        }
    }

    private void startOrQueue() {
        if (!startLine()) {
            threads.execute(this::sendLine);
        }
    }

    private boolean startLine() {
        Call call = new Call(null);
        return link.start(call, call);
    }

    /** Blocks until the step was made, whatever the thread's interrupts say. What is thrown may be thrown in others as well. */
    List<?> await(Step step) {
        make(step);
        try {
            return step.answer.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) e.getCause();
        }
    }

    private void sendLine() {
        try {
            do {
                if (startLine()) {
                    return;
                }
                List<Step> together = company();
                if (together.isEmpty()) {
                    return;
                }
                send(together);
            } while (hasMore(true)); // another who is coming must be woken first
        } catch (RuntimeException | Error e) { // no memory for the list
            leave(e);
        }
    }

    /** Those who go in one call; none if the line is empty, and the thread is done. */
    private List<Step> company() {
        List<Step> together = new ArrayList<>(MOST);
        int size = 0;
        synchronized (lock) {
            coming = false;
            while (together.size() < MOST && !line.isEmpty()) {
                size += line.getFirst().size;
                if (size > MOST_BYTES && !together.isEmpty()) {
                    break;
                }
                together.add(line.removeFirst());
            }
            if (together.isEmpty()) {
                senders--;
            }
        }
        return together;
    }

    private void leave(Throwable failure) {
        List<Step> left;
        synchronized (lock) {
            coming = false;
            senders--;
            left = List.copyOf(line);
            line.clear();
            unanswered -= left.size();
        }
        left.forEach(step -> step.answer.completeExceptionally(failure));
    }

    private void send(List<Step> together) {
        Object reply = null;
        Throwable failure = null;
        try {
            reply = request(together).run(link);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        answer(together, reply, failure);
    }

    private void answer(List<Step> together, @Nullable Object reply, @Nullable Throwable refused) {
        List<List<?>> answers = List.of();
        Throwable failure = refused;
        int made = together.size();
        try {
            if (failure == null) {
                answers = StepRequest.answers(reply);
            }
            while (failure == null && made > 1 && StepRequest.isLeftForLater(answers.get(made - 1))) {
                made--;
            }
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        synchronized (lock) {
            unanswered -= made;
            for (int i = together.size() - 1; i >= made; i--) {
                line.addFirst(together.get(i));
            }
        }
        for (int i = 0; i < made; i++) {
            CompletableFuture<List<?>> answer = together.get(i).answer;
            Throwable thrown = failure == null ? trouble(answers.get(i)) : failure;
            if (thrown == null) {
                answer.complete(answers.get(i));
            } else {
                answer.completeExceptionally(thrown);
            }
        }
    }

    private @Nullable RedisReplyException trouble(List<?> answer) {
        String wrong = StepRequest.whatIsWrong(answer);
        return wrong == null ? null : new RedisReplyException(link.endpoint(), wrong);
    }

    private StepRequest request(List<Step> together) {
        return new StepRequest(sharedKeys, together, MOST_BYTES);
    }

    @Override
    public void close() {
        threads.shutdown();
    }

    /** Whether nothing is in line or under way, and no thread is about to look. For tests. */
    boolean isIdle() {
        synchronized (lock) {
            return senders == 0 && unanswered == 0;
        }
    }

    /** The command for a reserve that waits at the server, and does nothing there unless it finds a job. */
    byte[][] ahead(Step step) {
        return new StepRequest(sharedKeys, List.of(step), StepRequest.ONLY_IF_THERE_IS_A_JOB).command();
    }

    /** What such a step was answered with. */
    List<?> answer(@Nullable Object reply) {
        List<?> answer = StepRequest.answers(reply).get(0);
        RedisReplyException trouble = trouble(answer);
        if (trouble != null) {
            throw trouble;
        }
        return answer;
    }

    /** One that the client makes in threads of its own: it asks late who goes in it, and must not be kept waiting. */
    private final class Call implements Supplier<byte[][]>, BiConsumer<@Nullable Object, @Nullable Throwable> {
        private final boolean alone;
        private @Nullable List<Step> together;
        private boolean written;
        private boolean over;

        /** For these, or for the line if none are given. */
        Call(@Nullable List<Step> together) {
            this.alone = together != null;
            this.together = together;
        }

        @Override
        public synchronized byte[][] get() {
            if (over) {
                return PING; // given up for its time just now
            }
            written = true;
            List<Step> who = together == null ? company() : together;
            together = who;
            return who.isEmpty() ? PING : request(who).command();
        }

        @Override
        public void accept(@Nullable Object reply, @Nullable Throwable failure) {
            List<Step> who;
            boolean wasWritten;
            synchronized (this) {
                over = true;
                who = together;
                wasWritten = written;
            }
            if (who != null && who.isEmpty()) {
                return; // as company() has said, this sender is done
            }
            if (who == null || failure != null && hasRunNothing(failure, wasWritten)) {
                try {
                    threads.execute(this::make);
                } catch (RuntimeException | Error e) {
                    end(failure == null ? noThread(e) : failure);
                }
            } else {
                try {
                    answer(who, reply, failure);
                } finally {
                    goOn();
                }
            }
        }

        private void goOn() {
            if (alone || !hasMore(false)) {
                return;
            }
            try {
                startOrQueue();
            } catch (RuntimeException | Error e) {
                leave(noThread(e));
            }
        }

        /** In a thread of ours, which can be led to another server or connect anew. */
        private void make() {
            if (together == null) {
                sendLine();
            } else {
                send(together);
                goOn();
            }
        }

        private void end(Throwable failure) {
            if (together != null) {
                answer(together, null, failure);
            }
            if (!alone) {
                leave(failure);
            }
        }
    }

    /** What to tell those who had no thread to be sent by: it was closed, or there is no memory for one. */
    private Throwable noThread(Throwable e) {
        return e instanceof RejectedExecutionException
                ? new BackendException("The connection to Redis at " + link.endpoint() + " has been closed")
                : e;
    }

    /** And so it can be made again by one who waits: that is led to another server, brings the script, or connects anew. */
    private static boolean hasRunNothing(Throwable failure, boolean written) {
        return failure instanceof RedisReplyException reply && reply.hasRunNothing()
                || !written && failure instanceof BackendUnavailableException lost && !lost.maybeApplied();
    }

    /** Whether a sender goes on, or ends. */
    private boolean hasMore(boolean evenIfAnotherIsComing) {
        synchronized (lock) {
            boolean more = !line.isEmpty() && (evenIfAnotherIsComing || !coming);
            if (more) {
                coming = true;
            } else {
                senders--;
            }
            return more;
        }
    }
}
