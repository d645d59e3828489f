package io.resque.core.internal.execution;

import java.util.AbstractList;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.RandomAccess;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A tree that a job can read, and cannot change: views of its lists and maps at every depth. A copy of them would cost each job as much as
 * the decoding of a small payload.
 */
final class ReadOnlyTree {
    private ReadOnlyTree() {}

    static @Nullable Object of(@Nullable Object value) {
        if (value instanceof List<?> list) {
            return of(list);
        }
        if (value instanceof Map<?, ?> map) {
            return of(map);
        }
        return value;
    }

    static List<@Nullable Object> of(List<?> list) {
        return new ListView(list);
    }

    @SuppressWarnings("unchecked") // a tree's maps have string keys
    static Map<String, @Nullable Object> of(Map<?, ?> map) {
        return new MapView((Map<String, @Nullable Object>) map);
    }

    private static final class ListView extends AbstractList<@Nullable Object> implements RandomAccess {
        private final List<?> values;

        ListView(List<?> values) {
            this.values = values;
        }

        @Override
        public @Nullable Object get(int index) {
            return of(values.get(index));
        }

        @Override
        public int size() {
            return values.size();
        }
    }

    private static final class MapView extends AbstractMap<String, @Nullable Object> {
        private final Map<String, @Nullable Object> members;

        MapView(Map<String, @Nullable Object> members) {
            this.members = members;
        }

        @Override
        public int size() {
            return members.size();
        }

        @Override
        public boolean containsKey(@Nullable Object key) {
            return members.containsKey(key);
        }

        @Override
        public @Nullable Object get(@Nullable Object key) {
            return of(members.get(key));
        }

        @Override
        public void forEach(BiConsumer<? super String, ? super @Nullable Object> action) {
            members.forEach((key, value) -> action.accept(key, of(value)));
        }

        @Override
        public Set<Entry<String, @Nullable Object>> entrySet() {
            return new EntriesView(members);
        }
    }

    private static final class EntriesView extends AbstractSet<Map.Entry<String, @Nullable Object>> {
        private final Map<String, @Nullable Object> members;

        EntriesView(Map<String, @Nullable Object> members) {
            this.members = members;
        }

        @Override
        public int size() {
            return members.size();
        }

        @Override
        public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
            Iterator<Map.Entry<String, @Nullable Object>> entries =
                    members.entrySet().iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public Map.Entry<String, @Nullable Object> next() {
                    Map.Entry<String, @Nullable Object> entry = entries.next();
                    return new AbstractMap.SimpleImmutableEntry<>(entry.getKey(), of(entry.getValue()));
                }
            };
        }
    }
}
