package io.resque.web.internal.pages;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What buttons have done, until the next page tells it. The address holds a random name in place of the sentence, since otherwise a link
 * could make a page say anything. Thread-safe.
 */
final class Notices {
    private static final int MOST = 200;

    private final Map<String, String> kept = new LinkedHashMap<>();

    synchronized String keep(String sentence) {
        String name = UUID.randomUUID().toString();
        kept.put(name, sentence);
        if (kept.size() > MOST) {
            kept.remove(kept.keySet().iterator().next());
        }
        return name;
    }

    synchronized Optional<String> take(String name) {
        return Optional.ofNullable(kept.remove(name));
    }
}
