package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.FailureReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Goes through the records that a list has at the beginning, a page at a time, so that a large list neither holds up Redis nor
 * fills the memory. Used by one thread.
 */
final class FailurePager {
    static final int PAGE = 500;

    private final FailureRecords failures;
    private final FailureReader reader;
    private final FailureList list;
    private final boolean newestFirst;
    private final int most;
    private int size;

    /** The next record, from the oldest on; or the one after the next, from the newest down. */
    private long at;

    private long left;

    FailurePager(
            FailureRecords failures,
            FailureReader reader,
            FailureList list,
            boolean newestFirst,
            long count,
            int size) {
        this.failures = failures;
        this.reader = reader;
        this.list = list;
        this.newestFirst = newestFirst;
        this.most = size;
        this.size = size;
        this.at = newestFirst ? count : 0;
        this.left = count;
    }

    static FailurePager of(FailureRecords failures, FailureReader reader, FailureList list, boolean newestFirst) {
        return new FailurePager(failures, reader, list, newestFirst, failures.count(list), PAGE);
    }

    void skip(long records) {
        at += newestFirst ? -records : records;
        left -= records;
    }

    /** The next page in its order; empty at the end. Empty records, which Ruby is about to remove, are left out. */
    List<FailedJob> next() {
        while (left > 0) {
            int count = (int) Math.min(size, left);
            FailureRecords.Page read = newestFirst ? failures.before(list, at, count) : failures.from(list, at, count);
            List<Payload> records = read.records();
            long start = read.start();
            if (newestFirst) {
                left -= at - start;
                at = start;
            } else {
                left = records.isEmpty() ? 0 : left - records.size();
                at = start + records.size();
            }
            size = Math.min(most, Math.max(1, 2 * records.size()));
            List<FailedJob> page = new ArrayList<>(records.size());
            for (int i = 0; i < records.size(); i++) {
                if (records.get(i).size() > 0) {
                    page.add(reader.read(list, start + i, records.get(i)));
                }
            }
            if (!page.isEmpty()) {
                if (newestFirst) {
                    Collections.reverse(page);
                }
                return page;
            }
        }
        return List.of();
    }

    /** To be told that so many records of the pages so far have been removed, so that the records behind them have moved up. */
    void removed(long records) {
        if (!newestFirst) {
            at -= records;
        }
    }
}
