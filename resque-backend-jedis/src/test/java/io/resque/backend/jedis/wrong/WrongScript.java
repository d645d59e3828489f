package io.resque.backend.jedis.wrong;

import io.resque.backend.redis.RedisBackend;
import io.resque.backend.redis.RedisLink;
import io.resque.backend.redis.RedisReplyException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Sends a script with some of its text replaced; fails where that text does not stand in it any more. */
final class WrongScript implements MutatedLink.Around {
    private final byte[] sha;
    private final byte[] source;
    private final byte[] wrong;

    WrongScript(String script, String... replacements) {
        String own = resource(script + ".lua");
        String right =
                resource("common.lua") + (own.startsWith("-- with records.lua") ? resource("records.lua") : "") + own;
        String changed = right;
        for (int i = 0; i < replacements.length; i += 2) {
            if (!changed.contains(replacements[i])) {
                throw new IllegalArgumentException(script + ".lua has no longer " + replacements[i]);
            }
            changed = changed.replace(replacements[i], replacements[i + 1]);
        }
        source = right.getBytes(StandardCharsets.UTF_8);
        wrong = changed.getBytes(StandardCharsets.UTF_8);
        sha = sha1(source).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Object call(RedisLink real, byte[]... command) {
        if (Arrays.equals(command[1], sha)) {
            throw new RedisReplyException(real.endpoint(), "NOSCRIPT told by the mutation, so that the text is sent");
        }
        if (Arrays.equals(command[1], source)) {
            byte[][] changed = command.clone();
            changed[1] = wrong;
            return real.call(changed);
        }
        return real.call(command);
    }

    private static String sha1(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream in = RedisBackend.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("There is no " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
