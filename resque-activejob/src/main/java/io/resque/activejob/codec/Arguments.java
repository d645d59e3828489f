package io.resque.activejob.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a job: {@code perform(*positional, **keywords)}.
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
        keywords = Collections.unmodifiableMap(new LinkedHashMap<>(keywords));
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
        more.put(keyword, value);
        return new Arguments(positional, more);
    }
}
