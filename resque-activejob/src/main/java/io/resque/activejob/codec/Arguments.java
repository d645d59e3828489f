package io.resque.activejob.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a job: {@code perform(*positional, **keywords)}. Immutable, if its values are.
 *
 * @param positional the positional ones; unmodifiable
 * @param keywords the keyword arguments, in their order; unmodifiable
 */
public record Arguments(List<@Nullable Object> positional, Map<String, @Nullable Object> keywords) {
    /**
     * Makes arguments of copies of the list and the map.
     *
     * @param positional the positional ones
     * @param keywords the keyword arguments
     */
    public Arguments {
        positional = Collections.unmodifiableList(new ArrayList<>(positional));
        keywords = keywords instanceof RubyHash hash && hash.keys() == RubyHash.Keys.KEYWORDS
                ? hash
                : RubyHash.of(RubyHash.Keys.KEYWORDS, keywords);
    }

    /**
     * Positional arguments.
     *
     * @param positional the arguments; for a single one that is null write {@code (Object) null}
     * @return the arguments, without keywords
     */
    public static Arguments of(@Nullable Object... positional) {
        return new Arguments(Arrays.asList(positional), Map.of());
    }

    /**
     * The same arguments with one more keyword.
     *
     * @param keyword its name
     * @param value its value
     * @return the arguments; a keyword of this name is replaced
     */
    public Arguments with(String keyword, @Nullable Object value) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>(keywords);
        more.put(Objects.requireNonNull(keyword, "keyword"), value);
        Set<String> symbols = new LinkedHashSet<>(hash().symbolKeys());
        symbols.add(keyword);
        return new Arguments(positional, RubyHash.keywords(more, symbols));
    }

    /**
     * The keywords; if there are none, and the last positional argument is a hash whose keys are all symbols, that hash. Rails before 6.0.3,
     * and Rails on JRuby, write keywords so.
     *
     * @return the keywords; unmodifiable
     */
    public Map<String, @Nullable Object> keywordsOrOptions() {
        return keywords.isEmpty()
                        && !positional.isEmpty()
                        && positional.get(positional.size() - 1) instanceof RubyHash last
                        && last.keys() == RubyHash.Keys.SYMBOL
                ? last
                : keywords;
    }

    RubyHash hash() {
        return (RubyHash) keywords;
    }
}
