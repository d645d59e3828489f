package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.FailureRef;
import io.resque.api.spi.FailureList;
import io.resque.core.internal.wire.FailureReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the records of one list that references name, from the place of the highest down: a record moves towards the head only. Each of several
 * equal records counts for one reference. Good for one search.
 */
final class ReferredFailures {
    private static final int FIRST_PAGE = 8;

    private final Map<String, Deque<FailureRef>> byDigest = new HashMap<>();
    private final long highest;

    ReferredFailures(List<FailureRef> refs) {
        List<FailureRef> highestFirst = refs.stream()
                .distinct()
                .sorted(Comparator.comparingLong(FailureRef::index).reversed())
                .toList();
        highest = highestFirst.get(0).index();
        highestFirst.forEach(ref -> byDigest.computeIfAbsent(ref.digest(), digest -> new ArrayDeque<>())
                .add(ref));
    }

    List<FailedJob> in(FailureRecords records, FailureReader reader, FailureList list) {
        List<FailedJob> found = new ArrayList<>();
        int size = FIRST_PAGE;
        for (long end = Math.min(highest, records.count(list) - 1) + 1; end > 0 && !byDigest.isEmpty(); ) {
            FailureRecords.Page page = records.before(list, end, size);
            for (int i = page.records().size() - 1; i >= 0 && !byDigest.isEmpty(); i--) {
                long at = page.start() + i;
                if (isWanted(FailureRef.digest(page.records().get(i).toBytes()), at)) {
                    found.add(reader.read(list, at, page.records().get(i)));
                }
            }
            end = page.start();
            size = Math.min(FailurePager.PAGE, 2 * size);
        }
        return found;
    }

    private boolean isWanted(String digest, long at) {
        Deque<FailureRef> refs = byDigest.get(digest);
        if (refs == null || refs.peekFirst().index() < at) {
            return false;
        }
        refs.removeFirst();
        if (refs.isEmpty()) {
            byDigest.remove(digest);
        }
        return true;
    }
}
