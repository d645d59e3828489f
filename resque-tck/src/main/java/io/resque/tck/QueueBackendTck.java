package io.resque.tck;

import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link io.resque.api.spi.QueueBackend} must do. An adapter joins by one class in its tests:
 *
 * <pre>{@code
 * class MyBackendTckTest extends QueueBackendTck {
 *     protected QueueBackendProvider provider() {
 *         return new MyBackendProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>The tests run against a real Redis, that of {@link RedisServer#forTests()}, one for all of them, each test under
 * a namespace of its own; those that break or reconfigure a server start another. What an adapter did is read from the
 * raw keys with {@link RespClient}, never through the adapter; of a backend that does not declare
 * {@link Feature#REDIS_KEYS}, through a second one that the same provider has opened. Each test names the rules it
 * holds, which stand in {@code spec/wire-format.md}; the message of a failure begins with them. Network faults come
 * from a {@link FaultProxy}; it takes every request that names the key {@code worker:<id>} for a step of that worker.
 */
@Timeout(120)
@ExtendWith({RuleNumbers.class, KitReport.class})
public abstract class QueueBackendTck {
    /** For subclasses. */
    protected QueueBackendTck() {}

    /**
     * The adapter under test.
     *
     * @return a provider; it is asked for each test, and each backend it opens is closed
     */
    protected abstract QueueBackendProvider provider();

    /**
     * Where the backend under test keeps its data. By default all features, so that every rule is held: right for any
     * client of Redis. A backend that is not Redis overrides this and {@link #url}; tests that need what is not
     * declared are skipped, each with a line that says why.
     *
     * @return the features that are declared
     */
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /**
     * Where the provider shall open its backends. All openings of one URL and namespace must see the same data, in
     * this process at least.
     *
     * @return by default the Redis of {@link RedisServer#forTests}
     */
    protected String url() {
        return BackendRules.shared().url();
    }

    /**
     * The same place with much time for each answer, for all rules but those on a line or a server that does not answer: a
     * busy machine is no fault of the backend.
     *
     * @return by default {@link #url} with {@code timeout=10s} where it is a {@code redis:} URL without parameters, as
     *     {@code RedisSettings} reads it, or else as it is; override it where the provider refuses that parameter
     */
    protected String patientUrl() {
        String url = url();
        return url.startsWith("redis:") && url.indexOf('?') < 0 ? url + "?timeout=10s" : url;
    }

    private StatusHome statusHome() {
        return new StatusHome(provider().name(), features(), url(), config -> {
            QueueBackend backend = provider().open(config);
            return new StatusHome.Opened(backend.statuses(), backend::close);
        });
    }

    @Nested
    @DisplayName("Queues and keys, W-1xx")
    class TheQueues extends QueueRules {
        TheQueues() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Failures, W-3xx")
    class TheFailures extends FailureRules {
        TheFailures() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Reservations, W-40x to W-42x")
    class TheReservations extends ReservationRules {
        TheReservations() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Recovery, W-43x")
    class TheRecovery extends RecoveryRules {
        TheRecovery() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Registration and heartbeat, W-5xx")
    class TheRegistration extends RegistrationRules {
        TheRegistration() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Statistics, W-6xx")
    class TheStatistics extends StatisticsRules {
        TheStatistics() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Status, W-7xx")
    class TheStatuses extends StatusRules {
        TheStatuses() {
            super(statusHome());
        }
    }

    @Nested
    @DisplayName("Concurrency and waiting, W-8xx")
    class TheConcurrency extends ConcurrencyRules {
        TheConcurrency() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("Faults, W-9xx")
    class TheFaults extends FaultRules {
        TheFaults() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @DisplayName("What Ruby, PHP and Node did")
    class TheRecordings extends RecordedRules {
        TheRecordings() {
            super(QueueBackendTck.this);
        }
    }
}
