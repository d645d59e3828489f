package io.resque.backend.memory;

import io.resque.api.spi.DelayedItem;
import io.resque.api.spi.DelayedPage;
import io.resque.api.spi.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The delayed items of one namespace, by their seconds. Its memory's lock guards them. No second is without items. */
final class DelayedLists {
    private final NavigableMap<Long, Deque<Payload>> seconds = new TreeMap<>();

    void add(long second, Payload item) {
        seconds.computeIfAbsent(second, absent -> new ArrayDeque<>()).add(item);
    }

    boolean isFirst(long second, Payload item) {
        Deque<Payload> items = seconds.get(second);
        return items != null && items.peek() != null && items.peek().equals(item);
    }

    void removeFirst(long second) {
        Deque<Payload> items = seconds.get(second);
        if (items != null) {
            items.remove();
            removeIfEmpty(second, items);
        }
    }

    /** Removes all items of a second that have these bytes, and says how many there were. */
    long removeAll(long second, Payload item) {
        Deque<Payload> items = seconds.get(second);
        if (items == null) {
            return 0;
        }
        long before = items.size();
        items.removeIf(item::equals);
        long removed = before - items.size();
        removeIfEmpty(second, items);
        return removed;
    }

    private void removeIfEmpty(long second, Deque<Payload> items) {
        if (items.isEmpty()) {
            seconds.remove(second);
        }
    }

    long count(long first, long last) {
        return first > last
                ? 0
                : seconds.subMap(first, true, last, true).values().stream()
                        .mapToLong(Deque::size)
                        .sum();
    }

    /**
     * Reads a page.
     *
     * @param skip how many items of the first second to leave out
     * @param looksForDue whether the page says which second comes after its time
     */
    DelayedPage page(long first, long skip, long last, int count, long maxBytes, long now, boolean looksForDue) {
        Long later = looksForDue ? seconds.higherKey(now) : null;
        List<DelayedItem> items = new ArrayList<>();
        String next = first > last ? null : read(items, first, skip, last, count, maxBytes);
        return new DelayedPage("", items, List.of(), now, later, null, next);
    }

    /** Reads items until there are enough, and says where the next page begins. */
    private @Nullable String read(List<DelayedItem> items, long first, long skip, long last, int count, long maxBytes) {
        long bytes = 0;
        for (var second : seconds.subMap(first, true, last, true).entrySet()) {
            long position = 0;
            for (Payload item : second.getValue()) {
                if (second.getKey() > first || position >= skip) {
                    bytes += item.size();
                    if (items.size() == count || bytes > maxBytes && !items.isEmpty()) {
                        return second.getKey() + " " + position;
                    }
                    items.add(new DelayedItem(second.getKey(), item));
                }
                position++;
            }
        }
        return null;
    }
}
