package io.resque.core.internal.settings;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Texts by their names, without blanks around them; an empty one, or null, counts as none. Immutable. */
final class Texts {
    private final Map<String, @Nullable String> all;

    Texts(Map<String, ? extends @Nullable String> all) {
        this.all = new HashMap<>(all); // which takes a null, as maps of other libraries hold for what is not set
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(all.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }

    Set<String> names() {
        return all.keySet();
    }
}
