package io.resque.web.internal.http;

import io.resque.api.ConfigurationException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The users of a password file, each a line {@code name:iterations:salt:hash}, with salt and hash in Base64. The hash is one of
 * PBKDF2 with HMAC-SHA-256. Thread-safe.
 */
public final class Login {
    /** As OWASP asks for. */
    private static final int ITERATIONS = 600_000;

    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;

    private record Entry(int iterations, byte[] salt, byte[] hash) {}

    private final Map<String, Entry> users;

    /** Somebody who is none of the users must wait as long as a user with a wrong password. */
    private final Entry nobody;

    /** Each request has the password, and to test it anew takes a tenth of a second. */
    private final Map<String, byte[]> tested = new ConcurrentHashMap<>();

    private final byte[] key = random(32);

    private Login(Map<String, Entry> users) {
        this.users = users;
        int most = users.values().stream().mapToInt(Entry::iterations).max().orElseThrow();
        this.nobody = new Entry(most, new byte[SALT_BYTES], new byte[HASH_BITS / 8]);
    }

    /** Reads a file; refuses one without users, and one that cannot be read. */
    public static Login of(Path file) {
        Map<String, Entry> users = new HashMap<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    String[] parts = line.strip().split(":", -1);
                    users.put(parts[0], entry(file, number, parts));
                }
            }
        } catch (IOException e) {
            throw new ConfigurationException("The password file " + file + " cannot be read: " + e, e);
        }
        if (users.isEmpty()) {
            throw new ConfigurationException(
                    "The password file " + file
                            + " has no user; write a line for each: name:iterations:salt:hash, which resque web --add-user prints");
        }
        return new Login(users);
    }

    private static Entry entry(Path file, int number, String[] parts) {
        try {
            Base64.Decoder base64 = Base64.getDecoder();
            Entry entry = new Entry(Integer.parseInt(parts[1]), base64.decode(parts[2]), base64.decode(parts[3]));
            if (parts.length == 4
                    && entry.iterations > 0
                    && entry.salt.length > 0
                    && entry.hash.length == HASH_BITS / 8) {
                return entry;
            }
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
            // Told below, without the line: it may be a password.
        }
        throw new ConfigurationException("Line " + number + " of the password file " + file
                + " cannot be read; it must be name:iterations:salt:hash, which resque web --add-user prints");
    }

    /** The line of a user. */
    public static String line(String name, char[] password) {
        return line(name, password, ITERATIONS);
    }

    static String line(String name, char[] password, int iterations) {
        if (name.isEmpty() || name.contains(":") || name.startsWith("#") || !name.equals(name.strip())) {
            throw new ConfigurationException(
                    "The name of a user must have no colon, no # before it, and no blanks around it");
        }
        byte[] salt = random(SALT_BYTES);
        Base64.Encoder base64 = Base64.getEncoder();
        return name + ":" + iterations + ":" + base64.encodeToString(salt) + ":"
                + base64.encodeToString(hash(password, salt, iterations));
    }

    /** The user of an {@code Authorization} header; empty if name or password is wrong. */
    Optional<String> user(String authorization) {
        if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return Optional.empty();
        }
        String[] parts;
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(authorization.substring(6).strip());
            parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return parts.length == 2 && isRight(parts[0], parts[1]) ? Optional.of(parts[0]) : Optional.empty();
    }

    private boolean isRight(String name, String password) {
        byte[] now = mac(password);
        if (MessageDigest.isEqual(now, tested.getOrDefault(name, new byte[0]))) {
            return true;
        }
        boolean right = isHashRight(users.getOrDefault(name, nobody), password);
        if (right) {
            tested.put(name, now);
        }
        return right;
    }

    /** One after another: somebody who guesses keeps one processor busy, and not all. */
    private synchronized boolean isHashRight(Entry entry, String password) {
        byte[] hash = hash(password.toCharArray(), entry.salt, entry.iterations);
        return MessageDigest.isEqual(hash, entry.hash) && entry != nobody;
    }

    private byte[] mac(String password) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(password.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // each JDK has it
        }
    }

    private static byte[] hash(char[] password, byte[] salt, int iterations) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password, salt, iterations, HASH_BITS))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e); // each JDK has it
        }
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
