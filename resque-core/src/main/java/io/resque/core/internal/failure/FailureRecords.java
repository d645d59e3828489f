package io.resque.core.internal.failure;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import java.util.List;

/** Reads failure records, a limited number of bytes at once. */
final class FailureRecords {
    private final Failures failures;
    private final long maxBytes;

    FailureRecords(Failures failures, long maxBytes) {
        this.failures = failures;
        this.maxBytes = maxBytes;
    }

    /**
     * Records in a row.
     *
     * @param start where the first stands
     */
    record Page(long start, List<Payload> records) {}

    long count(FailureList list) {
        return failures.count(list);
    }

    /** Records from there on. Empty at the end of the list; otherwise the list may have more than it gives. */
    Page from(FailureList list, long start, long count) {
        return new Page(start, failures.range(list, start, count, maxBytes));
    }

    /** Records up to there, none left out. Empty if the list has become shorter. */
    Page before(FailureList list, long end, long count) {
        long wanted = Math.min(count, end);
        while (true) {
            Page page = from(list, end - wanted, wanted);
            int read = page.records.size();
            if (read == 0 || read == wanted) {
                return page;
            }
            wanted = read; // they are large, or there are no more
        }
    }
}
