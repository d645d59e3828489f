package io.resque.activejob.codec;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Ruby hash: a map with texts as keys, which knows which of them are symbols in Ruby, so that it is written as it was read. Unmodifiable.
 * It is equal to each other map with the same entries.
 */
public final class RubyHash extends AbstractMap<String, @Nullable Object> {
    /** The kinds of keys. */
    public enum Keys {
        /** All are strings. */
        STRING,
        /** All are symbols. */
        SYMBOL,
        /** Some are strings, and some are symbols. */
        MIXED,
        /** Symbols, in a hash that Ruby takes for the keyword arguments of a method if it is the last argument. */
        KEYWORDS,
        /** A {@code HashWithIndifferentAccess}, which takes strings and symbols for the same key. */
        INDIFFERENT
    }

    private final Map<String, @Nullable Object> entries;
    private final Set<String> symbolKeys;
    private final Keys keys;

    private RubyHash(Map<String, ? extends @Nullable Object> entries, Set<String> symbolKeys, Keys keys) {
        this.entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        this.symbolKeys = Collections.unmodifiableSet(new LinkedHashSet<>(symbolKeys));
        this.keys = keys;
    }

    /**
     * A hash with keys of one kind.
     *
     * @param keys the kind, not {@link Keys#MIXED}
     * @param entries the entries, in their order
     * @return the hash
     */
    public static RubyHash of(Keys keys, Map<String, ? extends @Nullable Object> entries) {
        boolean symbols = keys == Keys.SYMBOL || keys == Keys.KEYWORDS;
        return new RubyHash(entries, symbols ? entries.keySet() : Set.of(), keys);
    }

    /**
     * The kind of the keys.
     *
     * @return the kind; an empty hash has {@link Keys#STRING}, {@link Keys#KEYWORDS} or {@link Keys#INDIFFERENT}
     */
    public Keys keys() {
        return keys;
    }

    /**
     * The keys that are symbols in Ruby.
     *
     * @return the keys; unmodifiable
     */
    public Set<String> symbolKeys() {
        return symbolKeys;
    }

    @Override
    public Set<Entry<String, @Nullable Object>> entrySet() {
        return entries.entrySet();
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return entries.containsKey(key);
    }

    @Override
    public @Nullable Object get(@Nullable Object key) {
        return entries.get(key);
    }
}
