package io.resque.core.internal.settings;

import io.resque.core.internal.support.Spelling;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that somebody meant. */
final class SettingNames {
    private SettingNames() {}

    static String nearest(String name, Collection<String> known) {
        String plain = plain(name);
        return known.stream()
                .min(Comparator.<String>comparingInt(each -> Spelling.distance(plain, plain(each)))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /** Without what only the spelling of another place adds: {@code resque.deadAfter}, {@code RESQUE_DEAD_AFTER}. */
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT)
                .replaceFirst("^resque[._-]", "")
                .replaceFirst("^worker[._-]", "")
                .replaceAll("[^a-z0-9]", "");
    }
}
