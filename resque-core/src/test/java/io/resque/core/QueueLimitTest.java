package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.InvalidJobException;
import io.resque.api.Job;
import io.resque.tck.WireRule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class QueueLimitTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;

    @AfterEach
    void close() {
        fixture.close();
    }

    private void enqueue(String queue, int jobs) {
        for (int i = 0; i < jobs; i++) {
            resque.enqueue(queue, "Work", i);
        }
    }

    @Test
    @WireRule("W-423")
    void noMoreJobsRunAtTheSameTimeInAllWorkersTogether() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger others = new AtomicInteger();
        Job job = context -> {
            if (context.queue().equals("b")) {
                others.incrementAndGet();
                return;
            }
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            new CountDownLatch(1).await(2, TimeUnit.MILLISECONDS);
            running.decrementAndGet();
        };
        enqueue("a", 200);
        enqueue("b", 50);
        List<Worker> workers = new ArrayList<>();
        for (String queues : List.of("a,b", "a", "*")) {
            workers.add(resque.workerBuilder(queues.split(","))
                    .register("Work", () -> job)
                    .concurrency(4)
                    .limitQueue("a", 3)
                    .start());
        }
        fixture.awaitProcessed(250);
        workers.forEach(Worker::close);
        assertThat(most).hasValue(3);
        assertThat(others).hasValue(50);
        assertThat(fixture.failures()).isEmpty();
    }

    @Test
    @WireRule("W-809")
    void aWaitingWorkerTakesTheJobThatHasRoom() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(2);
        Job job = context -> {
            begun.countDown();
            mayEnd.await();
        };
        enqueue("a", 2);
        Worker worker = resque.workerBuilder("a")
                .register("Work", () -> job)
                .concurrency(2)
                .limitQueue("a", 1)
                .start();
        assertThat(begun.await(1, TimeUnit.SECONDS)).as("only one runs").isFalse();
        mayEnd.countDown();
        fixture.awaitProcessed(2);
        worker.close();
        assertThat(resque.inspector().queueSize("a")).isZero();
    }

    @Test
    void badLimitsAreRefused() {
        WorkerBuilder builder = resque.workerBuilder("a");
        for (int jobs : new int[] {0, -1, 1_001}) {
            assertThatThrownBy(() -> builder.limitQueue("a", jobs))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("The limit of a queue must be from 1 to 1000, was " + jobs + " for a");
        }
        assertThatThrownBy(() -> builder.limitQueue("a*", 1)).isInstanceOf(InvalidJobException.class);
    }
}
