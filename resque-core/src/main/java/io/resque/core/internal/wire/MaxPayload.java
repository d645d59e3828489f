package io.resque.core.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * The largest payloads, in bytes.
 *
 * @param enqueued that are enqueued here
 * @param worked that are read here
 */
public record MaxPayload(long enqueued, long worked) {
    private static final long MOST = 16 << 20;

    /** Of a payload, its bytes, its text, its tree and those of a failure record may be in memory at once. */
    private static final int COPIES = 16;

    /** As told; where nobody tells, the heap of a producer says nothing about that of a worker. */
    public static MaxPayload of(@Nullable Long told) {
        long heap = Runtime.getRuntime().maxMemory() / COPIES;
        return told == null
                ? new MaxPayload(MOST, Math.max(OversizePayload.SMALL, Math.min(MOST, heap)))
                : new MaxPayload(told, told);
    }

    /** How much is read at once of what may hold such a payload: a failure record has more than that. */
    public long page() {
        return worked + (1 << 20);
    }
}
