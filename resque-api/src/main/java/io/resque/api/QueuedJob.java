package io.resque.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands in a queue, or in the record of the worker that runs it. What its payload does not hold, or what
 * cannot be read, is empty; {@link #raw} is always there. Immutable. Two are equal if they are of the same bytes in the
 * same queue.
 *
 * @param queue the queue
 * @param jobClass the class in its payload
 * @param args its arguments, JSON values
 * @param id its id, as of {@link JobContext#id}
 * @param token what its status goes by, if it is tracked: the id, after its prefix if it has one
 * @param raw the payload's own bytes
 */
public record QueuedJob(
        String queue,
        String jobClass,
        List<@Nullable Object> args,
        Optional<String> id,
        Optional<String> token,
        byte[] raw) {
    /**
     * Copies list and bytes.
     *
     * @param queue the queue
     * @param jobClass the class in its payload
     * @param args its arguments
     * @param id its id
     * @param token what its status goes by
     * @param raw the payload's own bytes
     */
    public QueuedJob {
        Objects.requireNonNull(queue, "queue");
        args = Collections.unmodifiableList(new ArrayList<>(args));
        raw = raw.clone();
    }

    /**
     * The payload's own bytes.
     *
     * @return a copy
     */
    @Override
    public byte[] raw() {
        return raw.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof QueuedJob that && queue.equals(that.queue) && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Objects.hash(queue, Arrays.hashCode(raw));
    }

    /** Without arguments, which may not belong in a log. */
    @Override
    public String toString() {
        return "QueuedJob[" + jobClass + " of " + queue + ", " + raw.length + " bytes]";
    }
}
