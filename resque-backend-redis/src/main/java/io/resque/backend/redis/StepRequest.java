package io.resque.backend.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call of {@code step.lua} for one step or many, with keys and arguments as the head of the script describes them. */
final class StepRequest {
    /** In the place of the limit in bytes, for a single step. */
    static final int ONLY_IF_THERE_IS_A_JOB = 0;

    /** So many arguments of a step stand before {@link Step#what}. */
    static final int BEFORE_WHAT = 4;

    private final List<byte[]> keys;
    private final List<byte[]> args;

    /** For these steps. Once so many bytes of payloads are taken, Redis leaves the steps behind for later. */
    StepRequest(List<byte[]> sharedKeys, List<Step> steps, int limit) {
        keys = new ArrayList<>(16 + 2 * steps.size());
        args = new ArrayList<>(16 + 5 * steps.size());
        keys.addAll(sharedKeys);
        List<EncodedSubscription> subscriptions = new ArrayList<>(1);
        byte[][] what = new byte[steps.size()][];
        for (int i = 0; i < what.length; i++) {
            Step step = steps.get(i);
            what[i] = step.what.clone();
            what[i][0] += (byte) indexIn(subscriptions, step.queues);
        }
        args.add(Keys.bytes(limit));
        args.add(Keys.bytes(subscriptions.size()));
        for (EncodedSubscription queues : subscriptions) {
            keys.addAll(queues.keys);
            args.addAll(queues.args);
        }
        for (int i = 0; i < what.length; i++) {
            Step step = steps.get(i);
            keys.addAll(step.keys);
            args.addAll(step.args.subList(0, BEFORE_WHAT));
            args.add(what[i]);
            args.addAll(step.args.subList(BEFORE_WHAT, step.args.size()));
        }
    }

    /** The keys that all steps need. */
    static List<byte[]> sharedKeys(Keys keys) {
        return List.of(
                keys.pause,
                keys.processed,
                keys.failed,
                keys.failedQueues,
                keys.sessions,
                keys.oversize,
                keys.pausedQueues);
    }

    /** Counted from 1, as in Lua; 0 for no subscription. One that is not among them is added. */
    private static int indexIn(List<EncodedSubscription> subscriptions, @Nullable EncodedSubscription queues) {
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

    /** The bytes of a subscription that is not among those of the call, and is one of them from now on; otherwise 0. */
    static long bytesIfNew(List<EncodedSubscription> subscriptions, @Nullable EncodedSubscription queues) {
        int before = subscriptions.size();
        return queues != null && indexIn(subscriptions, queues) > before ? queues.bytes : 0;
    }

    @Nullable
    Object run(RedisLink link) {
        return Script.STEP.run(link, keys, args);
    }

    byte[][] command() {
        return Script.STEP.command(keys, args);
    }
}
