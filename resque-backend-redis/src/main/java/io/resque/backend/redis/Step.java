package io.resque.backend.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one worker asks of {@code step.lua}. */
final class Step {
    /** Which no step of this worker had before. */
    final long number;

    /** From which queues to reserve; null to reserve nothing. */
    final @Nullable QueueBytes queues;

    /** What else there is to be done: counters, a status, how many failures; as the head of the script has it. */
    final byte[] what;

    final List<byte[]> keys;
    final List<byte[]> args;

    /** How much there is to be sent, about. */
    final int size;

    /** What the script answers it with, the seconds first. */
    final CompletableFuture<List<?>> answer = new CompletableFuture<>();

    /**
     * One step.
     *
     * @param args token, number, worker id, number of the job to settle; then what stands behind {@link #what}
     */
    Step(long number, @Nullable QueueBytes queues, byte[] what, List<byte[]> keys, List<byte[]> args) {
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
