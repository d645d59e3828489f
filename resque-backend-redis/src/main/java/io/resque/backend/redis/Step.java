package io.resque.backend.redis;

import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What one worker asks of {@code step.lua}, and the thread that waits for the answer. */
final class Step {
    /** Of the worker: its token, the step's number, its id. */
    final List<byte[]> head;

    /** From which queues to reserve; null to reserve nothing. */
    final @Nullable QueueBytes queues;

    final List<byte[]> keys;
    final List<byte[]> args;

    /** How much there is to be sent, about. */
    final int size;

    private final Thread thread = Thread.currentThread();
    private volatile boolean leads;
    private volatile @Nullable Object answer;

    Step(List<byte[]> head, @Nullable QueueBytes queues, List<byte[]> keys, List<byte[]> args) {
        this.head = head;
        this.queues = queues;
        this.keys = keys;
        this.args = args;
        int bytes = 0;
        for (byte[] arg : args) {
            bytes += arg.length;
        }
        this.size = bytes;
    }

    /**
     * Waits for the answer or the lead, whatever the thread's interrupts say: what was sent must not be left without its
     * answer.
     *
     * @return whether this thread is to lead
     */
    boolean awaitLead() {
        boolean interrupted = false;
        while (answer == null && !leads) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return answer == null;
    }

    void lead() {
        leads = true;
        LockSupport.unpark(thread);
    }

    /** A reply, or what was thrown instead. */
    void answer(Object given) {
        answer = given;
        if (thread != Thread.currentThread()) {
            LockSupport.unpark(thread);
        }
    }

    List<?> reply() {
        Object given = answer;
        if (given instanceof RuntimeException e) {
            throw e;
        }
        if (given instanceof Error e) {
            throw e;
        }
        return Replies.list(given);
    }
}
