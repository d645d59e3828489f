package io.resque.tck;

import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What every {@link StatusStore} must do that stands apart from the queues. An adapter joins by one class in its tests:
 *
 * <pre>{@code
 * class MyStatusStoreTckTest extends StatusStoreTck {
 *     protected StatusStoreProvider provider() {
 *         return new MyStatusStoreProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>The rules are those that {@link QueueBackendTck} holds for the store of a backend. What the store did is read from
 * the raw keys, in php-resque's layout, never through the store; of one that does not declare {@link Feature#REDIS_KEYS},
 * such as one in a database of another kind, through a second one that the same provider has opened.
 */
@Timeout(120)
@ExtendWith({RuleNumbers.class, KitReport.class})
public abstract class StatusStoreTck {
    /** For subclasses. */
    protected StatusStoreTck() {}

    /**
     * The adapter under test.
     *
     * @return a provider; it is asked for each test, and each store it opens is closed
     */
    protected abstract StatusStoreProvider provider();

    /**
     * Where the store under test keeps its data. By default all features: right for any client of Redis. A store that
     * is not Redis overrides this and {@link #url}; tests that need what is not declared are skipped, each with a line
     * that says why.
     *
     * @return the features that are declared
     */
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /**
     * Where the provider shall open its stores. All openings of one URL and namespace must see the same statuses.
     *
     * @return by default the Redis of {@link RedisServer#forTests}
     */
    protected String url() {
        return BackendRules.shared().url();
    }

    private StatusHome home() {
        return new StatusHome(provider().name(), features(), url(), config -> {
            StatusStore store = provider().openStatuses(config);
            return new StatusHome.Opened(store, store::close);
        });
    }

    @Nested
    @DisplayName("Status, W-7xx")
    class TheStatuses extends StatusRules {
        TheStatuses() {
            super(home());
        }
    }

    @Nested
    @DisplayName("Namespace and faults, W-104, W-9xx")
    class TheFaults extends StatusFaultRules {
        TheFaults() {
            super(home());
        }
    }
}
