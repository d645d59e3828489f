package io.resque.backend.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one worker asks of {@code step.lua}: to settle a job, to reserve the next, or both. */
final class Step {
    /** Higher than that of any step before it of the same worker. */
    final long number;

    /** From which queues to reserve; null to reserve nothing. */
    final @Nullable EncodedSubscription queues;

    /** What to do besides: whether only while the record stands, and the effects; as the head of the script describes it. */
    final byte[] what;

    final List<byte[]> keys;
    final List<byte[]> args;

    /** The bytes of its keys and arguments. */
    final long bytes;

    /**
     * The cost for Redis, in bytes: the keys and arguments, and {@link StepLine#COMMAND} for each command. The subscription is not a
     * part of it, since the steps of a call share it. The arguments of effects count twice if this step reserves: a failure record holds
     * the job that has ended, and the next job is probably as large. A step with such arguments counts two thirds more, as it was measured.
     */
    final long cost;

    final CompletableFuture<StepReply> answer = new CompletableFuture<>();

    /**
     * One step.
     *
     * @param args token, number, worker id, number of the job to settle; then the arguments that stand behind {@link #what}
     * @param commands which this step makes, besides the commands that steps share
     */
    Step(
            long number,
            @Nullable EncodedSubscription queues,
            byte[] what,
            List<byte[]> keys,
            List<byte[]> args,
            int commands) {
        this.number = number;
        this.queues = queues;
        this.what = what;
        this.keys = keys;
        this.args = args;
        this.bytes = bytes(keys) + bytes(args);
        long effects = bytes(args.subList(StepRequest.BEFORE_WHAT, args.size()));
        long base = bytes + (queues == null ? 0 : effects) + (StepLine.COMMANDS + commands) * StepLine.COMMAND;
        this.cost = effects == 0 ? base : base * 5 / 3;
    }

    static long bytes(List<byte[]> words) {
        long bytes = 0;
        for (byte[] word : words) {
            bytes += word.length;
        }
        return bytes;
    }
}
