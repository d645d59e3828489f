package io.resque.backend.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of {@code step.lua} for one step or many, as its head describes it, and how to read what it answers. */
final class StepRequest {
    /** In the place of a limit, for a single step. */
    static final int ONLY_IF_THERE_IS_A_JOB = 0;

    private static final int LEFT_FOR_LATER = -3;
    private static final int WRONG = -2;
    private static final int BEFORE_WHAT = 4;

    private final List<byte[]> keys;
    private final List<byte[]> args;

    /** For these steps, of which those behind are left for later once so many bytes of payloads were taken. */
    StepRequest(List<byte[]> sharedKeys, List<Step> together, int limit) {
        keys = new ArrayList<>(16 + 2 * together.size());
        args = new ArrayList<>(16 + 5 * together.size());
        keys.addAll(sharedKeys);
        List<QueueBytes> subscriptions = new ArrayList<>(1);
        byte[][] which = new byte[together.size()][];
        for (int i = 0; i < which.length; i++) {
            Step step = together.get(i);
            which[i] = step.what.clone();
            which[i][0] += (byte) indexIn(subscriptions, step.queues);
        }
        args.add(Keys.bytes(limit));
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
    }

    /** The keys that all steps need, made once. */
    static List<byte[]> sharedKeys(Keys keys) {
        return List.of(
                keys.pause,
                keys.stat("processed"),
                keys.stat("failed"),
                keys.failedQueues,
                keys.sessions,
                keys.oversize);
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

    @Nullable
    Object run(RedisLink link) {
        return Script.STEP.run(link, keys, args);
    }

    byte[][] command() {
        return Script.STEP.command(keys, args);
    }

    /** For each step the seconds, and what it is answered with. */
    static List<List<?>> answers(@Nullable Object whole) {
        List<?> reply = Replies.list(whole);
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

    static boolean isLeftForLater(List<?> answer) {
        return code(answer) == LEFT_FOR_LATER;
    }

    /** Null if the step was made. */
    static @Nullable String whatIsWrong(List<?> answer) {
        return code(answer) == WRONG ? Replies.text(answer.get(2)) : null;
    }

    private static int code(List<?> answer) {
        return (int) Replies.number(answer.get(1));
    }
}
