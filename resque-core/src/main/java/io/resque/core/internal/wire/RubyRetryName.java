package io.resque.core.internal.wire;

import io.resque.api.RetryKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How Ruby's resque-retry names a job in its keys: by its class, and by the SHA-1 of its arguments joined as text, unless that text is empty.
 *
 * <pre>
 * My_Job                                              args []
 * My_Job:356a192b7913b04c54574d18c28d46e6395428ab     args [1]
 * </pre>
 */
public final class RubyRetryName {
    /** As Ruby's {@code \s}. */
    private static final Pattern BLANKS = Pattern.compile("[ \\t\\r\\n\\f\\x0B]");

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{40}|");

    /** No class of Ruby has a longer name. */
    private static final int LONGEST_CLASS = 500;

    private RubyRetryName() {}

    /** The digest of the arguments of a payload; empty if their text is, null if the job has no name there. */
    public static @Nullable String digest(Map<?, ?> payload, RetryKeys keys) {
        if (keys == RetryKeys.NONE
                || !(payload.get("class") instanceof String jobClass)
                || jobClass.length() > LONGEST_CLASS
                || ActiveJobHash.isWrapper(jobClass)) { // it counts in its own hash, and each run has another one
            return null;
        }
        String text = new RubyText(keys == RetryKeys.RUBY_3_4).joined(ArgumentList.of(payload.get("args")), "-");
        return text.isEmpty() ? "" : sha1(text);
    }

    /** The name of a job of this class. */
    public static String of(String jobClass, String digest) {
        String shown = BLANKS.matcher(jobClass).replaceAll("");
        return digest.isEmpty() ? shown : shown + ":" + digest;
    }

    /** Any program may have written a digest: with another text, a key of somebody else would be removed. */
    static @Nullable String checked(@Nullable Object digest) {
        return digest instanceof String text && DIGEST.matcher(text).matches() ? text : null;
    }

    private static String sha1(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-1", e);
        }
    }
}
