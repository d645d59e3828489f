package io.resque.core.internal.settings;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Texts by their names, without blanks around them; an empty one counts as none. Immutable. */
final class Texts {
    private final Map<String, String> all;

    Texts(Map<String, String> all) {
        this.all = Map.copyOf(all);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(all.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    Set<String> names() {
        return all.keySet();
    }
}
