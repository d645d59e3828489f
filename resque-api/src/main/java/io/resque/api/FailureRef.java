package io.resque.api;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names one failure record, for a link or a form: its list, where it stood there, and a digest of its bytes. {@code FailedJobs.find} finds the
 * record again, also if it has moved in its list; a record that has changed meanwhile, since it was retried, is not found. Immutable.
 *
 * @param list name of the list
 * @param index where the record stood, from 0 at the oldest
 * @param digest 32 hexadecimal digits
 */
public record FailureRef(String list, long index, String digest) {
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,18})-([0-9a-f]{32})-(.+)", Pattern.DOTALL);

    /**
     * Refuses null.
     *
     * @param list name of the list
     * @param index where the record stood
     * @param digest 32 hexadecimal digits
     */
    public FailureRef {
        Objects.requireNonNull(list, "list");
        Objects.requireNonNull(digest, "digest");
    }

    /**
     * Names a failure.
     *
     * @param failure as it was listed
     * @return its reference
     * @throws IllegalArgumentException if the failure has no index
     */
    public static FailureRef of(FailedJob failure) {
        if (failure.index() < 0) {
            throw new IllegalArgumentException(
                    failure + " was not read from a list, so it has no reference; take it from FailedJobs");
        }
        return new FailureRef(failure.list(), failure.index(), Digest.of(failure.raw()));
    }

    /**
     * Reads what {@link #toString} has written.
     *
     * @param text the text
     * @return the reference
     * @throws IllegalArgumentException if the text is none
     */
    public static FailureRef parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "This names no failure; it must be an index, a digest and a list, as FailureRef.toString writes them");
        }
        return new FailureRef(parts.group(3), Long.parseLong(parts.group(1)), parts.group(2));
    }

    /**
     * The digest of the bytes of a record.
     *
     * @param raw the bytes
     * @return 32 hexadecimal digits
     */
    public static String digest(byte[] raw) {
        return Digest.of(raw);
    }

    /** The text that {@link #parse} reads: index, digest and list, with {@code -} between them. */
    @Override
    public String toString() {
        return index + "-" + digest + "-" + list;
    }
}
