package io.resque.activejob.codec;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Ruby hash: a map with texts as keys, which knows which of them are symbols in Ruby, so that it is written as it was read. Unmodifiable,
 * in the order of its entries. It is equal to each other map with the same entries, whatever their kinds of keys are.
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
        /** Keyword arguments: a hash that Ruby takes for the keywords of a method if it is the last argument. */
        KEYWORDS,
        /** A {@code HashWithIndifferentAccess}, which takes a string and a symbol for the same key. */
        INDIFFERENT
    }

    private final Map<String, @Nullable Object> entries;
    private final Set<String> symbolKeys;
    private final Keys keys;

    /** Takes the map and the set over: nobody else can change them from now on. */
    private RubyHash(Map<String, ? extends @Nullable Object> entries, Set<String> symbolKeys, Keys keys) {
        this.entries = Collections.unmodifiableMap(entries);
        this.symbolKeys = Collections.unmodifiableSet(symbolKeys);
        this.keys = keys;
    }

    /**
     * A hash whose keys are all of one kind.
     *
     * @param keys the kind; for {@link Keys#MIXED} use {@link #mixed}
     * @param entries the entries, in their order
     * @return the hash
     * @throws IllegalArgumentException for {@link Keys#MIXED}
     */
    public static RubyHash of(Keys keys, Map<String, ? extends @Nullable Object> entries) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(entries);
        return switch (keys) {
            case STRING, INDIFFERENT -> owning(keys, copy);
            case SYMBOL -> owning(copy, copy.keySet());
            case KEYWORDS -> keywords(copy, copy.keySet());
            case MIXED ->
                throw new IllegalArgumentException(
                        "A hash of mixed keys must know which of them are symbols; use RubyHash.mixed");
        };
    }

    /**
     * A hash in which some keys are symbols.
     *
     * @param entries the entries, in their order
     * @param symbolKeys the keys that are symbols; others than those of the entries are left out
     * @return the hash, of the kind {@link Keys#STRING} if none is a symbol, {@link Keys#SYMBOL} if all are, else {@link Keys#MIXED}
     */
    public static RubyHash mixed(Map<String, ? extends @Nullable Object> entries, Set<String> symbolKeys) {
        return owning(new LinkedHashMap<>(entries), symbolKeys);
    }

    /** Like {@link #of}, of a map that the hash takes over; not for keywords and mixed keys. */
    static RubyHash owning(Keys keys, Map<String, @Nullable Object> entries) {
        return new RubyHash(entries, Set.of(), keys);
    }

    /** Like {@link #mixed}, of a map that the hash takes over. */
    static RubyHash owning(Map<String, @Nullable Object> entries, Set<String> symbolKeys) {
        Set<String> symbols = present(entries, symbolKeys);
        return new RubyHash(
                entries,
                symbols,
                symbols.isEmpty() ? Keys.STRING : symbols.size() == entries.size() ? Keys.SYMBOL : Keys.MIXED);
    }

    /**
     * Keyword arguments, of which Ruby allows strings as names, too: {@code perform(**{"a" => 1})}. The hash takes the map over.
     */
    static RubyHash keywords(Map<String, @Nullable Object> entries, Set<String> symbolKeys) {
        return new RubyHash(entries, present(entries, symbolKeys), Keys.KEYWORDS);
    }

    private static Set<String> present(Map<String, ?> entries, Set<String> symbolKeys) {
        Set<String> symbols = new LinkedHashSet<>();
        entries.forEach((key, value) -> {
            if (symbolKeys.contains(key)) {
                symbols.add(key);
            }
        });
        return symbols;
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
     * @return the keys, in the order of the entries; unmodifiable
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
