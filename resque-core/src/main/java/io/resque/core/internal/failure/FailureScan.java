package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.core.internal.wire.FailureReader;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the records of lists from the newest down, until it has looked at so many or for so long. The place where it stopped is a text,
 * from which another scan goes on: new records do not move the others, and if older ones are removed, it sees some records again and
 * misses none. Good for one scan.
 */
final class FailureScan {
    private static final int FIRST_PAGE = 50;
    private static final int PAGE_BYTES = 1 << 20;
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,18})-(.+)", Pattern.DOTALL);

    private final FailureRecords records;
    private final FailureReader reader;
    private final int most;
    private final long nanos;
    private final LongSupplier time;

    private long lookedAt;
    private @Nullable String next;

    /** Uses a clock in nanoseconds. */
    FailureScan(FailureRecords records, FailureReader reader, int most, Duration longest, LongSupplier time) {
        this.records = records;
        this.reader = reader;
        this.most = most;
        this.nanos = longest.toNanos();
        this.time = time;
    }

    long lookedAt() {
        return lookedAt;
    }

    /** Where another scan goes on; null if this one came to the end. */
    @Nullable
    String next() {
        return next;
    }

    /** Looks at one record at least, if there is one. Stops when {@code use} says false, after that record. */
    void run(List<FailureList> lists, String from, Predicate<FailedJob> use) {
        Matcher place = PLACE.matcher(from);
        if (!from.isEmpty() && !place.matches()) {
            throw new IllegalArgumentException(
                    "\"" + from + "\" is no place in the failures; pass the next of an earlier page");
        }
        long begun = time.getAsLong();
        boolean begins = from.isEmpty();
        for (FailureList list : lists) {
            boolean isFirst = !begins && list.name().equals(place.group(2));
            if (begins || isFirst) {
                begins = true;
                long count = records.count(list);
                long end = isFirst ? Math.min(count, Long.parseLong(place.group(1))) : count;
                if (!list(list, end, begun, use)) {
                    return;
                }
            }
        }
        next = null;
    }

    private boolean list(FailureList list, long last, long begun, Predicate<FailedJob> use) {
        int size = FIRST_PAGE;
        for (long end = last; end > 0; ) {
            FailureRecords.Page page = records.before(list, end, size);
            long bytes = 0;
            for (int i = page.records().size() - 1; i >= 0; i--) {
                next = page.start() + i + 1 + "-" + list.name();
                if (lookedAt >= most || lookedAt > 0 && time.getAsLong() - begun > nanos) {
                    return false;
                }
                Payload record = page.records().get(i);
                lookedAt++;
                bytes += record.size();
                if (record.size() > 0 && !use.test(reader.read(list, page.start() + i, record))) {
                    next = page.start() + i + "-" + list.name();
                    return false;
                }
            }
            end = page.start();
            long average = Math.max(1, bytes / Math.max(1, page.records().size()));
            size = (int) Math.max(1, Math.min(FailurePager.PAGE, PAGE_BYTES / average));
        }
        return true;
    }
}
