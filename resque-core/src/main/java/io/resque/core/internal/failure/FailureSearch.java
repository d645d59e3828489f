package io.resque.core.internal.failure;

import io.resque.api.spi.FailureEdit;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.FailureReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds records again that no longer stand where they were seen. A record moves towards the head only, when older records are
 * removed. So the search goes from the place where it was seen down to the oldest, in pages. Good for one search.
 */
final class FailureSearch {
    private final FailureReader reader;
    private final List<Sought> sought = new ArrayList<>();
    private final Map<Payload, Deque<Sought>> byRecord = new HashMap<>();
    private final Map<Long, Sought> byPlace = new HashMap<>();

    private static final class Sought {
        final FailureEdit edit;
        long place = -1;

        Sought(FailureEdit edit) {
            this.edit = edit;
        }

        long seenAt() {
            return edit.index() < 0 ? Long.MAX_VALUE - 1 : edit.index();
        }
    }

    FailureSearch(FailureReader reader, List<FailureEdit> edits) {
        this.reader = reader;
        edits.forEach(edit -> sought.add(new Sought(edit)));
        List<Sought> highestFirst = new ArrayList<>(sought);
        highestFirst.sort(Comparator.comparingLong(Sought::seenAt).reversed());
        for (Sought one : highestFirst) {
            byPlace.put(one.seenAt(), one);
            byRecord.computeIfAbsent(one.edit.expected(), record -> new ArrayDeque<>())
                    .add(one);
        }
    }

    /** The edits whose records still stand in the list, in their order, with the indexes of now. */
    List<FailureEdit> in(FailureRecords failures, FailureList list) {
        long highest = sought.stream().mapToLong(Sought::seenAt).max().orElse(-1);
        long end = Math.min(highest + 1, failures.count(list));
        while (end > 0 && !byRecord.isEmpty()) {
            FailureRecords.Page page = failures.before(list, end, FailurePager.PAGE);
            for (int i = page.records().size() - 1; i >= 0; i--) {
                look(page.records().get(i), page.start() + i);
            }
            end = page.start();
        }
        List<FailureEdit> found = new ArrayList<>();
        for (Sought one : sought) {
            if (one.place >= 0) {
                FailureEdit edit = one.edit;
                found.add(new FailureEdit(one.place, edit.expected(), edit.replacement(), edit.push(), edit.aside()));
            }
        }
        return found;
    }

    private void look(Payload record, long at) {
        Sought retried = byPlace.get(at);
        if (retried != null && isRetried(record, retried.edit.expected())) {
            // Another program was faster. A record of the same bytes further down is another failure.
            forget(retried);
        }
        Deque<Sought> candidates = byRecord.get(record);
        Sought first = candidates == null ? null : candidates.peekFirst();
        if (first != null && first.seenAt() >= at) {
            first.place = at;
            forget(first);
        }
    }

    private void forget(Sought one) {
        @Nullable Deque<Sought> candidates = byRecord.get(one.edit.expected());
        if (candidates != null && candidates.remove(one) && candidates.isEmpty()) {
            byRecord.remove(one.edit.expected());
        }
    }

    private boolean isRetried(Payload record, Payload before) {
        if (record.equals(before)) {
            return false;
        }
        Map<String, @Nullable Object> now = reader.tree(record);
        Map<String, @Nullable Object> then = reader.tree(before);
        then.remove("retried_at");
        return now.remove("retried_at") != null && now.equals(then);
    }
}
