package io.resque.core.internal.wire;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Queues;
import java.util.List;

/**
 * Reads all jobs of a queue while workers take jobs from it. A page has about a megabyte, so that no reply holds up Redis, however
 * large the jobs are.
 *
 * <p>The pages go from the tail to the head. When a worker takes a job at the head, all other jobs move towards the head, into pages
 * that are still to be read, so none is missed. When a job is put back at the head, the others move towards the tail. So each page
 * overlaps the page before it: as long as no more jobs than the overlap are put back between two pages, none is missed.
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
        this(queues, queue, maxBytes, queues.size(queue));
    }

    private QueuePages(Queues queues, String queue, long maxBytes, long end) {
        this.queues = queues;
        this.queue = queue;
        this.maxBytes = maxBytes;
        this.end = end;
    }

    /** Begins a little behind a place, as far as jobs can have been put back before it. */
    public static QueuePages near(Queues queues, String queue, long maxBytes, long place) {
        return new QueuePages(queues, queue, maxBytes, Math.min(queues.size(queue) - 1, place) + 1);
    }

    /** The next page; empty at the end. Pages overlap, so a job can be in two pages. */
    public List<Payload> next() {
        while (end > 0) {
            long start = Math.max(0, end - count);
            List<Payload> page = queues.range(queue, start, end - start + Math.min(OVERLAP, count), maxBytes);
            if (!page.isEmpty() && page.size() < end - start) {
                count = Math.max(1, Math.min(count / 2, page.size())); // large jobs, or workers have taken some
                continue;
            }
            end = start;
            // An empty page is not the end: during one round trip workers can take more jobs than a small page has.
            count = next(page);
            if (!page.isEmpty()) {
                return page;
            }
        }
        return List.of();
    }

    /** The number of jobs that have about a megabyte together, estimated from a page. */
    public static int next(List<Payload> page) {
        long bytes = page.stream().mapToLong(Payload::size).sum();
        long average = Math.max(1, bytes / Math.max(1, page.size()));
        return (int) Math.max(1, Math.min(PAGE_JOBS, PAGE_BYTES / average));
    }
}
