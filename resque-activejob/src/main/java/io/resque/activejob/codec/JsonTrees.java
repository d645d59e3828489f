package io.resque.activejob.codec;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON values that an application made, or that stood in Redis, as they are: nothing in them is an argument. */
final class JsonTrees {
    private JsonTrees() {}

    /**
     * A copy.
     *
     * @param level how many lists and objects stand around what is inside of the value, with the list of all arguments and the value
     */
    static @Nullable Object copy(@Nullable Object value, Place place, int level) {
        place.count();
        if (value instanceof Map<?, ?> map) {
            place.checkDepth(level);
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, member) -> {
                if (!(key instanceof String name) || Place.loneSurrogate(name) >= 0) {
                    throw place.refused("has the key " + key + ", which is no text of Unicode; JSON has no other keys");
                }
                place.enter(name);
                copy.put(name, copy(member, place, level + 1));
                place.leave();
            });
            return copy;
        }
        if (value instanceof List<?> list) {
            place.checkDepth(level);
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            for (Object element : list) {
                place.enter(copy.size());
                copy.add(copy(element, place, level + 1));
                place.leave();
            }
            return copy;
        }
        if (value instanceof String text && Place.loneSurrogate(text) >= 0) {
            throw place.refused("holds half of a surrogate pair, which has no UTF-8; repair the text");
        }
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        if (value instanceof Number number) {
            return Numbers.tree(number, place);
        }
        throw place.refused("is a " + value.getClass().getName() + " inside of a serialized object; give a JSON value");
    }
}
