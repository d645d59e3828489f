package io.resque.api.spi;

import io.resque.api.Unique;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The locks that a unique job needs, and the owner under which it has them. Its text stands in the payload, as the member {@link #MEMBER},
 * so that whoever takes the payload away can free the locks without knowing the class of the job. The text has no character
 * that JSON escapes or that separates words, so a backend finds it without reading JSON.
 *
 * <pre>
 * "java_lock":"5b0c…;d3600:java:lock:until_done:mail:Welcome-8d2f…"
 * </pre>
 *
 * @param owner 8 to 64 letters and digits of ASCII, no other job has them
 * @param locks the locks; at least one
 */
public record LockClaim(String owner, List<Lock> locks) {
    /** The name of the member. */
    public static final String MEMBER = "java_lock";

    private static final Pattern OWNER = Pattern.compile("[A-Za-z0-9]{8,64}");
    private static final Pattern LOCK = Pattern.compile("([a-z])([0-9]{1,10})(?:\\+([0-9]{1,10}))?:([!-~]+)");
    private static final String NAME = "\"" + MEMBER + "\"";
    private static final Pattern IN_PAYLOAD = Pattern.compile(NAME + "\\s*:\\s*\"([^\"\\\\]+)\"");

    /**
     * The letter that stands for a kind in a text.
     *
     * @param kind when a lock keeps other jobs away
     * @return {@code q}, {@code r} or {@code d}
     */
    public static char letter(Unique.Kind kind) {
        return switch (kind) {
            case WHILE_QUEUED -> 'q';
            case WHILE_RUNNING -> 'r';
            case UNTIL_DONE -> 'd';
        };
    }

    /**
     * The kind for which a letter stands.
     *
     * @param letter the letter
     * @return empty for any other letter
     */
    public static Optional<Unique.Kind> kind(char letter) {
        return switch (letter) {
            case 'q' -> Optional.of(Unique.Kind.WHILE_QUEUED);
            case 'r' -> Optional.of(Unique.Kind.WHILE_RUNNING);
            case 'd' -> Optional.of(Unique.Kind.UNTIL_DONE);
            default -> Optional.empty();
        };
    }

    /**
     * One lock.
     *
     * @param kind when it keeps other jobs away
     * @param key its name in the backend, without a namespace; begins with one of {@link #PREFIXES}
     * @param seconds how long it stands if nobody frees or renews it; at least 1
     * @param delay after how many seconds a job tries again whose run it has refused; 0 if such a job is dropped
     */
    public record Lock(Unique.Kind kind, String key, long seconds, long delay) {
        /**
         * What the keys of locks begin with. A backend touches no other key because of a claim. The first is ours; the others are those of plugins of other
         * libraries, whose jobs such a lock keeps away, too.
         */
        public static final List<String> PREFIXES = List.of(
                "java:lock:", "lock:", "loner:lock:", "lonely_job:", "workerslock:", "loners:queue:", "solo:queue:");

        /**
         * Those of the {@link #PREFIXES} whose plugins accept no other value than {@code 1}. A backend notes the owner elsewhere.
         */
        public static final List<String> WITHOUT_OWNER = List.of("loners:queue:", "solo:queue:");

        /**
         * Whether the key is that of a plugin of another library. No delayed job holds such a lock: the scheduler of that library would
         * drop the job, since it found the lock held when it moved it.
         *
         * @return false for a lock of ours
         */
        public boolean isOfPlugin() {
            return !key.startsWith(PREFIXES.get(0));
        }

        /**
         * Refuses what cannot be a lock.
         *
         * @param kind when it keeps other jobs away
         * @param key its name
         * @param seconds how long it stands
         * @param delay after how many seconds a refused job tries again
         * @throws IllegalArgumentException if the key does not begin as it must, or a number is out of its bounds
         */
        public Lock {
            Objects.requireNonNull(kind, "kind");
            if (PREFIXES.stream().noneMatch(prefix -> key.startsWith(prefix) && key.length() > prefix.length())) {
                throw new IllegalArgumentException(
                        "The key of a lock must begin with one of " + PREFIXES + ", was \"" + key + "\"");
            }
            if (seconds < 1 || delay < 0) {
                throw new IllegalArgumentException(
                        "A lock must stand for a second at least, and its delay must not be negative, were " + seconds
                                + " and " + delay);
            }
        }
    }

    /**
     * Copies the list.
     *
     * @param owner letters and digits
     * @param locks the locks
     * @throws IllegalArgumentException if the owner has other characters, or there is no lock
     */
    public LockClaim {
        locks = List.copyOf(locks);
        if (!OWNER.matcher(owner).matches() || locks.isEmpty()) {
            throw new IllegalArgumentException(
                    "A claim needs a lock, and an owner of 8 to 64 letters and digits, was \"" + owner + "\" with "
                            + locks.size() + " locks");
        }
    }

    /**
     * The text, as it stands in a payload.
     *
     * @return printable ASCII without quote, backslash, blank, comma and slash
     */
    public String text() {
        StringBuilder text = new StringBuilder(owner);
        for (Lock lock : locks) {
            text.append(';').append(letter(lock.kind)).append(lock.seconds);
            if (lock.delay > 0) {
                text.append('+').append(lock.delay);
            }
            text.append(':');
            for (byte each : lock.key.getBytes(StandardCharsets.UTF_8)) {
                boolean isPlain = each >= '0' && each <= '9'
                        || each >= 'A' && each <= 'Z'
                        || each >= 'a' && each <= 'z'
                        || each == ':'
                        || each == '_'
                        || each == '-'
                        || each == '.';
                text.append(isPlain ? String.valueOf((char) each) : String.format(Locale.ROOT, "%%%02X", each));
            }
        }
        return text.toString();
    }

    /**
     * Reads such a text. Any program can have written it.
     *
     * @param text the text
     * @return empty if it is no claim, or one of its locks has a key that no lock has
     */
    public static Optional<LockClaim> parse(String text) {
        String[] parts = text.split(";", -1);
        List<Lock> locks = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            Matcher lock = LOCK.matcher(parts[i]);
            Optional<Unique.Kind> kind = lock.matches() ? kind(lock.group(1).charAt(0)) : Optional.empty();
            if (kind.isEmpty()) {
                return Optional.empty();
            }
            try {
                long delay = lock.group(3) == null ? 0 : Long.parseLong(lock.group(3));
                locks.add(new Lock(kind.get(), decoded(lock.group(4)), Long.parseLong(lock.group(2)), delay));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
        return OWNER.matcher(parts[0]).matches() && !locks.isEmpty()
                ? Optional.of(new LockClaim(parts[0], locks))
                : Optional.empty();
    }

    /**
     * Finds the claim of a payload, without reading its JSON.
     *
     * @param payload a payload, or a delayed item
     * @return empty if there is none
     */
    public static Optional<LockClaim> of(Payload payload) {
        String text = new String(payload.toBytes(), StandardCharsets.ISO_8859_1);
        int at = text.lastIndexOf(NAME);
        if (at < 0) {
            return Optional.empty();
        }
        Matcher member = IN_PAYLOAD.matcher(text).region(at, text.length());
        return member.lookingAt() ? parse(member.group(1)) : Optional.empty();
    }

    private static String decoded(String key) {
        if (key.indexOf('%') < 0) {
            return key;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) == '%' && i + 2 < key.length()) {
                bytes.write(Integer.parseInt(key.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                bytes.write(key.charAt(i));
            }
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
