package io.resque.core.internal.settings;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the name that somebody meant. */
final class SettingNames {
    private SettingNames() {}

    static String nearest(String name, Collection<String> known) {
        String plain = plain(name);
        return known.stream()
                .min(Comparator.<String>comparingInt(each -> distance(plain, plain(each)))
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

    /** By Levenshtein: how many letters must be changed. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
