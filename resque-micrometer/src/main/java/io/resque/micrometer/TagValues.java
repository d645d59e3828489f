package io.resque.micrometer;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The values that a tag can take: the first ones that come, up to a number; all others are one. Thread-safe. */
final class TagValues {
    static final String OTHER = "other";

    /** Names may have any length. */
    static final int LONGEST = 200;

    /** Some registries refuse a tag without a value. */
    private static final String EMPTY = "none";

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final int most;

    TagValues(int most) {
        this.most = most;
    }

    /** These are known whatever comes. */
    TagValues(int most, Collection<String> always) {
        this(most + always.size());
        always.forEach(value -> known.add(shown(value)));
    }

    /** The value, or {@link #OTHER} if there are too many. */
    String of(String value) {
        String shown = shown(value);
        if (known.contains(shown)) {
            return shown;
        }
        synchronized (known) {
            return known.contains(shown) || known.size() < most && known.add(shown) ? shown : OTHER;
        }
    }

    /** The value if it is known already. */
    String ifKnown(String value) {
        String shown = shown(value);
        return known.contains(shown) ? shown : OTHER;
    }

    private static String shown(String value) {
        if (value.isBlank()) {
            return EMPTY;
        }
        if (value.length() <= LONGEST) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return value.substring(0, end) + "…";
    }
}
