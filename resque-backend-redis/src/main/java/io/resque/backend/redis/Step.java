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

    /** What to do besides: counters, a status, how many failures; as the head of the script describes it. */
    final byte[] what;

    final List<byte[]> keys;
    final List<byte[]> args;

    /** The bytes of the arguments. */
    final int size;

    final CompletableFuture<StepReply> answer = new CompletableFuture<>();

    /**
     * One step.
     *
     * @param args token, number, worker id, number of the job to settle; then the arguments that stand behind {@link #what}
     */
    Step(long number, @Nullable EncodedSubscription queues, byte[] what, List<byte[]> keys, List<byte[]> args) {
        this.number = number;
        this.queues = queues;
        this.what = what;
        this.keys = keys;
        this.args = args;
        int bytes = 0;
        for (byte[] arg : args) {
            bytes += arg.length;
        }
        this.size = bytes;
    }
}
