package io.resque.core.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * The largest payloads, in bytes.
 *
 * @param enqueued for jobs that are enqueued here
 * @param worked for jobs that are worked here
 */
public record MaxPayload(long enqueued, long worked) {
    private static final long MOST = 16 << 20;

    /** The bytes, the text and the tree of a payload, and those of its failure record, may be in memory at once. */
    private static final int COPIES = 16;

    /**
     * As the user chose. By default only the limit of a worker depends on the heap: that of a producer says nothing about the heap
     * of a worker.
     */
    public static MaxPayload of(@Nullable Long told) {
        long heap = Runtime.getRuntime().maxMemory() / COPIES;
        return told == null
                ? new MaxPayload(MOST, Math.max(OversizePayload.SMALL, Math.min(MOST, heap)))
                : new MaxPayload(told, told);
    }

    /** How many bytes are read at once where such payloads may be: a failure record is larger than its payload. */
    public long page() {
        return worked + (1 << 20);
    }
}
