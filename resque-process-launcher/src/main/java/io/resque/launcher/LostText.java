package io.resque.launcher;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Text that reached this process as bytes which the locale does not know. Java puts U+FFFD in their place without a word,
 * and what was typed is lost.
 */
final class LostText {
    private static final char LOST = '\uFFFD';

    private LostText() {}

    /**
     * Refuses a value that is not what was given.
     *
     * @param variable its name; null for an argument
     */
    static void refuse(@Nullable String variable, String value) {
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

    /** Whether the character itself was given. */
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
            return false; // not known here, so rather not
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
