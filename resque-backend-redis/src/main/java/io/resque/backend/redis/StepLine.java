package io.resque.backend.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The steps that wait to be sent, and how many senders there are to send them. It has no thread and calls nobody:
 * {@link StepBatcher} drives it. Thread-safe.
 *
 * <p>A sender is a thread or a call under way. It {@link #take takes} steps off the line and sends them in one call. When
 * the reply is there, it {@link #answered returns} what Redis left for later, and asks whether it {@link #goesOn}.
 *
 * <p>While no thread is in a method:
 *
 * <ul>
 *   <li>Where the line is not empty, there is a sender.
 *   <li>Where {@code coming} is set, a sender is on its way: it has yet to take, and will find every step that is in the line.
 *   <li>The unanswered steps are those in the line and those in calls.
 * </ul>
 */
final class StepLine {
    /** While one call is in Redis, the other one is made or read. */
    static final int SENDERS = 2;

    /** So many steps are each sent in a call of its own, which is faster for few. */
    static final int ALONE = 2;

    /** A step takes Redis 4 to 10 µs, and no call should keep other clients waiting for more than a millisecond. */
    static final int MOST_STEPS = 64;

    /** The bytes that are sent, and those of the payloads that are taken, together. Redis takes 4 µs for a KiB, and on a slow machine 8. */
    static final int MOST_BYTES = 200_000;

    /** So many bytes take Redis as long as a command: about 1 µs. */
    static final int COMMAND = 256;

    /** A step without effects takes Redis as long as so many commands. */
    static final int COMMANDS = 5;

    /** How a step is sent. */
    enum Place {
        /** In a call of its own, which the caller makes. */
        ALONE,
        /** By a sender that is there. */
        IN_LINE,
        /** By a sender that the caller must start. */
        NEEDS_SENDER
    }

    private final Deque<Step> line = new ArrayDeque<>();
    private int inCalls;
    private int senders;
    private boolean coming;

    synchronized Place enter(Step step) {
        if (senders == 0 && inCalls < ALONE) {
            inCalls++;
            return Place.ALONE;
        }
        line.addLast(step);
        boolean needsSender = senders < SENDERS && !coming;
        if (needsSender) {
            senders++;
            coming = true;
        }
        assert holds() : this;
        return needsSender ? Place.NEEDS_SENDER : Place.IN_LINE;
    }

    /** The steps for the next call of a sender, in their order. If there are none, the sender has ended. */
    synchronized List<Step> take() {
        List<Step> taken = new ArrayList<>(Math.min(line.size(), MOST_STEPS));
        List<EncodedSubscription> subscriptions = new ArrayList<>(1);
        coming = false;
        long cost = 0;
        while (taken.size() < MOST_STEPS && !line.isEmpty()) {
            Step next = line.getFirst();
            cost += next.cost + StepRequest.bytesIfNew(subscriptions, next.queues);
            if (cost > MOST_BYTES && !taken.isEmpty()) {
                break;
            }
            taken.add(line.removeFirst());
        }
        inCalls += taken.size();
        if (taken.isEmpty()) {
            senders--;
        }
        assert holds() : this;
        return taken;
    }

    /** A call is over. The first so many of its steps have an answer; the others go back to the head of the line. */
    synchronized void answered(List<Step> sent, int answered) {
        inCalls -= sent.size();
        for (int i = sent.size() - 1; i >= answered; i--) {
            line.addFirst(sent.get(i));
        }
        assert holds() : this;
    }

    /** Whether a sender, after a call, must take again. If not, it has ended. */
    synchronized boolean goesOn(boolean evenIfAnotherIsComing) {
        boolean more = !line.isEmpty() && (evenIfAnotherIsComing || !coming);
        if (more) {
            coming = true;
        } else {
            senders--;
        }
        assert holds() : this;
        return more;
    }

    /** Ends a sender that cannot send. Nobody would send the steps in the line now: the caller must answer them. */
    synchronized List<Step> abandon() {
        coming = false;
        senders--;
        List<Step> left = List.copyOf(line);
        line.clear();
        assert holds() : this;
        return left;
    }

    /** Whether no step is unanswered and no sender is about to look. */
    synchronized boolean isIdle() {
        return senders == 0 && unanswered() == 0;
    }

    /** For tests. */
    synchronized int inLine() {
        return line.size();
    }

    synchronized int unanswered() {
        return line.size() + inCalls;
    }

    /** For tests. */
    synchronized int senders() {
        return senders;
    }

    /** For tests. */
    synchronized boolean isComing() {
        return coming;
    }

    private boolean holds() {
        return senders >= 0
                && senders <= SENDERS
                && inCalls >= 0
                && (line.isEmpty() || senders > 0)
                && (!coming || senders > 0);
    }

    @Override
    public synchronized String toString() {
        return "line " + line.stream().map(step -> step.number).toList() + ", in calls " + inCalls + ", senders "
                + senders + (coming ? ", one is coming" : "");
    }
}
