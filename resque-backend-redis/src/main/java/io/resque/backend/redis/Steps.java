package io.resque.backend.redis;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the steps of many workers in one script call. A thread that finds few others under way sends its own at once; else
 * it stands in line, and whoever comes back from Redis lets the first in line go with all that stand behind it. So a call
 * costs what one worker's would, and nobody waits for company. Thread-safe, and fair.
 */
final class Steps {
    /** So many go each by itself, which is faster for few. */
    private static final int ALONE = 8;

    /** Where there are more: while one call is in Redis, the other is being made or read. */
    private static final int CALLS = 2;

    /** A step takes Redis 4 to 10 µs; for longer than a millisecond it shall not be kept from others. */
    private static final int MOST = 64;

    /** Of payloads that are taken, and of what is sent: Redis takes 4 µs for a KiB. */
    private static final int MOST_BYTES = 200_000;

    private static final int LEFT_FOR_LATER = -3;
    private static final int WRONG = -2;
    private static final byte[] LIMIT = Keys.bytes(MOST_BYTES);
    private static final int BEFORE_WHAT = 4;

    private final RedisLink link;
    private final List<byte[]> sharedKeys;
    private final Object lock = new Object();
    private final Deque<Step> line = new ArrayDeque<>();
    private int calls;
    private int inside;

    Steps(RedisLink link, Keys keys) {
        this.link = link;
        this.sharedKeys = List.of(
                keys.workers,
                keys.pause,
                keys.stat("processed"),
                keys.stat("failed"),
                keys.failedQueues,
                keys.sessions);
    }

    /** Blocks until the step was made. What is thrown may be thrown in other threads as well. */
    List<?> make(Step step) {
        if (goesAtOnce(step) || step.awaitLead()) {
            goWith(step);
        }
        return step.reply();
    }

    private boolean goesAtOnce(Step step) {
        synchronized (lock) {
            inside++;
            if (calls < CALLS || calls < ALONE && inside <= ALONE) {
                calls++;
                return true;
            }
            line.addLast(step);
            return false;
        }
    }

    private void goWith(Step first) {
        List<Step> together = new ArrayList<>();
        together.add(first);
        List<List<?>> answers = List.of();
        Throwable failure = null;
        int made = 1;
        try {
            addCompany(together);
            answers = answers(Replies.list(call(together)));
            made = together.size();
            while (made > 1 && code(answers.get(made - 1)) == LEFT_FOR_LATER) {
                made--;
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            made = together.size();
        }
        leave(together.subList(made, together.size()), made);
        for (int i = 0; i < made; i++) {
            together.get(i).answer(failure == null ? checked(answers.get(i)) : failure);
        }
    }

    private void addCompany(List<Step> together) {
        int size = together.get(0).size;
        synchronized (lock) {
            while (together.size() < MOST && !line.isEmpty() && size + line.getFirst().size <= MOST_BYTES) {
                Step next = line.removeFirst();
                size += next.size;
                together.add(next);
            }
        }
    }

    /** The next call is under way before those of this one are woken. */
    private void leave(List<Step> again, int made) {
        Step next;
        synchronized (lock) {
            for (int i = again.size() - 1; i >= 0; i--) {
                line.addFirst(again.get(i));
            }
            inside -= made;
            next = line.pollFirst();
            if (next == null) {
                calls--;
            }
        }
        if (next != null) {
            next.lead();
        }
    }

    /** For each step the seconds, and what it is answered with. */
    private static List<List<?>> answers(List<?> reply) {
        List<List<?>> answers = new ArrayList<>();
        for (int at = 1; at < reply.size(); ) {
            int code = (int) Replies.number(reply.get(at));
            int more = code >= RedisSession.TAKEN || code == WRONG ? 1 : code == RedisSession.HELD ? 4 : 0;
            List<Object> answer = new ArrayList<>(2 + more);
            answer.add(reply.get(0));
            answer.addAll(reply.subList(at, at + 1 + more));
            answers.add(answer);
            at += 1 + more;
        }
        return answers;
    }

    private static int code(List<?> answer) {
        return (int) Replies.number(answer.get(1));
    }

    private Object checked(List<?> answer) {
        return code(answer) == WRONG ? new RedisReplyException(link.endpoint(), Replies.text(answer.get(2))) : answer;
    }

    private @Nullable Object call(List<Step> together) {
        List<QueueBytes> subscriptions = new ArrayList<>(1);
        List<byte[]> keys = new ArrayList<>(16 + 2 * together.size());
        List<byte[]> args = new ArrayList<>(16 + 5 * together.size());
        keys.addAll(sharedKeys);
        byte[][] which = new byte[together.size()][];
        for (int i = 0; i < which.length; i++) {
            Step step = together.get(i);
            which[i] = step.what.clone();
            which[i][0] += (byte) indexIn(subscriptions, step.queues);
        }
        args.add(LIMIT);
        args.add(Keys.bytes(subscriptions.size()));
        for (QueueBytes queues : subscriptions) {
            keys.addAll(queues.keys);
            args.addAll(queues.args);
        }
        for (int i = 0; i < which.length; i++) {
            Step step = together.get(i);
            keys.addAll(step.keys);
            args.addAll(step.args.subList(0, BEFORE_WHAT));
            args.add(which[i]);
            args.addAll(step.args.subList(BEFORE_WHAT, step.args.size()));
        }
        return Script.STEP.run(link, keys, args);
    }

    /** Counted from 1, as Lua does; 0 for none. */
    private static int indexIn(List<QueueBytes> subscriptions, @Nullable QueueBytes queues) {
        if (queues == null) {
            return 0;
        }
        for (int i = 0; i < subscriptions.size(); i++) {
            if (subscriptions.get(i).isSameAs(queues)) {
                return i + 1;
            }
        }
        subscriptions.add(queues);
        return subscriptions.size();
    }
}
