package io.resque.launcher.internal.process;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Text that reached this process as bytes that Java could not decode by the locale. Java puts U+FFFD in their place and reports
 * nothing, so that the text is lost.
 */
public final class UndecodableText {
    private static final char LOST = '\uFFFD';

    private UndecodableText() {}

    /**
     * Refuses a value that is not the text which was given to the process.
     *
     * @param variable its name; null for an argument
     * @throws ConfigurationException naming the variable or the argument
     */
    public static void refuse(@Nullable String variable, String value) {
        if (value.indexOf(LOST) < 0 || isWhole(variable, value)) {
            return;
        }
        String encoding = System.getProperty("sun.jnu.encoding", "");
        String what = variable == null ? "The argument \"" + value.replaceAll("://.*@", "://***@") + "\"" : variable;
        throw new ConfigurationException(what
                + (encoding.equals("UTF-8")
                        ? " holds bytes that are not UTF-8; give it in UTF-8"
                        : " cannot be read: the locale's encoding is " + encoding
                                + "; set LC_ALL to a UTF-8 locale, such as C.UTF-8 or one that locale -a lists"));
    }

    /** Whether the value was given in this form, with the character U+FFFD in it. */
    private static boolean isWhole(@Nullable String variable, String value) {
        String entry = variable == null ? value : variable + "=" + value;
        try {
            byte[] given = Files.readAllBytes(Path.of("/proc/self", variable == null ? "cmdline" : "environ"));
            String all =
                    StandardCharsets.ISO_8859_1.decode(ByteBuffer.wrap(given)).toString();
            for (String each : all.split("\0")) {
                byte[] bytes = each.getBytes(StandardCharsets.ISO_8859_1);
                if (entry.equals(strictly(bytes))) {
                    return true;
                }
            }
            return false;
        } catch (IOException | RuntimeException e) {
            return false; // unknown, so it counts as lost
        }
    }

    private static @Nullable String strictly(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
