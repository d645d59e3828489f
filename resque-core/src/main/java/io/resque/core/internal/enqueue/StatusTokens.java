package io.resque.core.internal.enqueue;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes tokens as php-resque's are: 32 lower-case hexadecimal digits, but hard to guess. */
final class StatusTokens {
    private final SecureRandom random = new SecureRandom();

    String next() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
