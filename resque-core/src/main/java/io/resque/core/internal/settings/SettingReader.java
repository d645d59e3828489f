package io.resque.core.internal.settings;

import io.resque.api.ConfigurationException;
import io.resque.api.FailureListLayout;
import io.resque.api.RetryKeys;
import io.resque.api.SchedulerMode;
import io.resque.api.spi.JsonRules;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Hands settings that were given as text to a builder, which names each key that it has. Each error names the key or variable, its
 * text, and the way out. Not thread-safe.
 */
public final class SettingReader {
    private static final Map<String, FailureListLayout> LISTS = Map.of(
            "common", FailureListLayout.COMMON, "by-queue", FailureListLayout.BY_QUEUE, "both", FailureListLayout.BOTH);

    /** In the words of Ruby's workers. */
    private static final Map<String, FailureListLayout> BACKENDS =
            Map.of("redis", FailureListLayout.COMMON, "redis_multi_queue", FailureListLayout.BY_QUEUE);

    private static final Map<String, SchedulerMode> MODES =
            Map.of("beside", SchedulerMode.BESIDE, "share", SchedulerMode.SHARE, "replace", SchedulerMode.REPLACE);

    private static final Map<String, RetryKeys> RETRY_KEYS =
            Map.of("ruby-3.3", RetryKeys.RUBY_3_3, "ruby-3.4", RetryKeys.RUBY_3_4, "none", RetryKeys.NONE);

    private final Texts given;
    private final boolean isEnvironment;
    private final TreeSet<String> known = new TreeSet<>();

    private SettingReader(Texts given, boolean isEnvironment) {
        this.given = given;
        this.isEnvironment = isEnvironment;
    }

    /** For texts by their keys. */
    public static SettingReader ofKeys(Map<String, String> settings) {
        return new SettingReader(new Texts(settings), false);
    }

    /** Reads environment variables: the ones in {@link SettingVariables}, and the ones that say where Redis is. */
    public static SettingReader ofEnvironment(Map<String, String> variables) {
        return new SettingReader(new Texts(variables), true);
    }

    /** The variable of each key. */
    public static Map<String, String> variables() {
        return SettingVariables.names();
    }

    /** The keys that the builder has named. */
    public List<String> known() {
        return List.copyOf(known);
    }

    /** To be called last: refuses the first key that the builder did not name. */
    public void refuseUnknown(String hint) {
        for (String name : isEnvironment ? new TreeSet<String>() : new TreeSet<>(given.names())) {
            if (!known.contains(name)) {
                throw new ConfigurationException("There is no setting \"" + JsonRules.forLog(name)
                        + "\"; the nearest one is \"" + SettingNames.nearest(name, known) + "\"" + hint);
            }
        }
    }

    /** The text of a key, of whatever type. */
    private Optional<String> text(String key) {
        return value(key).map(SettingValue::text);
    }

    public void text(String key, Consumer<String> set) {
        read(key, SettingValue::text, set);
    }

    /** The text of a key as another type, which {@code of} makes once. */
    public <T> Optional<T> value(String key, Function<String, T> of) {
        return value(key).map(value -> meant(value, () -> of.apply(value.text())));
    }

    /** The URL of Redis, which an environment can spell in several ways. */
    public void url(String key, Consumer<String> set) {
        if (isEnvironment) {
            known.add(key);
            new RedisVariables(given).url().ifPresent(set);
        } else {
            text(key).ifPresent(set); // an error about it must not show it: a password can stand in it
        }
    }

    public void namespace(String key, Consumer<String> set) {
        if (isEnvironment) {
            known.add(key);
            new RedisVariables(given).prefix().ifPresent(set);
        } else {
            text(key, set);
        }
    }

    /** The name of an adapter and its URL, which must be given together. */
    public void nameAndUrl(
            String nameKey, String nameExample, String urlKey, String urlExample, BiConsumer<String, String> set) {
        Optional<String> name = text(nameKey);
        Optional<String> url = text(urlKey);
        if (name.isPresent() && url.isPresent()) {
            set.accept(name.get(), url.get());
        } else if (name.isPresent() || url.isPresent()) {
            String there = spelled(name.isPresent() ? nameKey : urlKey);
            String absent = spelled(name.isPresent() ? urlKey : nameKey);
            throw new ConfigurationException(there + " is set, but " + absent + " is not; set both or none, such as "
                    + spelled(nameKey) + "=" + nameExample + " and " + spelled(urlKey) + "=" + urlExample);
        }
    }

    public void isTrue(String key, Consumer<Boolean> set) {
        read(key, SettingValue::isTrue, set);
    }

    public void number(String key, int least, int most, IntConsumer set) {
        read(key, value -> (int) value.number(least, most), set::accept);
    }

    public void number(String key, LongConsumer set) {
        read(key, value -> value.number(1, 1_000_000_000_000L), set::accept);
    }

    public void duration(String key, Consumer<Duration> set) {
        long most = isEnvironment ? SettingVariables.of(key).most() : 0;
        read(
                key,
                value -> most == 0
                        ? value.duration()
                        : Duration.ofSeconds(
                                value.number(SettingVariables.of(key).least(), most)),
                set);
    }

    public void bytes(String key, LongConsumer set) {
        long most = isEnvironment ? SettingVariables.of(key).most() : 0;
        read(
                key,
                value -> most == 0
                        ? value.bytes()
                        : value.number(SettingVariables.of(key).least(), most),
                set::accept);
    }

    public void failureLists(String key, Consumer<FailureListLayout> set) {
        read(
                key,
                value -> isEnvironment
                        ? value.choice(BACKENDS, "redis or redis_multi_queue")
                        : value.choice(LISTS, "common, by-queue or both"),
                set);
    }

    public void schedulerMode(String key, Consumer<SchedulerMode> set) {
        read(key, value -> value.choice(MODES, "beside, share or replace"), set);
    }

    public void retryKeys(String key, Consumer<RetryKeys> set) {
        read(key, value -> value.choice(RETRY_KEYS, "ruby-3.3, ruby-3.4 or none"), set);
    }

    /** Whether a key has the first of two words. */
    public void isFirst(String key, String first, String second, Consumer<Boolean> set) {
        read(key, value -> value.choice(Map.of(first, true, second, false), first + " or " + second), set);
    }

    /** Those of some further settings that are given. */
    public Map<String, String> others(Iterable<String> keys) {
        Map<String, String> others = new LinkedHashMap<>();
        keys.forEach(key -> value(key).ifPresent(value -> others.put(key, value.text())));
        return others;
    }

    private Optional<SettingValue> value(String key) {
        known.add(key);
        String name = spelled(key);
        return given.get(name).map(text -> new SettingValue(name, text));
    }

    private String spelled(String key) {
        return isEnvironment ? SettingVariables.of(key).name() : key;
    }

    private <T> void read(String key, Function<SettingValue, T> meaning, Consumer<T> set) {
        value(key).ifPresent(value -> {
            T read = meaning.apply(value);
            meant(value, () -> {
                set.accept(read);
                return read;
            });
        });
    }

    private static <T> T meant(SettingValue value, Supplier<T> builder) {
        try {
            return builder.get();
        } catch (IllegalArgumentException | ConfigurationException e) { // the builder does not know the key
            throw value.refused("; " + e.getMessage());
        }
    }
}
