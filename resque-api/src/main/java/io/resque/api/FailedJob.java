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
 * A failure record, written by a worker of any language, as it stood in its list when it was read. A value that the record
 * does not hold, or that cannot be read, is empty; {@link #raw} is always there. Immutable. Two records are equal if list,
 * index and bytes are equal.
 *
 * @param list name of its list: {@code failed}, or {@code mail_failed} if it is the list of the queue {@code mail}
 * @param index its position in the list, from 0 at the oldest; -1 if unknown, as in a {@link FailureSink}
 * @param failedAtText the time of the failure, as the record spells it
 * @param failedAt the same as an instant; empty if the text cannot be read, or names a time zone by an ambiguous
 *     abbreviation such as {@code CST}
 * @param queue the queue the job came from
 * @param jobClass the class in the job's payload
 * @param args the job's arguments, JSON values
 * @param id the job's id, see {@link JobContext#id}
 * @param token the token under which a status of the job is stored: the id, with {@code <prefix>_} before it if the payload
 *     has a prefix; empty if the payload has no id
 * @param metadata the other members of the payload, within the bounds of {@link JobContext#metadata}
 * @param queuedAt when the job was enqueued, see {@link JobContext#queuedAt}
 * @param attempt how many runs of the job had failed before this one, see {@link Retry}; 0 if the record does not tell
 * @param previous how the last of these failed, with at most 500 characters of its message; empty if none did
 * @param exception class of the exception, as the worker's language names it
 * @param error message of the exception
 * @param backtrace stack trace of the exception
 * @param worker id of the worker that ran the job
 * @param retriedAtText the time of the last retry, as the record spells it; empty if the failure was never retried
 * @param raw the bytes of the record
 */
public record FailedJob(
        String list,
        long index,
        String failedAtText,
        Optional<Instant> failedAt,
        String queue,
        String jobClass,
        List<@Nullable Object> args,
        Optional<String> id,
        Optional<String> token,
        Map<String, @Nullable Object> metadata,
        Optional<Instant> queuedAt,
        int attempt,
        Optional<JobFailure> previous,
        String exception,
        String error,
        List<String> backtrace,
        String worker,
        Optional<String> retriedAtText,
        byte[] raw) {
    /**
     * Copies the lists, the map and the bytes.
     *
     * @param list name of its list
     * @param index its position in the list
     * @param failedAtText the time of the failure, as text
     * @param failedAt the same as an instant
     * @param queue the queue the job came from
     * @param jobClass the class in the job's payload
     * @param args the job's arguments
     * @param id the job's id
     * @param token the token of the job's status
     * @param metadata the other members of the payload
     * @param queuedAt when the job was enqueued
     * @param attempt how many runs had failed before
     * @param previous how the last of these failed
     * @param exception class of the exception
     * @param error message of the exception
     * @param backtrace stack trace of the exception
     * @param worker id of the worker
     * @param retriedAtText the time of the last retry, as text
     * @param raw the bytes of the record
     */
    public FailedJob {
        Objects.requireNonNull(list, "list");
        args = Collections.unmodifiableList(new ArrayList<>(args));
        metadata = JobSpec.copy(metadata);
        backtrace = List.copyOf(backtrace);
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
     * The bytes of the record.
     *
     * @return a copy
     */
    @Override
    public byte[] raw() {
        return raw.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FailedJob that
                && index == that.index
                && list.equals(that.list)
                && Arrays.equals(raw, that.raw);
    }

    @Override
    public int hashCode() {
        return Objects.hash(list, index, Arrays.hashCode(raw));
    }

    /** Leaves out the arguments and the message: they may hold secrets. */
    @Override
    public String toString() {
        return "FailedJob[" + list + "[" + index + "], " + jobClass + " of " + queue + ", " + exception + "]";
    }
}
