package io.resque.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.resque.api.DontPerformException;
import io.resque.api.Job;
import io.resque.api.JobEnd;
import io.resque.api.JobInfo;
import io.resque.api.JobSpec;
import io.resque.api.JobState;
import io.resque.api.JobStatus;
import io.resque.api.ResqueListener;
import io.resque.api.Retry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OnStopTest {
    private final WorkerFixture fixture = new WorkerFixture();
    private final Resque resque = fixture.resque;
    private final CountDownLatch runs = new CountDownLatch(1);
    private final List<JobEnd.Kind> ends = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        fixture.close();
    }

    private WorkerBuilder worker(Job job) {
        return resque.workerBuilder("q")
                .register("Long", () -> job)
                .onStop(OnStop.PUT_BACK)
                .listen(new ResqueListener() {
                    @Override
                    public void jobEnded(String worker, JobInfo job, JobEnd end) {
                        ends.add(end.kind());
                    }
                });
    }

    private void waits() throws InterruptedException {
        runs.countDown();
        new CountDownLatch(1).await();
    }

    /** Stops the worker at once, when its job runs. */
    private boolean stopped(WorkerBuilder builder) throws InterruptedException {
        Worker worker = builder.start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        return worker.stop(Duration.ZERO);
    }

    private List<String> queue() {
        return fixture.redis.texts("LRANGE", fixture.key("queue:q"), 0, -1);
    }

    @Test
    void aJobThatAStopInterruptsGoesBackToTheHeadOfItsQueue() throws Exception {
        String token = resque.enqueueTracked("q", "Long", 1).orElseThrow();
        List<String> first = queue();
        resque.enqueue("q", "Long", 2);
        assertThat(stopped(worker(context -> waits()))).isTrue();
        assertThat(queue()).hasSize(2).startsWith(first.get(0));
        assertThat(ends).containsExactly(JobEnd.Kind.PUT_BACK);
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("0");
        assertThat(fixture.redis.text("GET", fixture.key("stat:failed"))).isEqualTo("0");
        assertThat(resque.status(token).map(JobStatus::state)).contains(JobState.WAITING);
        assertThat(fixture.redis.keys(fixture.namespace + ":worker*")).isEmpty();
        assertThat(resque.workerBuilder("q")
                        .register("Long", () -> context -> {})
                        .drain())
                .isEqualTo(2);
        assertThat(resque.status(token).map(JobStatus::state)).contains(JobState.COMPLETE);
    }

    @Test
    void itIsNoAttemptOfARetry() throws Exception {
        resque.enqueue("q", JobSpec.of("Long").withRetry(Retry.limit(3)));
        List<String> before = queue();
        assertThat(stopped(worker(context -> waits()))).isTrue();
        assertThat(queue()).isEqualTo(before);
        assertThat(fixture.redis.keys(fixture.key("stat:java:retried"))).isEmpty();
    }

    @Test
    void aJobThatCompletesAfterItsInterruptIsComplete() throws Exception {
        resque.enqueue("q", "Long");
        assertThat(stopped(worker(context -> {
                    try {
                        waits();
                    } catch (InterruptedException e) {
                        // it has done enough
                    }
                })))
                .isTrue();
        assertThat(queue()).isEmpty();
        assertThat(ends).containsExactly(JobEnd.Kind.COMPLETED);
        assertThat(fixture.redis.text("GET", fixture.key("stat:processed"))).isEqualTo("1");
    }

    @Test
    void aVetoAfterTheInterruptIsAVeto() throws Exception {
        resque.enqueue("q", "Long");
        assertThat(stopped(worker(context -> {
                    try {
                        waits();
                    } catch (InterruptedException e) {
                        throw new DontPerformException("no longer");
                    }
                })))
                .isTrue();
        assertThat(queue()).isEmpty();
        assertThat(ends).containsExactly(JobEnd.Kind.VETOED);
    }

    @Test
    void aJobThatFailsBeforeItIsInterruptedHasFailed() throws Exception {
        resque.enqueue("q", "Long");
        CountDownLatch mayFail = new CountDownLatch(1);
        Worker worker = worker(context -> {
                    runs.countDown();
                    mayFail.await();
                    throw new IllegalStateException("its own fault");
                })
                .start();
        assertThat(runs.await(10, TimeUnit.SECONDS)).isTrue();
        Thread stop = new Thread(() -> worker.stop(Duration.ofSeconds(30)));
        stop.start();
        org.awaitility.Awaitility.await().until(() -> stop.getState() == Thread.State.TIMED_WAITING);
        mayFail.countDown();
        stop.join();
        assertThat(queue()).isEmpty();
        assertThat(ends).containsExactly(JobEnd.Kind.FAILED);
        assertThat(fixture.failures()).hasSize(1);
    }

    @Test
    void aJobThatStopsItsOwnWorkerAndThrowsHasFailed() throws Exception {
        resque.enqueue("q", "Long");
        Worker[] worker = new Worker[1];
        CountDownLatch started = new CountDownLatch(1);
        worker[0] = worker(context -> {
                    started.await();
                    worker[0].stop(Duration.ZERO);
                    throw new IllegalStateException("its own fault");
                })
                .start();
        started.countDown();
        worker[0].join();
        assertThat(queue()).isEmpty();
        assertThat(ends).containsExactly(JobEnd.Kind.FAILED);
    }

    @Test
    void withoutThisChoiceAnInterruptedJobHasFailed() throws Exception {
        resque.enqueue("q", "Long");
        assertThat(stopped(worker(context -> waits()).configure(Map.of("on-stop", "fail"))))
                .isTrue();
        assertThat(queue()).isEmpty();
        assertThat(ends).containsExactly(JobEnd.Kind.FAILED);
    }
}
