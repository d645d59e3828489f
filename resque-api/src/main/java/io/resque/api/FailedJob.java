package io.resque.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure record, of whichever language, as it stood in its list at one moment. What the record does not hold, or what
 * cannot be read, is empty; {@link #raw} is always there. Immutable. Two are equal if they are of the same bytes at the
 * same place.
 *
 * @param list name of the list it stands in: {@code failed}, or {@code mail_failed} for that of the queue {@code mail}
 * @param index its position from 0 at the oldest; -1 if it is not known, as in a {@link FailureSink}
 * @param failedAtText when it failed, as it stands in the record
 * @param failedAt the same as an instant; empty where its time zone is not sure: Ruby and the older php-resque write
 *     abbreviations, of which only {@code UTC} and {@code GMT} say which zone they mean
 * @param queue the queue the job came from
 * @param jobClass the class in its payload
 * @param args its arguments, JSON values
 * @param id its id, as of {@link JobContext#id}
 * @param token what its status goes by, if it was tracked: the id, after its prefix if it has one
 * @param exception class of what was thrown, in whatever language
 * @param error the message
 * @param backtrace the stack
 * @param worker id of the worker that ran it
 * @param retriedAt when it was last retried, as it stands in the record; empty if it never was
 * @param raw the record's own bytes
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
        String exception,
        String error,
        List<String> backtrace,
        String worker,
        Optional<String> retriedAt,
        byte[] raw) {
    /**
     * Copies lists and bytes.
     *
     * @param list name of its list
     * @param index its position
     * @param failedAtText when it failed, as it stands
     * @param failedAt the same as an instant
     * @param queue its queue
     * @param jobClass its class
     * @param args its arguments
     * @param id its id
     * @param token what its status goes by
     * @param exception class of what was thrown
     * @param error the message
     * @param backtrace the stack
     * @param worker id of the worker
     * @param retriedAt when it was last retried
     * @param raw the record's own bytes
     */
    public FailedJob {
        Objects.requireNonNull(list, "list");
        args = Collections.unmodifiableList(new ArrayList<>(args));
        backtrace = List.copyOf(backtrace);
        raw = raw.clone();
    }

    /**
     * The record's own bytes.
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

    /** Without arguments and message, which may not belong in a log. */
    @Override
    public String toString() {
        return "FailedJob[" + list + "[" + index + "], " + jobClass + " of " + queue + ", " + exception + "]";
    }
}
