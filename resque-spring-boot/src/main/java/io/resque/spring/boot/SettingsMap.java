package io.resque.spring.boot;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects settings as text; leaves out what is null. */
final class SettingsMap {
    private final Map<String, String> settings = new LinkedHashMap<>();

    SettingsMap put(String key, @Nullable Object value) {
        if (value != null) {
            settings.put(key, value.toString());
        }
        return this;
    }

    Map<String, String> toMap() {
        return settings;
    }
}
