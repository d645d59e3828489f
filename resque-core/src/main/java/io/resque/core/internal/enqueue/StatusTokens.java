package io.resque.core.internal.wire;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes tokens as php-resque's are: 32 lower-case hexadecimal digits, but hard to guess. */
public final class StatusTokens {
    private final SecureRandom random = new SecureRandom();

    public String next() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
