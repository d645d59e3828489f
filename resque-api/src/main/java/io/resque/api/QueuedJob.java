package io.resque.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A job in a queue, or in the record of the worker that runs it. A value that the payload does not hold, or that cannot be
 * read, is empty; {@link #raw} is always there. Immutable. Two jobs are equal if queue and bytes are equal.
 *
 * @param queue the queue
 * @param jobClass the class in the payload
 * @param args the arguments, JSON values
 * @param id the job's id, see {@link JobContext#id}
 * @param token the token under which a status of the job is stored: the id, with {@code <prefix>_} before it if the payload
 *     has a prefix; empty if the payload has no id
 * @param metadata the other members of the payload, within the bounds of {@link JobContext#metadata}
 * @param queuedAt when the job was enqueued, see {@link JobContext#queuedAt}
 * @param language the language of the program that enqueued it, as far as the payload shows it
 * @param raw the bytes of the payload
 */
public record QueuedJob(
        String queue,
        String jobClass,
        List<@Nullable Object> args,
        Optional<String> id,
        Optional<String> token,
        Map<String, @Nullable Object> metadata,
        Optional<Instant> queuedAt,
        Language language,
        byte[] raw) {
    /**
     * Copies the list, the map and the bytes.
     *
     * @param queue the queue
     * @param jobClass the class in the payload
     * @param args the arguments
     * @param id the job's id
     * @param token the token of the job's status
     * @param metadata the other members of the payload
     * @param queuedAt when the job was enqueued
     * @param language the language of the program that enqueued it
     * @param raw the bytes of the payload
     */
    public QueuedJob {
        Objects.requireNonNull(queue, "queue");
        args = Collections.unmodifiableList(new ArrayList<>(args));
        metadata = JobSpec.copy(metadata);
        raw = raw.clone();
    }

    /**
     * The class by which people know the job: that of a job that another system has wrapped, otherwise {@code jobClass}.
     *
     * @return see {@link InnerClass}
     */
    public String innerClass() {
        return InnerClass.of(jobClass, args);
    }

    /**
     * A short text that only these bytes have, for a link or a form that must name this job.
     *
     * @return 32 hexadecimal digits
     */
    public String digest() {
        return Digest.of(raw);
    }

    /**
     * The bytes of the payload.
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

    /** Leaves out the arguments: they may hold secrets. */
    @Override
    public String toString() {
        return "QueuedJob[" + jobClass + " of " + queue + ", " + raw.length + " bytes]";
    }
}
