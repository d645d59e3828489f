package io.resque.core.internal.wire;

import io.resque.api.InvalidJobException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The member of a payload that says how far the runs of the job before have come.
 *
 * <pre>
 * {"class":"Import","args":["file"],"java_checkpoint":{"line":4000}}
 * </pre>
 *
 * <p>A job of Rails' ActiveJob has it as the member {@code continuation} of its hash, where Rails looks for it.
 */
public final class CheckpointShape {
    static final String MEMBER = "java_checkpoint";

    /** Of the JSON of a checkpoint. */
    static final int MAX_BYTES = 8_192;

    private CheckpointShape() {}

    static @Nullable Object read(Map<?, ?> payload) {
        ActiveJobHash job = ActiveJobHash.of(payload);
        return job == null ? payload.get(MEMBER) : job.continuation();
    }

    /**
     * The payload with this checkpoint, and all other members as they are.
     *
     * @param cursor a JSON tree; null for none
     * @throws InvalidJobException if its JSON is too large
     */
    public static Map<String, @Nullable Object> with(Map<?, ?> payload, @Nullable Object cursor) {
        if (Metadata.value(cursor, MAX_BYTES) > MAX_BYTES) {
            throw new InvalidJobException("The checkpoint has more than " + MAX_BYTES
                    + " bytes of JSON; keep the data elsewhere, and a key to it in the checkpoint");
        }
        ActiveJobHash job = ActiveJobHash.of(payload);
        if (job != null) {
            return job.with(payload, cursor);
        }
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        payload.forEach((name, value) -> tree.put((String) name, value));
        tree.remove(MEMBER);
        if (cursor != null) {
            tree.put(MEMBER, cursor);
        }
        return tree;
    }

    /** The payload without what its runs have added; the same object if they have added nothing. */
    static Map<?, ?> withoutRuns(Map<?, ?> payload) {
        ActiveJobHash job = ActiveJobHash.of(payload);
        if (job != null && job.continuation() != null) {
            return job.withoutRuns(payload);
        }
        if (!payload.containsKey(MEMBER) && !payload.containsKey(RetryShape.MEMBER)) {
            return payload;
        }
        Map<String, @Nullable Object> tree = with(payload, null);
        tree.remove(RetryShape.MEMBER);
        return tree;
    }
}
