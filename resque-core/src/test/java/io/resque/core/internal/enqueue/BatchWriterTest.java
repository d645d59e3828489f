package io.resque.core.internal.enqueue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.resque.api.BackendException;
import io.resque.api.spi.Payload;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.Queues;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Cases that the API would show only after half a minute. */
@Timeout(60)
class BatchWriterTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private final BatchWriter writer =
            new BatchWriter(bulks -> bulks.forEach(bulk -> bulk.written.complete(null)), true);
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private static EnqueueBatch bulk() {
        EnqueueBatch bulk = new EnqueueBatch("a", List.of(), 1);
        bulk.add(Payload.ofText("{}"));
        return bulk;
    }

    /** Each that is written hands over the next; the end is the first that is refused. */
    private void addForEver(CountDownLatch many) {
        EnqueueBatch bulk = bulk();
        bulk.written.whenComplete((nothing, e) -> {
            many.countDown();
            if (e == null) {
                addForEver(many);
            } else {
                end.completeExceptionally(e);
            }
        });
        writer.add(bulk);
    }

    @Test
    void closeEndsWhatWouldNeverEndByItself() throws Exception {
        CountDownLatch many = new CountDownLatch(100);
        addForEver(many);
        many.await();
        assertThat(writer.close(SHORT)).as("not written").isPositive();
        assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(BackendException.class)
                .hasMessageContaining(
                        "This Resque has been closed, so the jobs for a were not written; enqueue them by another one");
    }

    @Test
    void closeInTheThreadThatWritesEndsAsWell() throws Exception {
        CompletableFuture<Long> closed = new CompletableFuture<>();
        CountDownLatch both = new CountDownLatch(1);
        EnqueueBatch first = bulk();
        first.written.thenRun(() -> {
            addForEver(both);
            closed.complete(writer.close(SHORT));
        });
        writer.add(first);
        assertThat(closed.get(20, TimeUnit.SECONDS)).as("not written").isPositive();
        assertThatThrownBy(() -> end.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(BackendException.class);
    }

    @Test
    void closeOfAnIdleOneIsAtOnceAndMayBeRepeated() {
        assertThat(writer.close(SHORT)).isZero();
        assertThat(writer.close(SHORT)).isZero();
        EnqueueBatch late = bulk();
        writer.add(late);
        assertThat(late.written).isCompletedExceptionally();
    }

    @Test
    void closeOfADestinationTakesItsTimeOnce() throws Exception {
        Duration time = Duration.ofSeconds(3);
        CountDownLatch pushing = new CountDownLatch(6); // four threads directly, and one of each writer
        CountDownLatch mayEnd = new CountDownLatch(1);
        Queues queues = mock();
        doAnswer(call -> {
                    pushing.countDown();
                    mayEnd.await();
                    return null;
                })
                .when(queues)
                .push(any());
        QueueBackend backend = mock();
        when(backend.queues()).thenReturn(queues);
        Destination destination = new QueueDestination(backend, mock(), false);
        destination.takeOver(bulk());
        for (int i = 0; i < 5; i++) {
            new Thread(() -> destination.put("b", Payload.ofText("{}"))).start();
        }
        pushing.await();
        long before = System.nanoTime();
        destination.close(time);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isBetween(time, time.multipliedBy(2));
        mayEnd.countDown();
    }
}
