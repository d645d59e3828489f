package io.resque.tck;

import io.resque.api.spi.StatusStore;
import io.resque.api.spi.StatusStoreProvider;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The compatibility kit for a {@link StatusStore} that is separate from the queues. To use it, add one class to the
 * tests of the adapter:
 *
 * <pre>{@code
 * class MyStatusStoreTckTest extends StatusStoreTck {
 *     protected StatusStoreProvider provider() {
 *         return new MyStatusStoreProvider();
 *     }
 * }
 * }</pre>
 *
 * <p>The rules are the same as {@link QueueBackendTck} checks for the store of a backend. The kit reads what the store
 * has written from the raw keys, in php-resque's layout, never through the store. If the store does not declare
 * {@link Feature#REDIS_KEYS}, because it uses another database, the kit reads through a second store that the same
 * provider opens.
 */
@Timeout(120)
@ExtendWith({RuleNumbers.class, KitReport.class})
public abstract class StatusStoreTck {
    /** Called by subclasses. */
    protected StatusStoreTck() {}

    /**
     * The adapter under test.
     *
     * @return a provider; the kit calls this method for each test, and closes each store that the provider opens
     */
    protected abstract StatusStoreProvider provider();

    /**
     * The features of the store under test. By default all features, which is right for every client of Redis. For a
     * store that is not Redis, override this method and {@link #url}; a test that needs a feature that is not declared
     * is skipped, with a line that says why.
     *
     * @return the declared features
     */
    protected Set<Feature> features() {
        return EnumSet.allOf(Feature.class);
    }

    /**
     * The URL at which the provider opens its stores. All stores that are opened with one URL and namespace must see
     * the same statuses.
     *
     * @return by default the URL of {@link RedisServer#forTests}
     */
    protected String url() {
        return BackendRules.shared().url();
    }

    private StatusHome home() {
        StatusStoreProvider provider = ProviderCalls.provider(this, this::provider);
        return new StatusHome(this, Optional.empty(), provider.name(), features(), url(), (ports, config) -> {
            StatusStore opened =
                    ProviderCalls.opened(provider, "openStatuses(config)", () -> provider.openStatuses(config));
            StatusStore store = PortAnswers.checked(StatusStore.class, ports.watch(StatusStore.class, opened));
            return new StatusHome.Opened(store, store::close);
        });
    }

    @Test
    @WireRule("W-980")
    void isFoundByItsName() {
        ProviderCheck.isFound(StatusStoreProvider.class, ProviderCalls.provider(this, this::provider));
    }

    @Nested
    @Tag("statuses")
    @DisplayName("Status, W-7xx")
    class TheStatuses extends StatusRules {
        TheStatuses() {
            super(home());
        }
    }

    @Nested
    @Tag("faults")
    @DisplayName("Namespace and faults, W-104, W-9xx")
    class TheFaults extends StatusFaultRules {
        TheFaults() {
            super(home());
        }
    }
}
