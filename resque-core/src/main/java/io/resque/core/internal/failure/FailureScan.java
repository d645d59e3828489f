package io.resque.core.internal.failure;

import io.resque.api.FailedJob;
import io.resque.api.spi.FailureList;
import io.resque.api.spi.Payload;
import io.resque.core.internal.support.LookBudget;
import io.resque.core.internal.wire.FailureReader;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the records of lists from the newest down, as far as a {@link LookBudget} allows. The place where it stopped is a text,
 * from which another scan goes on: new records do not move the others, and if older ones are removed, it sees some records again and
 * misses none. Good for one scan.
 */
final class FailureScan {
    private static final int FIRST_PAGE = 50;
    private static final int PAGE_BYTES = 1 << 20;
    private static final Pattern PLACE = Pattern.compile("([0-9]{1,18})-(.+)", Pattern.DOTALL);

    private final FailureRecords records;
    private final FailureReader reader;
    private final LookBudget budget = new LookBudget();

    private @Nullable String next;

    FailureScan(FailureRecords records, FailureReader reader) {
        this.records = records;
        this.reader = reader;
    }

    long lookedAt() {
        return budget.looked();
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
        boolean begins = from.isEmpty();
        for (FailureList list : lists) {
            boolean isFirst = !begins && list.name().equals(place.group(2));
            if (begins || isFirst) {
                begins = true;
                long count = records.count(list);
                long end = isFirst ? Math.min(count, Long.parseLong(place.group(1))) : count;
                if (!list(list, end, use)) {
                    return;
                }
            }
        }
        next = null;
    }

    private boolean list(FailureList list, long last, Predicate<FailedJob> use) {
        int size = FIRST_PAGE;
        for (long end = last; end > 0; ) {
            FailureRecords.Page page = records.before(list, end, size);
            long bytes = 0;
            for (int i = page.records().size() - 1; i >= 0; i--) {
                next = page.start() + i + 1 + "-" + list.name();
                if (!budget.allowsMore()) {
                    return false;
                }
                Payload record = page.records().get(i);
                budget.looked(1, record.size());
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
