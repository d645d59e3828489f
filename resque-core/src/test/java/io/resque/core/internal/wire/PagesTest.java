package io.resque.core.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;

import io.resque.api.spi.Payload;
import io.resque.api.spi.Queues;
import io.resque.api.spi.WorkerSnapshot;
import io.resque.api.spi.Workers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mockito.Mockito;

/** How many jobs and workers are read at once. */
class PagesTest {
    private static final long MAX_BYTES = 1_000_000;

    private final List<String> requests = new ArrayList<>();

    /** A queue of so many jobs, whose requests are noted; a reply has at most {@link #MAX_BYTES}. */
    private QueuePages pages(int size, int jobs, int bytes) {
        Payload payload = Payload.of(new byte[bytes]);
        Queues queues = Mockito.mock();
        Mockito.when(queues.size("q")).thenReturn((long) size);
        Mockito.when(queues.range(any(), anyLong(), anyLong(), anyLong())).thenAnswer(call -> {
            long start = call.getArgument(1);
            long count = call.getArgument(2);
            assertThat((long) call.getArgument(3)).isEqualTo(MAX_BYTES);
            requests.add(start + "+" + count);
            long there = Math.max(0, Math.min(count, jobs - start));
            return Collections.nCopies((int) Math.min(there, Math.max(1, MAX_BYTES / bytes)), payload);
        });
        return new QueuePages(queues, "q", MAX_BYTES);
    }

    private static int read(QueuePages pages) {
        int jobs = 0;
        for (List<Payload> page = pages.next(); !page.isEmpty(); page = pages.next()) {
            jobs += page.size();
        }
        return jobs;
    }

    @Test
    void aQueueOfSmallJobsIsReadFromItsTailInAFewOverlappingPages() {
        assertThat(read(pages(2_108, 2_108, 100))).isEqualTo(2_108 + 50 + 50 + 8);
        assertThat(requests).containsExactly("2100+16", "1100+1050", "100+1050", "0+150");
    }

    @Test
    void largeJobsAreReadFewAtATime() {
        assertThat(read(pages(5, 5, 400_000))).isEqualTo(6);
        assertThat(requests).containsExactly("0+13", "3+4", "1+4", "0+3");
    }

    @Test
    void jobsThatFillAReplyAreReadOneByOne() {
        assertThat(read(pages(3, 3, 2_000_000))).isEqualTo(3);
        assertThat(requests).containsExactly("0+11", "2+2", "1+2", "0+2");
    }

    @Test
    void aPageThatDidNotComeWholeIsAskedForByHalf() {
        assertThat(read(pages(20, 20, 160_000))).isEqualTo(22);
        assertThat(requests).containsExactly("12+16", "16+8", "10+12", "4+12", "0+10");
    }

    @Test
    void jobsThatAreGoneEndNoReading() {
        assertThat(read(pages(20, 4, 100))).isEqualTo(4);
        assertThat(requests).containsExactly("12+16", "0+62", "8+8", "0+58", "4+8", "0+54");
    }

    @Test
    void anEmptyQueueIsNotRead() {
        assertThat(read(pages(0, 0, 1))).isZero();
        assertThat(requests).isEmpty();
    }

    @Test
    void aPageHasAboutAMegabyte() {
        assertThat(QueuePages.next(List.of())).isEqualTo(1_000);
        assertThat(QueuePages.next(List.of(Payload.of(new byte[0])))).isEqualTo(1_000);
        assertThat(QueuePages.next(List.of(Payload.of(new byte[10_000]), Payload.of(new byte[20_000]))))
                .isEqualTo((1 << 20) / 15_000);
        assertThat(QueuePages.next(List.of(Payload.of(new byte[2 << 20])))).isEqualTo(1);
    }

    private static Workers workers(int count, List<Integer> pages) {
        Workers workers = Mockito.mock();
        Mockito.when(workers.ids())
                .thenReturn(IntStream.range(0, count)
                        .mapToObj("w%03d"::formatted)
                        .collect(Collectors.toCollection(() -> new TreeSet<>(Collections.reverseOrder()))));
        Mockito.when(workers.inspect(any())).thenAnswer(call -> {
            List<String> ids = List.copyOf(call.getArgument(0));
            assertThat(ids).isSorted();
            pages.add(ids.size());
            return ids.stream()
                    .map(id -> new WorkerSnapshot(id, true, null, null, null, null, Map.of(), Instant.EPOCH))
                    .toList();
        });
        return workers;
    }

    @Test
    void workersAreReadByHundreds() {
        List<Integer> pages = new ArrayList<>();
        List<WorkerSnapshot> read = new ArrayList<>();
        WorkerPages.forEach(workers(250, pages), read::addAll);
        assertThat(pages).containsExactly(100, 100, 50);
        assertThat(read).hasSize(250);
    }

    @Test
    void readingEndsAtAPageThatIsAnsweredWithFalse() {
        List<Integer> pages = new ArrayList<>();
        assertThat(WorkerPages.whileTrue(workers(250, pages), page -> false)).isEqualTo(150);
        assertThat(pages).containsExactly(100);
        assertThat(WorkerPages.whileTrue(workers(250, pages), page -> page.size() == 100))
                .isZero();
        assertThat(WorkerPages.whileTrue(workers(200, pages), page -> true)).isZero();
        assertThat(pages).containsExactly(100, 100, 100, 50, 100, 100);
    }

    @Test
    void theLimitOfAPayloadFollowsTheHeapUnlessItIsChosen() {
        assertThat(MaxPayload.of(70_000L)).isEqualTo(new MaxPayload(70_000, 70_000));
        assertThat(MaxPayload.of(70_000L).page()).isEqualTo(70_000 + (1 << 20));
        long heap = Runtime.getRuntime().maxMemory();
        assertThat(MaxPayload.of(null)).isEqualTo(new MaxPayload(16 << 20, Math.min(16 << 20, heap / 16)));
    }
}
