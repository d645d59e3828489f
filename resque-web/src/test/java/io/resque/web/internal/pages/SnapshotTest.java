package io.resque.web.internal.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resque.api.BackendException;
import io.resque.core.Resque;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often the snapshot looks; the clock is the test's. */
class SnapshotTest {
    private final Resque resque = Resque.connect("memory:");
    private final AtomicLong nanos = new AtomicLong();

    /** By so much the clock goes on whenever it is read. */
    private volatile long lookTakes;

    private final Snapshot snapshot = new Snapshot(resque, () -> nanos.getAndAdd(lookTakes), 20_000);

    @AfterEach
    void close() {
        resque.close();
    }

    private long pendingAfter(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        return snapshot.view().counters().pending();
    }

    @Test
    void allViewersOfASecondSeeTheSame() {
        assertThat(pendingAfter(0)).isZero();
        resque.enqueue("mail", "Send");
        assertThat(pendingAfter(999)).isZero();
        assertThat(pendingAfter(1)).isEqualTo(1);
    }

    @Test
    void aButtonMakesTheNextViewerLook() {
        assertThat(pendingAfter(0)).isZero();
        resque.enqueue("mail", "Send");
        snapshot.forget();
        assertThat(pendingAfter(0)).isEqualTo(1);
    }

    @Test
    void aLookThatTakesLongRestsFourTimesAsLong() {
        lookTakes = TimeUnit.SECONDS.toNanos(1);
        assertThat(snapshot.view().took()).isEqualTo(Duration.ofSeconds(1));
        lookTakes = 0;
        resque.enqueue("mail", "Send");
        // It read the clock at its begin, and two seconds later at its end, so the next look is at 2 + 4 * 2.
        nanos.set(TimeUnit.MILLISECONDS.toNanos(9_999));
        assertThat(pendingAfter(0)).isZero();
        assertThat(pendingAfter(1)).isEqualTo(1);
    }

    @Test
    void aViewerDoesNotWaitForALookThatTakesLongWhileTheLastIsYoung() {
        Snapshot impatient = new Snapshot(resque, nanos::get, 0);
        assertThat(impatient.view().counters().pending()).isZero();
        resque.enqueue("mail", "Send");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
        impatient.view(); // begins a look
        await().until(() -> impatient.view().counters().pending() == 1);
        resque.enqueue("mail", "Send");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(60));
        assertThat(impatient.view().counters().pending()).as("the last is old").isEqualTo(2);
    }

    @Test
    void aLookThatFailsIsToldToAllViewers() {
        resque.close();
        assertThatThrownBy(snapshot::view).isInstanceOf(BackendException.class);
        assertThatThrownBy(snapshot::view).as("within a second").isInstanceOf(BackendException.class);
    }
}
