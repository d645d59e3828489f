package io.resque.core.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments that Ruby makes of a JSON value: the pairs of an object, and one of a value that is no list. */
final class ArgumentList {
    private ArgumentList() {}

    /** A new list, which may be changed. */
    static List<@Nullable Object> of(@Nullable Object args) {
        List<@Nullable Object> list = new ArrayList<>();
        if (args instanceof List<?> values) {
            list.addAll(values);
        } else if (args instanceof Map<?, ?> map) {
            map.forEach((key, value) -> {
                List<@Nullable Object> pair = new ArrayList<>();
                pair.add(key);
                pair.add(value);
                list.add(pair);
            });
        } else if (args != null) {
            list.add(args);
        }
        return list;
    }
}
