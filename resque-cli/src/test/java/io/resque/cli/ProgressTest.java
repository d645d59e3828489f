package io.resque.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final StringWriter shown = new StringWriter();

    @Test
    void onATerminalALineComesAfterASecondFollowsTheWorkAndIsTakenAway() {
        long start = System.nanoTime();
        try (Progress progress = new Progress(new PrintWriter(shown, true), true, "Waiting")) {
            await().until(() -> shown.toString().contains("\rWaiting, 1 s"));
            assertThat(System.nanoTime() - start).isGreaterThan(900_000_000L);
            progress.says(() -> "Retried 12,000 of 100,000 failures");
            await().until(() -> shown.toString().contains("\rRetried 12,000 of 100,000 failures, 1 s"));
        }
        assertThat(shown.toString())
                .endsWith("\r" + " ".repeat("Retried 12,000 of 100,000 failures, 1 s".length()) + "\r");
    }

    @Test
    void elsewhereAndForQuickWorkNothingIsShown() {
        try (Progress progress = new Progress(new PrintWriter(shown, true), false, "Waiting")) {
            progress.says(() -> "Working");
        }
        try (Progress progress = new Progress(new PrintWriter(shown, true), true, "Waiting")) {
            progress.says(() -> "Working");
        }
        assertThat(shown.toString()).isEmpty();
    }
}
