package io.resque.core.internal.failure;

import io.resque.api.spi.FailureList;
import io.resque.api.spi.Failures;
import io.resque.api.spi.Payload;
import java.util.List;

/** Reads failure records, so many bytes at once at most. */
final class FailureRecords {
    private final Failures failures;
    private final long maxBytes;

    FailureRecords(Failures failures, long maxBytes) {
        this.failures = failures;
        this.maxBytes = maxBytes;
    }

    /**
     * Records that stand one behind the other.
     *
     * @param start where the first stands
     */
    record Page(long start, List<Payload> records) {}

    long count(FailureList list) {
        return failures.count(list);
    }

    /** From there on. Empty at the end of the list; otherwise there may be more than are given. */
    Page from(FailureList list, long start, long count) {
        return new Page(start, failures.range(list, start, count, maxBytes));
    }

    /** Up to there, all from its start on. Empty where the list has become shorter. */
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
