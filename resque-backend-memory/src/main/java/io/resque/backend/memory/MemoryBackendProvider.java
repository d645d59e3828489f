package io.resque.backend.memory;

import io.resque.api.ConfigurationException;
import io.resque.api.spi.BackendConfig;
import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import java.time.Clock;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Opens the backend that keeps queues, workers, failures, counters and statuses in the memory of this JVM. For tests and for
 * trying things out: nothing outlives the process, no other process sees it, and nothing limits how much is kept.
 *
 * <ul>
 *   <li>{@code memory:} is private: each opening has a memory of its own, which is gone once the opening is closed.
 *   <li>{@code memory:name} is shared by all openings of that name in this JVM, and is gone once the last of them is
 *       closed. The next opening of the name begins empty.
 * </ul>
 *
 * <p>One memory holds any number of namespaces, each with its own queues. The default is {@code resque}, as with Redis.
 */
public final class MemoryBackendProvider implements QueueBackendProvider {
    private static final String SCHEME = "memory";
    private static final String DEFAULT_NAMESPACE = "resque";
    private static final Pattern URL = Pattern.compile(SCHEME + ":([^/?#\\s]*)");

    private final Clock clock;

    /** For {@link java.util.ServiceLoader}, and to open a backend by hand. */
    public MemoryBackendProvider() {
        this(Clock.systemUTC());
    }

    MemoryBackendProvider(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return SCHEME;
    }

    @Override
    public int portsVersion() {
        return PORTS_VERSION;
    }

    @Override
    public Optional<String> scheme() {
        return Optional.of(SCHEME);
    }

    @Override
    public QueueBackend open(BackendConfig config) {
        return open(config.url().strip(), config.namespace() == null ? DEFAULT_NAMESPACE : config.namespace());
    }

    private QueueBackend open(String url, String namespace) {
        Matcher matcher = URL.matcher(url);
        if (!matcher.matches()) {
            // Not quoted: a URL for another backend may hold a password.
            throw new ConfigurationException("The memory backend cannot open this URL. Use memory: for a memory of its "
                    + "own, or memory:name for a shared one, with a name without blanks, '/', '?' and '#'; the "
                    + "namespace is set beside the URL. For redis:// add io.resque:resque-backend-jedis or "
                    + "io.resque:resque-backend-lettuce");
        }
        String plain = namespace.endsWith(":") ? namespace.substring(0, namespace.length() - 1) : namespace;
        return new MemoryBackend(Memory.open(matcher.group(1), clock), plain);
    }
}
