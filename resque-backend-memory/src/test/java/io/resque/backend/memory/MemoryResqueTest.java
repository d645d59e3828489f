package io.resque.backend.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import io.resque.api.spi.Push;
import io.resque.api.spi.QueueBackend;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class MemoryResqueTest {
    private static final Set<String> URLS = new HashSet<>();

    @RegisterExtension
    MemoryResque memory = new MemoryResque();

    private void enqueue(String... payloads) {
        try (QueueBackend backend = new MemoryBackendProvider().open(new BackendConfig(memory.url(), null))) {
            for (String payload : payloads) {
                backend.queues().push(new Push("mail", List.of(Payload.ofText(payload)), List.of()));
            }
        }
    }

    @RepeatedTest(2)
    void whatWasEnqueuedStaysForTheTest() {
        assertThat(memory.jobs("mail")).as("each test begins with nothing").isEmpty();
        enqueue("{\"class\":\"A\",\"args\":[\"é\"]}", "{\"class\":\"B\",\"args\":[]}");
        assertThat(memory.jobs("mail"))
                .containsExactly("{\"class\":\"A\",\"args\":[\"é\"]}", "{\"class\":\"B\",\"args\":[]}");
        assertThat(memory.jobs("other")).isEmpty();
        assertThat(URLS.add(memory.url())).as("a URL of its own").isTrue();
    }

    @AfterAll
    static void nothingIsLeft() {
        for (String url : URLS) {
            try (QueueBackend backend = new MemoryBackendProvider().open(new BackendConfig(url, null))) {
                assertThat(backend.queues().names()).isEmpty();
            }
        }
    }

    @Test
    void outsideOfATestThereIsNone() {
        MemoryResque unregistered = new MemoryResque();
        assertThatThrownBy(unregistered::url)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("@RegisterExtension");
        assertThatThrownBy(() -> unregistered.jobs("q")).isInstanceOf(IllegalStateException.class);
    }
}
