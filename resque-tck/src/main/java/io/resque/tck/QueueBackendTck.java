package io.resque.tck;

import io.resque.api.spi.QueueBackend;
import io.resque.api.spi.QueueBackendProvider;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The compatibility kit for a {@link io.resque.api.spi.QueueBackend}. To use it, add one class to the tests of the adapter:
 *
 * <pre>{@code
 * class MyBackendTckTest extends QueueBackendTck {
 *     protected QueueBackendProvider provider() {
 *         return new MyBackendProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>All tests run against one real Redis, {@link RedisServer#forTests()}, each under a namespace of its own; a test
 * that breaks or reconfigures a server starts another one. The kit reads what the adapter has written from the raw keys
 * with {@link RespClient}, never through the adapter. If a backend does not declare {@link Feature#REDIS_KEYS}, the kit
 * reads through a second backend that the same provider opens. Each test names the rules of {@code spec/wire-format.md}
 * that it checks; the message of a failure begins with the number of the rule whose check has failed. A {@link FaultProxy} causes
 * network faults; it treats every request that names the key {@code worker:<id>} as a step of that worker.
 *
 * <p>The tests are in groups, one for each role of the port. The tag of a group is the name of its role, as in
 * {@code mvn test -Dgroups=queues}. A method of the port that throws {@link UnsupportedOperationException} counts as not
 * written; only {@link io.resque.api.spi.StatusStore#unended}, {@code writeProgress} and {@code progress} may throw it. A test that calls such a method fails and
 * judges no rule, and the report says which role comes next.
 */
@Timeout(120)
@ExtendWith({RuleNumbers.class, KitReport.class})
public abstract class QueueBackendTck {
    /** Called by subclasses. */
    protected QueueBackendTck() {}

    /**
     * The adapter under test.
     *
     * @return a provider; the kit calls this method for each test, and closes each backend that the provider opens
     */
    protected abstract QueueBackendProvider provider();

    /**
     * The features of the backend under test. By default all features, which is right for every client of Redis: every
     * rule is checked. For a backend that is not Redis, override this method and {@link #url}; a test that needs a
     * feature that is not declared is skipped, with a line that says why.
     *
     * @return the declared features
     */
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /**
     * The URL at which the provider opens its backends. All backends that are opened with one URL and namespace must
     * see the same data, at least within this process.
     *
     * @return by default the URL of {@link RedisServer#forTests}
     */
    protected String url() {
        return BackendRules.shared().url();
    }

    /**
     * The same URL with a long timeout for each answer, so that no test fails because the machine is busy. Only the
     * rules about a connection or a server that does not answer use {@link #url} itself.
     *
     * @return by default {@link #url}, with {@code timeout=10s} as {@code RedisSettings} reads it if it is a
     *     {@code redis:} URL without parameters; override this method if the provider refuses that parameter
     */
    protected String patientUrl() {
        String url = url();
        return url.startsWith("redis:") && url.indexOf('?') < 0 ? url + "?timeout=10s" : url;
    }

    private StatusHome statusHome() {
        QueueBackendProvider provider = ProviderCalls.provider(this, this::provider);
        return new StatusHome(this, provider.scheme(), provider.name(), features(), url(), (ports, config) -> {
            QueueBackend opened = ProviderCalls.opened(provider, "open(config)", () -> provider.open(config));
            QueueBackend backend = PortAnswers.checked(QueueBackend.class, ports.watch(QueueBackend.class, opened));
            return new StatusHome.Opened(backend.statuses(), backend::close);
        });
    }

    @Test
    @WireRule("W-980")
    void isFoundByItsName() {
        ProviderCheck.isFound(QueueBackendProvider.class, ProviderCalls.provider(this, this::provider));
    }

    @Nested
    @Tag("queues")
    @DisplayName("Queues and keys, W-1xx")
    class TheQueues extends QueueRules {
        TheQueues() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("failures")
    @DisplayName("Failures, W-3xx")
    class TheFailures extends FailureRules {
        TheFailures() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("reservations")
    @DisplayName("Reservations, W-401 to W-417")
    class TheReservations extends ReservationRules {
        TheReservations() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("effects")
    @DisplayName("Effects of the end of a job, W-418 to W-420")
    class TheEffects extends EffectRules {
        TheEffects() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("recovery")
    @DisplayName("Recovery, W-43x")
    class TheRecovery extends RecoveryRules {
        TheRecovery() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("registration")
    @DisplayName("Registration and heartbeat, W-5xx")
    class TheRegistration extends RegistrationRules {
        TheRegistration() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("statistics")
    @DisplayName("Statistics, W-6xx")
    class TheStatistics extends StatisticsRules {
        TheStatistics() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("delayed")
    @DisplayName("Delayed jobs, W-65x")
    class TheDelayedItems extends DelayedRules {
        TheDelayedItems() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("delayed")
    @DisplayName("Moving delayed jobs, W-66x")
    class TheMovesOfDelayedItems extends DelayedMoveRules {
        TheMovesOfDelayedItems() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("delayed")
    @DisplayName("Delayed jobs beside other libraries, W-668 to W-678")
    class TheNeighboursOfDelayedItems extends DelayedNeighbourRules {
        TheNeighboursOfDelayedItems() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("delayed")
    @DisplayName("Schedulers of delayed jobs, W-675 to W-680")
    class TheLooksOfDelayedItems extends DelayedLookRules {
        TheLooksOfDelayedItems() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("delayed")
    @DisplayName("Retries, W-691 to W-696")
    class TheRetries extends RetryRules {
        TheRetries() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("limits")
    @DisplayName("Limits, W-79x")
    class TheLimits extends LimitRules {
        TheLimits() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("history")
    @DisplayName("History, W-61x")
    class TheHistory extends HistoryRules {
        TheHistory() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("recurring")
    @DisplayName("Recurring jobs, W-62x")
    class TheRecurringEntries extends RecurringRules {
        TheRecurringEntries() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("recurring")
    @DisplayName("Ticks of recurring jobs, W-625 to W-627")
    class TheTicks extends RecurringTickRules {
        TheTicks() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("locks")
    @DisplayName("Unique jobs, W-77x")
    class TheLocks extends LockRules {
        TheLocks() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("statuses")
    @DisplayName("Status, W-7xx")
    class TheStatuses extends StatusRules {
        TheStatuses() {
            super(statusHome());
        }
    }

    @Nested
    @Tag("waiting")
    @DisplayName("Concurrency and waiting, W-8xx")
    class TheConcurrency extends ConcurrencyRules {
        TheConcurrency() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("faults")
    @DisplayName("Faults, W-9xx")
    class TheFaults extends FaultRules {
        TheFaults() {
            super(QueueBackendTck.this);
        }
    }

    @Nested
    @Tag("recordings")
    @DisplayName("What Ruby, PHP and Node did")
    class TheRecordings extends RecordedRules {
        TheRecordings() {
            super(QueueBackendTck.this);
        }
    }
}
