package io.resque.backend.memory;

import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.Payload;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A fresh memory for each test, which stays until the test ends even if the test opens and closes it: enqueue, run no worker,
 * and look at the jobs.
 *
 * <pre>{@code
 * @RegisterExtension
 * MemoryResque memory = new MemoryResque();
 *
 * @Test
 * void sendsAWelcome() {
 *     try (Resque resque = Resque.connect(memory.url())) {
 *         new SignUp(resque).signUp("Chris");
 *     }
 *     assertEquals(List.of("{\"class\":\"WelcomeMail\",\"args\":[\"Chris\"]}"), memory.jobs("mail"));
 * }
 * }</pre>
 *
 * <p>For JUnit 5.12 and later, in a field that is not static. The test must close each {@code Resque} that it opens. The memory
 * is gone after the test.
 */
public final class MemoryResque implements BeforeEachCallback, AfterEachCallback {
    private static final int MANY = 1_000_000;

    private String url = "";
    private @Nullable MemoryBackend kept;

    /** For the field of a test class. */
    public MemoryResque() {}

    /**
     * The memory of this test, for {@code Resque.connect} or the builder.
     *
     * @return {@code memory:} and a name that no other test has
     * @throws IllegalStateException outside of a test
     */
    public String url() {
        kept();
        return url;
    }

    /**
     * The jobs that wait in a queue of the default namespace.
     *
     * @param queue its name
     * @return their payloads as text, such as <code>{"class":"WelcomeMail","args":[42]}</code>, the oldest first; at
     *     most a million
     * @throws IllegalStateException outside of a test
     */
    public List<String> jobs(String queue) {
        return kept().queues().range(queue, 0, MANY).stream().map(Payload::text).toList();
    }

    /**
     * Puts the clock of this test's memory forward, so that delayed and recurring jobs become due without waiting. Statuses and heartbeats grow older,
     * too.
     *
     * @param by how far; the clock goes on from there
     * @throws IllegalArgumentException if {@code by} is negative
     * @throws IllegalStateException outside of a test
     */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("The clock of a memory goes forward only, was " + by);
        }
        kept().advance(by);
    }

    private MemoryBackend kept() {
        MemoryBackend backend = kept;
        if (backend == null) {
            throw new IllegalStateException("There is a memory during a test only: register this extension by "
                    + "@RegisterExtension in a field that is not static, and ask it in the test or in @BeforeEach");
        }
        return backend;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        url = "memory:test-" + UUID.randomUUID();
        kept = (MemoryBackend) new MemoryBackendProvider().open(new BackendConfig(url, null));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        MemoryBackend backend = kept;
        if (backend != null) {
            backend.close();
        }
        kept = null;
    }
}
