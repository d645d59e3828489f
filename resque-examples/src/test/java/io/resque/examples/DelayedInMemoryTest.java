package io.resque.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resque.backend.memory.MemoryResque;
import io.resque.core.Resque;
import io.resque.core.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A test of an application puts the clock forward, and waits for nothing. */
class DelayedInMemoryTest {
    @RegisterExtension
    final MemoryResque memory = new MemoryResque();

    private Resque open() {
        return Resque.builder().url(memory.url()).serializer("gson").build();
    }

    @Test
    void aDrainRunsWhatHasBecomeDue() {
        List<String> sent = new ArrayList<>();
        try (Resque resque = open()) {
            resque.in(Duration.ofHours(1)).enqueue("mail", "Reminder", "Chris");
            assertThat(drain(resque, sent)).isZero();
            memory.advance(Duration.ofMinutes(59));
            assertThat(drain(resque, sent)).isZero();
            memory.advance(Duration.ofMinutes(2));
            assertThat(drain(resque, sent)).isEqualTo(1);
        }
        assertThat(sent).containsExactly("Chris");
    }

    private static long drain(Resque resque, List<String> sent) {
        return resque.workerBuilder("mail")
                .register("Reminder", () -> context -> sent.add(context.args().get(0, String.class)))
                .drain();
    }

    @Test
    void aRunningWorkerSeesThatTheClockWasPutForward() {
        List<String> sent = new CopyOnWriteArrayList<>();
        try (Resque resque = open();
                Worker worker = resque.workerBuilder("mail")
                        .register(
                                "Reminder",
                                () -> context -> sent.add(context.args().get(0, String.class)))
                        .start()) {
            resque.in(Duration.ofHours(1)).enqueue("mail", "Reminder", "Chris");
            memory.advance(Duration.ofMinutes(61));
            await().until(() -> sent.equals(List.of("Chris")));
            assertThat(worker.isRunning()).isTrue();
        }
    }
}
