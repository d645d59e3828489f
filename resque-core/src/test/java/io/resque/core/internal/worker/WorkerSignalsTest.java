package io.resque.core.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WorkerSignalsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private final WorkerSignals signals = new WorkerSignals();

    @Test
    void isAskedOnceAndForAll() {
        assertThat(signals.isStopRequested()).isFalse();
        signals.requestStop();
        signals.requestStop();
        assertThat(signals.isStopRequested()).isTrue();
        assertThat(signals.isAbandoned()).isFalse();
        signals.abandon();
        assertThat(signals.isAbandoned()).isTrue();
    }

    @Test
    void endsAPause() throws Exception {
        CompletableFuture<Void> paused = CompletableFuture.runAsync(() -> signals.rest(LONG));
        signals.requestStop();
        paused.get(20, TimeUnit.SECONDS);
        assertThat(paused).isCompleted();
    }

    @Test
    void pauseAfterTheStopIsShortButAPauseAllTheSame() {
        signals.requestStop();
        long start = System.nanoTime();
        signals.rest(LONG);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(90), Duration.ofSeconds(20));
    }

    @Test
    void endsAWait() throws Exception {
        CountDownLatch waiting = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        CompletableFuture<Optional<String>> answer = CompletableFuture.supplyAsync(() -> {
            Optional<String> given = signals.interruptibly(() -> {
                waiting.countDown();
                new CountDownLatch(1).await();
                return "never";
            });
            interrupted.set(Thread.currentThread().isInterrupted());
            return given;
        });
        waiting.await();
        signals.requestStop();
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEmpty();
        assertThat(interrupted).as("the interrupt stays behind").isFalse();
    }

    @Test
    void waitThatEndsByItselfGivesItsAnswer() {
        assertThat(signals.interruptibly(() -> "job")).contains("job");
        assertThat(signals.<String>interruptibly(() -> {
                    throw new InterruptedException();
                }))
                .isEmpty();
    }

    @Test
    void interruptThatComesTooLateForTheWaitStaysBehind() {
        assertThat(signals.interruptibly(() -> {
                    Thread.currentThread().interrupt();
                    return "job";
                }))
                .contains("job");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void nobodyWaitsAfterTheStop() {
        signals.requestStop();
        AtomicBoolean called = new AtomicBoolean();
        assertThat(signals.interruptibly(() -> {
                    called.set(true);
                    return "job";
                }))
                .isEmpty();
        assertThat(called).isFalse();
    }

    @Test
    void exceptionsOfTheWaitComeThrough() {
        IllegalArgumentException boom = new IllegalArgumentException();
        assertThatThrownBy(() -> signals.interruptibly(() -> {
                    throw boom;
                }))
                .isSameAs(boom);
    }

    @Test
    void threadThatDoesNotWaitIsNotInterrupted() throws Exception {
        CountDownLatch ready = new CountDownLatch(1);
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread busy = new Thread(() -> {
            signals.interruptibly(() -> "one wait before");
            ready.countDown();
            while (!signals.isStopRequested()) {
                Thread.onSpinWait();
            }
            interrupted.set(Thread.currentThread().isInterrupted());
        });
        busy.start();
        ready.await();
        signals.requestStop();
        busy.join(20_000);
        assertThat(busy.isAlive()).isFalse();
        assertThat(interrupted).isFalse();
    }

    @Test
    void wakesAllThatWait() {
        CountDownLatch waiting = new CountDownLatch(3);
        CompletableFuture<?>[] threads = new CompletableFuture<?>[3];
        for (int i = 0; i < threads.length; i++) {
            CompletableFuture<Void> ended = new CompletableFuture<>();
            threads[i] = ended;
            new Thread(() -> {
                        signals.interruptibly(() -> {
                            waiting.countDown();
                            new CountDownLatch(1).await();
                            return "never";
                        });
                        ended.complete(null);
                    })
                    .start();
        }
        await().atMost(Duration.ofSeconds(20)).until(() -> waiting.getCount() == 0);
        signals.requestStop();
        CompletableFuture.allOf(threads).orTimeout(20, TimeUnit.SECONDS).join();
        assertThat(CompletableFuture.allOf(threads)).isCompleted();
    }
}
