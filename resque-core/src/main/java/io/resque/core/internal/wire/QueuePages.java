package io.resque.core.internal.wire;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Queues;
import java.util.List;

/**
 * Goes through a queue while workers take from it, a page at a time, about a megabyte each, so that no reply holds up Redis,
 * however large the jobs are.
 *
 * <p>It is read from its tail to its head: workers take jobs at the head, which moves the rest towards the head, so that no job slips
 * by. Jobs that are put back at the head move it the other way; pages overlap, so that a few of these do no harm.
 */
public final class QueuePages {
    public static final int FIRST_PAGE = 8;
    private static final int PAGE_JOBS = 1_000;
    private static final int PAGE_BYTES = 1 << 20;
    private static final int OVERLAP = 50;

    private final Queues queues;
    private final String queue;
    private final long maxBytes;
    private long end;
    private int count = FIRST_PAGE;

    public QueuePages(Queues queues, String queue, long maxBytes) {
        this.queues = queues;
        this.queue = queue;
        this.maxBytes = maxBytes;
        this.end = queues.size(queue);
    }

    /** The next page; some jobs come twice. Empty at the end. */
    public List<Payload> next() {
        while (end > 0) {
            long start = Math.max(0, end - count);
            List<Payload> page = queues.range(queue, start, end - start + Math.min(OVERLAP, count), maxBytes);
            if (!page.isEmpty() && page.size() < end - start) {
                count = Math.max(1, Math.min(count / 2, page.size())); // they are large, or fewer by now
                continue;
            }
            end = start;
            // Also after an empty page: workers may take more jobs in a round trip than a small page has.
            count = next(page);
            if (!page.isEmpty()) {
                return page;
            }
        }
        return List.of();
    }

    /** As many jobs as have about a megabyte, judging by a page. */
    public static int next(List<Payload> page) {
        long bytes = page.stream().mapToLong(Payload::size).sum();
        long average = Math.max(1, bytes / Math.max(1, page.size()));
        return (int) Math.max(1, Math.min(PAGE_JOBS, PAGE_BYTES / average));
    }
}
